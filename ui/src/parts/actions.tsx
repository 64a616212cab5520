/** What else can be done about an exception: remind, record what was said by phone, let it rest, say something. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type CaseRow, escaped, get, type LineRow, type OrderAnswer, post } from "../api";
import { useKeys } from "../keys";
import { useMay } from "../session";
import { units } from "../words";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

export type Run = (act: () => Promise<unknown>, done: string) => Promise<void>;
type Open = "" | "phone" | "snooze" | "comment";
const HOUR_MS = 3_600_000;
const ANSWERS = [
  ["accepted", "Yes, as ordered or as said"],
  ["changed", "In part, or later"],
  ["backordered", "No day yet"],
  ["rejected", "No"],
] as const;

export function Actions({ row, run }: { row: CaseRow; run: Run }) {
  const [open, show] = useState<Open>("");
  const may = useMay();
  const order = row.about?.startsWith("purchase_order/") ? row.about.slice("purchase_order/".length) : "";
  const asks = order !== "" && row.kind?.startsWith("ACK_") === true;
  const remind = () => void run(() => post(`/orders/${escaped(order)}/remind`, {}), "The supplier is reminded.");
  const close = () => show("");
  const on = (act: () => void) => (event: KeyboardEvent) => {
    event.preventDefault();
    act();
  };
  useKeys({
    ...(asks ? { r: on(remind) } : {}),
    ...(asks && may("decide.order") ? { p: on(() => show("phone")) } : {}),
    s: on(() => show("snooze")),
    c: on(() => show("comment")),
  });
  return (
    <div className="foot-in">
      {asks && (
        <button type="button" className="btn ghost" onClick={remind}>
          <Icon name="bell" />
          Remind
        </button>
      )}
      {asks && may("decide.order") && (
        <button type="button" className="btn ghost" onClick={() => show("phone")}>
          <Icon name="phone" />
          By phone…
        </button>
      )}
      <button type="button" className="btn ghost" onClick={() => show("snooze")}>
        <Icon name="snooze" />
        Snooze…
      </button>
      <button type="button" className="btn ghost" onClick={() => show("comment")}>
        <Icon name="edit" />
        Comment…
      </button>
      {open === "snooze" && <Snooze row={row} run={run} close={close} />}
      {open === "comment" && <Comment row={row} run={run} close={close} />}
      {open === "phone" && <Phone order={order} only={row.line ?? ""} run={run} close={close} />}
    </div>
  );
}

const sent = (act: (said: FormData) => void) => (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  act(new FormData(event.currentTarget));
};
const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

function Snooze({ row, run, close }: { row: CaseRow; run: Run; close: () => void }) {
  const send = (form: FormData) => {
    const until = new Date(Date.now() + Number(text(form, "hours")) * HOUR_MS).toISOString();
    void run(() => post(`/cases/${escaped(row.id)}/snooze`, { until, why: text(form, "why") }), "It rests.");
    close();
  };
  return (
    <Dialog label="Let it rest" close={close} className="form">
      <h2>Let it rest until when, and why?</h2>
      <p className="muted">It comes back then, or when something about it is new.</p>
      <form onSubmit={sent(send)}>
        <label className="field">
          <span>Until</span>
          <select name="hours" defaultValue="24">
            <option value="4">in 4 hours</option>
            <option value="24">tomorrow, same time</option>
            <option value="72">in 3 days</option>
            <option value="168">in a week</option>
          </select>
        </label>
        <label className="field">
          <span>Why</span>
          <input name="why" required maxLength={400} />
        </label>
        <button type="submit" className="btn pri">
          Let it rest
        </button>
      </form>
    </Dialog>
  );
}

function Comment({ row, run, close }: { row: CaseRow; run: Run; close: () => void }) {
  const send = (form: FormData) => {
    void run(() => post(`/cases/${escaped(row.id)}/comment`, { says: text(form, "says") }), "Kept.");
    close();
  };
  return (
    <Dialog label="Comment" close={close} className="form">
      <h2>What should the others know?</h2>
      <form onSubmit={sent(send)}>
        <label className="field">
          <span>Comment</span>
          <textarea name="says" required maxLength={2000} rows={4} />
        </label>
        <button type="submit" className="btn pri">
          Keep it
        </button>
      </form>
    </Dialog>
  );
}

/** The supplier's answer as it was said: line by line yes, in part, or no. It counts as its confirmation does. */
function Phone({ order, only, run, close }: { order: string; only: string; run: Run; close: () => void }) {
  const answer = useQuery({
    queryKey: ["order", order],
    queryFn: () => get<OrderAnswer>(`/orders/${escaped(order)}`),
  });
  const lines = (answer.data?.order.lines ?? []).filter((line) => !only || line.number === only);
  const send = (form: FormData) => {
    const said = lines
      .map((line) => ({
        line: line.number,
        answer: text(form, `answer-${line.number}`),
        ...(text(form, `units-${line.number}`) ? { quantity: text(form, `units-${line.number}`) } : {}),
        ...(text(form, `day-${line.number}`) ? { deliver_on: text(form, `day-${line.number}`) } : {}),
      }))
      .filter((each) => each.answer);
    const body = { lines: said, way: text(form, "way"), who: text(form, "who"), note: text(form, "note") };
    void run(() => post(`/orders/${escaped(order)}/answer`, body), "Recorded as the supplier's answer.");
    close();
  };
  return (
    <Dialog label="What did the supplier say?" close={close} className="form wide-form">
      <h2>What did the supplier say about {order}?</h2>
      <form onSubmit={sent(send)}>
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
        <button type="submit" className="btn pri">
          Record it as their answer
        </button>
      </form>
    </Dialog>
  );
}

function Said({ line }: { line: LineRow }) {
  const called = `line ${line.number}`;
  return (
    <div className="said">
      <span>
        <b>{line.number}</b> {line.item} <span className="muted">{`${units(line.ordered)} ${line.unit}`}</span>
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
