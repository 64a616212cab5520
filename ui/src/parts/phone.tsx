/** What a supplier said by telephone, mail or in its portal, line by line. */
import { useQuery } from "@tanstack/react-query";
import { get, type LineRow, post } from "../api";
import { units } from "../words";
import type { Run } from "./actions";
import { Ask, text } from "./ask";

const ANSWERS = [
  ["accepted", "Yes, as ordered or as said"],
  ["changed", "In part, or later"],
  ["backordered", "No day yet"],
  ["rejected", "No"],
] as const;
const WAYS = ["phone", "mail", "portal", "in person"] as const;

/** The supplier's answer as it was said: line by line yes, in part, or no. It counts as its confirmation does. */
export function Phone({ order, only, run, close }: { order: string; only: string; run: Run; close: () => void }) {
  const answer = useQuery({
    queryKey: ["order", order],
    queryFn: () => get("/orders/{number}", { number: order }),
  });
  const lines = (answer.data?.order.lines ?? []).filter((line) => !only || line.number === only);
  const said = (form: FormData, number: string) => {
    const answer = ANSWERS.find(([value]) => value === text(form, `answer-${number}`))?.[0];
    const [quantity, deliver_on] = [text(form, `units-${number}`), text(form, `day-${number}`)];
    return answer
      ? [{ line: number, answer, ...(quantity ? { quantity } : {}), ...(deliver_on ? { deliver_on } : {}) }]
      : [];
  };
  const send = (form: FormData) => {
    const way = WAYS.find((each) => each === text(form, "way")) ?? "phone";
    const answers = lines.flatMap((line) => said(form, line.number));
    const body = { lines: answers, way, who: text(form, "who"), note: text(form, "note") };
    void run(() => post("/orders/{number}/answer", { number: order }, body), "Recorded as the supplier's answer.");
  };
  return (
    <Ask
      label="What did the supplier say?"
      title={`What did the supplier say about ${order}?`}
      button="Record it as their answer"
      send={send}
      close={close}
      wide
    >
      <div className="lines">
        {lines.map((line) => (
          <Said key={line.number} line={line} />
        ))}
      </div>
      <div className="two-fields">
        <label className="field">
          <span>By</span>
          <select name="way">
            <option value="phone">phone</option>
            <option value="mail">mail</option>
            <option value="portal">their portal</option>
            <option value="in person">in person</option>
          </select>
        </label>
        <label className="field">
          <span>Who said it</span>
          <input name="who" maxLength={100} />
        </label>
        <label className="field">
          <span>In their words</span>
          <input name="note" maxLength={400} />
        </label>
      </div>
    </Ask>
  );
}

function Said({ line }: { line: LineRow }) {
  const called = `line ${line.number}`;
  return (
    <div className="said">
      <span>
        <b>{line.number}</b> {line.item} <span className="muted">{`${units(line.ordered ?? 0)} ${line.unit}`}</span>
      </span>
      <select name={`answer-${line.number}`} aria-label={`Answer, ${called}`} defaultValue="">
        <option value="">not spoken of</option>
        {ANSWERS.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <input
        name={`units-${line.number}`}
        aria-label={`Units, ${called}`}
        placeholder="all of it"
        inputMode="decimal"
        pattern="[0-9]+([.][0-9]+)?"
      />
      <input name={`day-${line.number}`} aria-label={`Delivery day, ${called}`} type="date" />
    </div>
  );
}
