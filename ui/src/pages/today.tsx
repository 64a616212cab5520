/** What needs me today? Every exception, by deadline and money, beside the one that is open. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { Today, TodayProblem } from "../api";
import { useChoice } from "../choice";
import { useMinute, useToday } from "../clock";
import { useKeys } from "../keys";
import { Bulk } from "../parts/bulk";
import { Fresh } from "../parts/fresh";
import { Icon, TONE } from "../parts/icon";
import { KeepView } from "../parts/keep_view";
import { ProblemPanel } from "../parts/problem";
import { ProblemList } from "../parts/problem_list";
import { Empty, Failed, Loading } from "../parts/state";
import { between, choose, grouped, renewed, soon, summed, turned, without } from "../problems";
import { useMay, useMe } from "../session";
import { Head } from "../shell";
import { counted, left, money, STATUS_WORDS } from "../words";

export function TodayPage() {
  const today = useToday();
  const { of, set, turn } = useChoice();
  const [status, role, mine, due, open] = [of("status"), of("role"), of("mine"), of("due"), of("open")];
  const me = useMe();
  const may = useMay();
  const now = useMinute();
  const { data, fresh, gone, show } = useSteady(today.data);
  const shown = useMemo(
    () => choose(data?.problems ?? [], { status, role, mine: mine ? me.title : "", due: due ? soon(now) : null }),
    [data, status, role, mine, due, me.title, now],
  );
  const groups = useMemo(() => grouped(shown, now), [shown, now]);
  const order = groups.flatMap((group) => group.problems);
  const { picked, pick, unpick, keep } = usePicked(order);
  const list = useListKeys(order, open, (id) => set("open", id), pick, picked.size > 0 ? unpick : undefined);
  if (today.isError && !today.data)
    return (
      <>
        <Head title="What needs me today?" />
        <Failed error={today.error} again={() => void today.refetch()} />
      </>
    );
  const chosen = order.find((each) => each.case.id === open);
  return (
    <>
      <Head title="What needs me today?" says={data ? <Sum today={data} now={now} /> : "Looking."} />
      {data && <Counts today={data} status={status} choose={(each) => turn("status", each)} />}
      <Filters problems={data?.problems ?? []} role={role} mine={mine} due={due} choose={turn} />
      <Fresh count={fresh} gone={gone} away="over" show={show} />
      <div className={chosen ? "split open" : "split alone"}>
        <div className="listwrap">
          <div className="list" ref={list}>
            {!data && <Loading rows={9} />}
            {data && order.length === 0 && (
              <Empty
                says="Nothing needs you here."
                next={
                  status || role || mine || due
                    ? "Take the filter away to see the rest."
                    : "New problems come by themselves."
                }
              />
            )}
            {order.length > 0 && (
              <ProblemList
                groups={groups}
                open={open}
                show={(id) => turn("open", id)}
                now={now}
                picked={picked}
                pick={may("work.cases") ? pick : undefined}
              />
            )}
          </div>
          {picked.size > 0 && (
            <Bulk chosen={order.filter((each) => picked.has(each.case.id))} keep={keep} done={unpick} />
          )}
        </div>
        {chosen && (
          <ProblemPanel key={chosen.case.id} id={chosen.case.id} status={chosen.status} close={() => set("open", "")} />
        )}
      </div>
    </>
  );
}

/** Today as it stood when the reader came or last asked for what is new, its rows kept fresh where they are. */
function useSteady(now: Today | undefined) {
  const [before, hold] = useState<TodayProblem[]>([]);
  const problems = useMemo(() => renewed(before, now?.problems ?? []), [before, now]);
  useEffect(() => hold(problems), [problems]);
  const data = useMemo(() => now && summed(now, problems), [now, problems]);
  return {
    data,
    fresh: now ? without(now.problems, problems).length : 0,
    gone: now ? without(problems, now.problems).length : 0,
    show: () => hold(now?.problems ?? []),
  };
}

/** The rows that are selected: one by one, or from the last one to here. */
function usePicked(order: TodayProblem[]) {
  const [picked, keep] = useState<ReadonlySet<string>>(new Set());
  const last = useRef("");
  const pick = (id: string, range: boolean) => {
    keep(range && last.current ? new Set([...picked, ...between(order, last.current, id)]) : turned(picked, id));
    last.current = id;
  };
  return { picked, pick, keep, unpick: () => keep(new Set()) };
}

function Sum({ today, now }: { today: Today; now: Date }) {
  const due = today.first_due ? ` The first must be decided in ${left(today.first_due, now)}.` : "";
  const over = today.first_due && new Date(today.first_due) < now;
  return (
    <>
      <span className="b tab">{counted(today.count, "problem")}</span>,{" "}
      <span className="price">
        <span className="b tab">{money(today.amount)}</span> at stake.
      </span>
      {over ? " The first is past its deadline." : due}
      {today.resting > 0 && ` ${today.resting} rest until later.`}
      {today.more && " More are not shown."}
    </>
  );
}

function Counts({ today, status, choose }: { today: Today; status: string; choose: (status: string) => void }) {
  return (
    <nav className="counts card" aria-label="Problems by kind">
      {today.counts.map((each) => (
        <button
          type="button"
          key={each.status}
          aria-pressed={status === each.status}
          onClick={() => choose(each.status)}
        >
          <b>{each.count}</b>
          <span className="m price">{money(each.amount)}</span>
          <span className="l">
            <span className={TONE[each.status]}>
              <Icon name={each.status} small />
            </span>
            {STATUS_WORDS[each.status]}
          </span>
        </button>
      ))}
    </nav>
  );
}

const ROLES: [string, string][] = [
  ["procurement", "Procurement"],
  ["warehouse", "Warehouse"],
  ["transport", "Transport"],
  ["accounts_payable", "Finance"],
  ["integration", "Integration"],
];

function Filters({
  problems,
  role,
  mine,
  due,
  choose,
}: {
  problems: TodayProblem[];
  role: string;
  mine: string;
  due: string;
  choose: (name: string, value: string) => void;
}) {
  const there = new Set(problems.map((each) => each.case.role));
  const chips: [string, string, string, boolean][] = [
    ["mine", "1", "Mine and unassigned", mine !== ""],
    ["due", "1", "Due in 24 h", due !== ""],
    ...ROLES.filter(([name]) => there.has(name)).map(([name, title]): [string, string, string, boolean] => [
      "role",
      name,
      title,
      role === name,
    ]),
  ];
  return (
    <div className="filters" role="toolbar" aria-label="Filters">
      {chips.map(([name, value, title, on]) => (
        <button type="button" key={title} className="chip" aria-pressed={on} onClick={() => choose(name, value)}>
          {title}
        </button>
      ))}
      <KeepView />
      <span className="push muted hide-ph small">
        By deadline, then money <kbd>j</kbd> <kbd>k</kbd> move <kbd>x</kbd> select <kbd>?</kbd> all keys
      </span>
    </div>
  );
}

function useListKeys(
  order: TodayProblem[],
  open: string,
  show: (id: string) => void,
  pick: (id: string, range: boolean) => void,
  unpick: (() => void) | undefined,
) {
  const list = useRef<HTMLDivElement>(null);
  const here = () => document.activeElement?.closest<HTMLElement>("tr[data-id]")?.dataset.id ?? "";
  const next = (from: string, by: number): string => {
    const at = order.findIndex((each) => each.case.id === from);
    return order[at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + by))]?.case.id ?? "";
  };
  const focus = (id: string) => list.current?.querySelector<HTMLElement>(`tr[data-id="${id}"]`)?.focus();
  const step = (by: number) => {
    const id = next(open, by);
    focus(id);
    show(id);
  };
  const picks = (range: boolean) => () => here() && pick(here(), range);
  useKeys({
    j: () => focus(next(here(), 1)),
    k: () => focus(next(here(), -1)),
    n: () => step(1),
    N: () => step(-1),
    x: picks(false),
    X: picks(true),
    Escape: () => (open ? show("") : unpick?.()),
  });
  return list;
}
