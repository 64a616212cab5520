/** What else can be done about an exception: remind, record what was said by phone, let it rest, say something. */
import { useState } from "react";
import { type CaseRow, post } from "../api";
import { useKeys } from "../keys";
import { justNow, orderOf, TAKEN_BACK, waitsForAnswer } from "../problems";
import { useMay } from "../session";
import { Ask, AskAssign, AskSnooze, text } from "./ask";
import { Icon } from "./icon";
import { Phone } from "./phone";

export type Run = (act: () => Promise<unknown>, done: string, undo?: () => Promise<unknown>) => Promise<void>;
type Open = "" | "phone" | "snooze" | "comment" | "assign";

export function Actions({ row, run }: { row: CaseRow; run: Run }) {
  const [open, show] = useState<Open>("");
  const may = useMay();
  const order = orderOf(row);
  const asks = waitsForAnswer(row);
  const remind = () =>
    void run(() => post("/orders/{number}/remind", { number: order }, {}), "The supplier is reminded.");
  const close = () => show("");
  const on = { row, run, close };
  useKeys({
    ...(asks ? { r: remind } : {}),
    ...(asks && may("decide.order") ? { p: () => show("phone") } : {}),
    a: () => show("assign"),
    s: () => show("snooze"),
    c: () => show("comment"),
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
      <button type="button" className="btn ghost" onClick={() => show("assign")}>
        <Icon name="user" />
        Assign…
      </button>
      <button type="button" className="btn ghost" onClick={() => show("snooze")}>
        <Icon name="snooze" />
        Snooze…
      </button>
      <button type="button" className="btn ghost" onClick={() => show("comment")}>
        <Icon name="edit" />
        Comment…
      </button>
      {open === "assign" && <Assign {...on} />}
      {open === "snooze" && <Snooze {...on} />}
      {open === "comment" && <Comment {...on} />}
      {open === "phone" && <Phone order={order} only={row.line ?? ""} run={run} close={close} />}
    </div>
  );
}

interface On {
  row: CaseRow;
  run: Run;
  close: () => void;
}

function Assign({ row, run, close }: On) {
  const give = (to: string) => post("/cases/{id}/assign", { id: row.id }, { to });
  const send = (to: string) =>
    void run(
      () => give(to),
      `${to} has it.`,
      () => give(row.owner ?? ""),
    );
  return <AskAssign what="it" send={send} close={close} />;
}

function Snooze({ row, run, close }: On) {
  const rest = (until: string, why: string) => post("/cases/{id}/snooze", { id: row.id }, { until, why });
  const send = (said: { until: string; why: string }) =>
    void run(
      () => rest(said.until, said.why),
      "It rests.",
      () => rest(justNow(), TAKEN_BACK),
    );
  return <AskSnooze what="it" send={send} close={close} />;
}

function Comment({ row, run, close }: On) {
  const send = (form: FormData) =>
    void run(() => post("/cases/{id}/comment", { id: row.id }, { says: text(form, "says") }), "Kept.");
  return (
    <Ask label="Comment" title="What should the others know?" button="Keep it" send={send} close={close}>
      <label className="field">
        <span>Comment</span>
        <textarea name="says" required maxLength={2000} rows={4} />
      </label>
    </Ask>
  );
}
