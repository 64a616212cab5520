/** Planned and actual on one axis of days: what was wanted, promised and happened, at the ERP, the supplier, the warehouse. */
import type { Entry, OrderRow } from "../api";
import { houseNow } from "../clock";
import { day, units } from "../words";
import { Icon, type Sign } from "./icon";

type Kind = "planned" | "actual" | "expected" | "missing";
interface Mark {
  on: string;
  kind: Kind;
  says: string;
}
interface Row {
  sign: Sign;
  title: string;
  who: string;
  marks: Mark[];
}
const DAY_MS = 86_400_000;
const WORDS: [Kind, string][] = [
  ["planned", "Planned"],
  ["actual", "Actual"],
  ["expected", "Expected now"],
  ["missing", "Should have come, has not"],
];

export function Days({ order, timeline }: { order: OrderRow; timeline: Entry[] }) {
  const rows = rowsOf(order, timeline);
  const all = rows.flatMap((row) => row.marks.map((mark) => time(mark.on)));
  if (all.length === 0) return <p className="pad muted">No day is known yet.</p>;
  const from = Math.min(...all) - 2 * DAY_MS;
  const to = Math.max(...all, Math.min(houseNow().getTime(), Math.max(...all) + 7 * DAY_MS)) + 3 * DAY_MS;
  const place = (at: number) => `${((at - from) / (to - from)) * 100}%`;
  const now = houseNow().getTime();
  return (
    <>
      <div className="tl" aria-hidden="true">
        <div />
        <div className="ax">
          {ticks(from, to).map((at) => (
            <span key={at} className="tab" style={{ left: place(at) }}>
              {day(new Date(at).toISOString())}
            </span>
          ))}
          {now > from && now < to && (
            <span className="today" style={{ left: place(now) }}>
              Now
            </span>
          )}
        </div>
        {rows.map((row) => (
          <Fragmented key={row.title} row={row} place={place} now={now > from && now < to ? place(now) : ""} />
        ))}
      </div>
      <div className="legend pad">
        {WORDS.map(([kind, said]) => (
          <span key={kind}>
            <span className="lgm">
              <Sign kind={kind} />
            </span>
            {said}
          </span>
        ))}
      </div>
      <ul className="sr">
        {rows.flatMap((row) =>
          row.marks.map((mark) => (
            <li key={row.title + mark.on + mark.says}>
              {row.title}: {mark.says}, {day(mark.on)}, {mark.kind}
            </li>
          )),
        )}
      </ul>
    </>
  );
}

function Fragmented({ row, place, now }: { row: Row; place: (at: number) => string; now: string }) {
  return (
    <>
      <div className="who">
        <Icon name={row.sign} />
        <span>
          <b>{row.title}</b>
          <small>{row.who}</small>
        </span>
      </div>
      <div className="row">
        {now && <span className="now" style={{ left: now }} />}
        {spread(row.marks).map(({ mark, below }) => (
          <span
            key={mark.on + mark.says}
            className={below ? "ev below" : "ev"}
            style={{ left: place(time(mark.on)) }}
            title={`${mark.says}, ${day(mark.on)}`}
          >
            <Sign kind={mark.kind} />
            <span className="lb">
              <b>{mark.says}</b>
              {day(mark.on)}
            </span>
          </span>
        ))}
      </div>
    </>
  );
}

function Sign({ kind }: { kind: Kind }) {
  if (kind === "planned")
    return (
      <svg viewBox="0 0 15 15">
        <path d="M7.5 2 13 7.5 7.5 13 2 7.5z" className="m-p" />
      </svg>
    );
  if (kind === "actual")
    return (
      <svg viewBox="0 0 15 15">
        <circle cx="7.5" cy="7.5" r="5.5" className="m-a" />
      </svg>
    );
  if (kind === "expected")
    return (
      <svg viewBox="0 0 15 15">
        <circle cx="7.5" cy="7.5" r="4.9" className="m-e" />
      </svg>
    );
  return (
    <svg viewBox="0 0 15 15">
      <circle cx="7.5" cy="7.5" r="6" className="m-m" />
      <path d="M7.5 4.2v4M7.5 10.4v.2" className="m-x" />
    </svg>
  );
}

const time = (said: string): number => new Date(said.length === 10 ? `${said}T12:00:00` : said).getTime();

function rowsOf(order: OrderRow, timeline: Entry[]): Row[] {
  const happened = (type: string, says: (entry: Entry) => string): Mark[] =>
    timeline
      .filter((entry) => entry.type === type)
      .map((entry) => ({ on: entry.at, kind: "actual" as const, says: says(entry) }));
  const lines = order.lines ?? [];
  const sum = (name: "received" | "shipped") => lines.reduce((all, line) => all + Number(line[name] ?? 0), 0);
  const coming = sum("shipped") > 0;
  const today = houseNow().toISOString().slice(0, 10);
  const over = ["closed", "received", "cancelled"].includes(order.state);
  const erp: Mark[] = [
    ...(order.ordered_on ? [{ on: order.ordered_on, kind: "actual" as const, says: "Ordered" }] : []),
    ...(order.wanted_on ? [{ on: order.wanted_on, kind: "planned" as const, says: "Wanted" }] : []),
    ...happened("purchase_order.closed", () => "Closed"),
  ];
  const supplier: Mark[] = [
    ...happened("purchase_order.responded", () => "Answered"),
    ...(order.promised_on && !over ? [{ on: order.promised_on, kind: "expected" as const, says: "Promised" }] : []),
  ];
  const shipped = once(happened("purchase_order.shipment_recorded", () => "Ship notice"));
  const expected =
    order.expected_on && coming
      ? [
          {
            on: order.expected_on,
            kind: order.expected_on < today ? ("missing" as const) : ("expected" as const),
            says: `${units(sum("shipped"))} to arrive`,
          },
        ]
      : [];
  const received = once(happened("purchase_order.receipt_recorded", () => "Received"));
  return [
    { sign: "erp", title: "ERP", who: order.owner ?? "", marks: once(erp) },
    { sign: "supplier", title: "Supplier", who: order.supplier ?? "", marks: [...once(supplier), ...shipped] },
    { sign: "wh", title: "Warehouse", who: "", marks: [...received, ...expected] },
  ];
}

/** Several on one day are one. */
const once = (marks: Mark[]): Mark[] => [
  ...new Map(marks.map((mark) => [mark.on.slice(0, 10) + mark.says, mark])).values(),
];

/** A label that would meet the one before it goes above the line. */
function spread(marks: Mark[]): { mark: Mark; below: boolean }[] {
  const sorted = [...marks].sort((a, b) => time(a.on) - time(b.on));
  let up = false;
  return sorted.map((mark, at) => {
    const before = sorted[at - 1];
    up = before !== undefined && time(mark.on) - time(before.on) < 4 * DAY_MS ? !up : false;
    return { mark, below: up };
  });
}

function ticks(from: number, to: number): number[] {
  const step = Math.max(1, Math.ceil((to - from) / DAY_MS / 9)) * DAY_MS;
  const start = Math.ceil(from / DAY_MS) * DAY_MS;
  return Array.from({ length: Math.floor((to - start) / step) }, (_, place) => start + place * step);
}
