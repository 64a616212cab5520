/** What can be done about all problems that are selected: one by one at the server, and told what worked and what not. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { newKey, post, Refused, type TodayProblem } from "../api";
import { useKeys } from "../keys";
import { refresh } from "../live";
import { about, amount, justNow, orderOf, TAKEN_BACK, touch, waitsForAnswer } from "../problems";
import { useToast } from "../toast";
import { counted, money } from "../words";
import { AskAssign, AskResolve, AskSnooze } from "./ask";
import { Icon } from "./icon";

const AT_ONCE = 4;
const SETTLED = "Settled outside";
type Act = (each: TodayProblem, key: string) => Promise<unknown>;
type Open = "" | "assign" | "snooze" | "end";

interface Chosen {
  chosen: TodayProblem[];
  /** Select these instead: those for which it did not work. */
  keep: (ids: ReadonlySet<string>) => void;
  done: () => void;
}

export function Bulk({ chosen, keep, done }: Chosen) {
  const [open, show] = useState<Open>("");
  const { says, busy, run } = useEach(keep, done);
  const asked = onePerOrder(chosen);
  const close = () => show("");
  const what = counted(chosen.length, "problem");
  const assign = (to: string) =>
    run(
      "assigned",
      `to ${to}`,
      chosen,
      (each, key) => give(each, to, key),
      (each) => give(each, each.case.owner ?? ""),
    );
  const snooze = (said: { until: string; why: string }) =>
    run(
      "put to rest",
      said.why,
      chosen,
      (each, key) => rest(each, said, key),
      (each) => rest(each, { until: justNow(), why: TAKEN_BACK }),
    );
  const end = (said: { action: string; note: string }) =>
    run("ended", said.action + said.note, chosen, (each, key) =>
      post("/cases/{id}/resolve", { id: each.case.id }, said, key),
    );
  const remind = () =>
    run("reminded", "", asked, (each, key) => post("/orders/{number}/remind", { number: orderOf(each.case) }, {}, key));
  useKeys(
    { a: () => show("assign"), s: () => show("snooze"), e: () => show("end"), ...(asked.length ? { r: remind } : {}) },
    1,
  );
  return (
    <div className="bulk" role="toolbar" aria-label="Bulk actions">
      <span>
        <b className="tab">{chosen.length}</b> selected
        <span className="price">
          , <b className="tab">{money(amount(chosen))}</b>
        </span>
      </span>
      <span className="sep" />
      <button type="button" className="btn sm pri" disabled={busy} onClick={() => show("assign")}>
        Assign {chosen.length}…
      </button>
      <button type="button" className="btn sm" disabled={busy} onClick={() => show("snooze")}>
        Snooze {chosen.length}…
      </button>
      <button type="button" className="btn sm" disabled={busy || !asked.length} onClick={remind}>
        Remind {asked.length}
      </button>
      <button type="button" className="btn sm" disabled={busy} onClick={() => show("end")}>
        End {chosen.length}…
      </button>
      <button type="button" className="ib" aria-label="Clear selection" onClick={done}>
        <Icon name="x" />
      </button>
      <p role="status">{says}</p>
      {open === "assign" && <AskAssign what={what} send={assign} close={close} />}
      {open === "snooze" && <AskSnooze what={what} send={snooze} close={close} />}
      {open === "end" && <AskResolve what={what} words={words(chosen)} send={end} close={close} />}
    </div>
  );
}

const give = (each: TodayProblem, to: string, key?: string) =>
  post("/cases/{id}/assign", { id: each.case.id }, { to }, key);

const rest = (each: TodayProblem, said: { until: string; why: string }, key?: string) =>
  post("/cases/{id}/snooze", { id: each.case.id }, said, key);

/** The problems of which a supplier can be reminded, one of each order. */
function onePerOrder(chosen: TodayProblem[]): TodayProblem[] {
  const waiting = chosen.filter((each) => waitsForAnswer(each.case));
  return [...new Map(waiting.map((each) => [orderOf(each.case), each])).values()];
}

/** The words that every one of them can end with. */
function words(chosen: TodayProblem[]): string[] {
  const common = (chosen[0]?.case.actions ?? []).filter((word) =>
    chosen.every((each) => (each.case.actions ?? []).includes(word)),
  );
  return [...common, SETTLED];
}

/** Do something to each. A key of its own goes along with each, and again with the same when it is tried once more. */
function useEach(keep: Chosen["keep"], done: () => void) {
  const [says, say] = useState("");
  const [busy, work] = useState(false);
  const keys = useRef(new Map<string, string>());
  const client = useQueryClient();
  const toast = useToast();
  const keyOf = (name: string): string => {
    const key = keys.current.get(name) ?? newKey();
    keys.current.set(name, key);
    return key;
  };
  const undone = async (problems: TodayProblem[], undo: Act) => {
    await inTurn(problems, (each) => undo(each, newKey()).catch(() => toast("Not all could be undone.")));
    await refresh(client);
  };
  const run = async (past: string, said: string, problems: TodayProblem[], act: Act, undo?: Act) => {
    work(true);
    say("Doing it");
    const failed = new Map<string, string>();
    await inTurn(problems, async (each) => {
      touch(each.case.id);
      await act(each, keyOf([past, said, each.case.id].join())).catch((error: unknown) => {
        failed.set(each.case.id, `${about(each.case.about ?? "") || each.case.says}: ${reason(error)}`);
      });
    });
    const worked = problems.filter((each) => !failed.has(each.case.id));
    const result = `${worked.length} ${past}${failed.size ? `, ${failed.size} not. ${[...failed.values()].join(" ")}` : "."}`;
    work(false);
    say(failed.size ? result : "");
    if (failed.size) keep(new Set(failed.keys()));
    else done();
    const back = undo && worked.length ? () => void undone(worked, undo) : undefined;
    toast(failed.size ? `${worked.length} ${past}, ${failed.size} not.` : result, back);
    await refresh(client);
  };
  return { says, busy, run: (...all: Parameters<typeof run>) => void run(...all) };
}

async function inTurn(problems: TodayProblem[], act: (each: TodayProblem) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < problems.length; from += AT_ONCE) {
    await Promise.all(problems.slice(from, from + AT_ONCE).map(act));
  }
}

const reason = (error: unknown): string => (error instanceof Refused ? error.message : "It was not done.");
