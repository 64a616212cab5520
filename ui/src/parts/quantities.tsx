/** Where every unit of a line is: one bar that is always as wide as what was ordered, or what came where that is more. */
import type { LineRow } from "../api";
import { units } from "../words";

const PARTS = [
  ["rec", "received"],
  ["way", "on its way"],
  ["unx", "turned down"],
  ["conf", "confirmed, not shipped"],
  ["open", "open"],
  ["cut", "cut"],
] as const;

type Part = (typeof PARTS)[number][0];

/** The units of a line by where they are; together they are what was ordered and what came beyond it. */
export function parts(line: LineRow): Record<Part, number> {
  return {
    rec: Number(line.received),
    way: Number(line.shipped),
    unx: Number(line.rejected),
    conf: Number(line.promised),
    open: Number(line.open),
    cut: Number(line.cut),
  };
}

export function equation(line: LineRow): string {
  const amounts = parts(line);
  const said = PARTS.filter(([part]) => amounts[part] > 0).map(([part, words]) => `${units(amounts[part])} ${words}`);
  const over = Number(line.over ?? 0) > 0 ? ` + ${units(line.over ?? 0)} more than ordered` : "";
  return `${units(line.ordered ?? 0)} ordered${over} = ${said.join(" + ") || "0"}`;
}

export function Quantities({ line }: { line: LineRow }) {
  const amounts = parts(line);
  const all = PARTS.reduce((sum, [part]) => sum + amounts[part], 0);
  const invoiced = all > 0 ? Math.min(100, (Number(line.invoiced) / all) * 100) : 0;
  return (
    <div role="img" aria-label={equation(line)} title={equation(line)}>
      <div className="q">
        {PARTS.filter(([part]) => amounts[part] > 0).map(([part]) => (
          <span key={part} className={`k-${part}`} style={{ flex: amounts[part] }} />
        ))}
      </div>
      <div className="inv">
        <i style={{ width: `${invoiced}%` }} />
      </div>
    </div>
  );
}

export function Legend() {
  const words = [
    ["rec", "Received"],
    ["way", "On its way"],
    ["conf", "Confirmed, not shipped"],
    ["open", "Open"],
    ["cut", "Cut"],
    ["unx", "Turned down"],
  ] as const;
  return (
    <div className="legend">
      {words.map(([part, said]) => (
        <span key={part}>
          <i className={`k-${part}`} />
          {said}
        </span>
      ))}
    </div>
  );
}
