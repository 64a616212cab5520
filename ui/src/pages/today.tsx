/** What needs me today? Every exception, by deadline and money, beside the one that is open. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { get, post, type Today, type TodayProblem } from "../api";
import { useKeys } from "../keys";
import { Icon, TONE } from "../parts/icon";
import { KeepView } from "../parts/keep_view";
import { ProblemPanel } from "../parts/problem";
import { Empty, Failed, Loading } from "../parts/state";
import { about, amount, choose, type Group, grouped, initials, soon, turned } from "../problems";
import { useMe } from "../session";
import { Head } from "../shell";
import { useToast } from "../toast";
import { counted, left, money, STATUS_WORDS } from "../words";

export function TodayPage() {
  const today = useQuery({ queryKey: ["today"], queryFn: () => get<Today>("/today") });
  const [asked, ask] = useSearchParams();
  const [picked, pick] = useState<ReadonlySet<string>>(new Set());
  const status = asked.get("status") ?? "";
  const role = asked.get("role") ?? "";
  const mine = asked.get("mine") ?? "";
  const due = asked.get("due") ?? "";
  const me = useMe();
  const open = asked.get("open") ?? "";
  const now = useMinute();
  const shown = useMemo(
    () => choose(today.data?.problems ?? [], { status, role, mine: mine ? me.title : "", due: due ? soon(now) : null }),
    [today.data, status, role, mine, due, me.title, now],
  );
  const groups = useMemo(() => grouped(shown, now), [shown, now]);
  const order = groups.flatMap((group) => group.problems);
  const set = (name: string, value: string) =>
    ask(
      (before) => {
        if (value && before.get(name) !== value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const show = (id: string) => set("open", id === open ? "" : id);
  const list = useListKeys(
    order,
    (id) => set("open", id),
    (id) => pick(turned(picked, id)),
  );
  if (today.isError && !today.data) return <Failed error={today.error} again={() => void today.refetch()} />;
  const data = today.data;
  const chosen = order.find((each) => each.case.id === open);
  return (
    <>
      <Head title="What needs me today?" says={data ? <Sum today={data} now={now} /> : "Looking."} />
      {data && <Counts today={data} status={status} choose={(each) => set("status", each)} />}
      <Filters problems={data?.problems ?? []} role={role} mine={mine} due={due} choose={set} />
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
              <Table groups={groups} open={open} show={show} now={now} picked={picked} pick={pick} />
            )}
          </div>
          {picked.size > 0 && (
            <Bulk chosen={order.filter((each) => picked.has(each.case.id))} done={() => pick(new Set())} />
          )}
        </div>
        {chosen && (
          <ProblemPanel key={chosen.case.id} id={chosen.case.id} status={chosen.status} close={() => set("open", "")} />
        )}
      </div>
    </>
  );
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

interface TableProps {
  groups: Group[];
  open: string;
  show: (id: string) => void;
  now: Date;
  picked: ReadonlySet<string>;
  pick: (picked: ReadonlySet<string>) => void;
}

function Table({ groups, open, show, now, picked, pick }: TableProps) {
  const first = groups[0]?.problems[0]?.case.id;
  return (
    <table aria-label="Problems">
      <colgroup>
        <col className="w40" />
        <col className="w120" />
        <col />
        <col className="w88" />
        <col className="w96" />
        <col className="w44" />
      </colgroup>
      <thead>
        <tr>
          <th>
            <span className="sr">Select</span>
          </th>
          <th>Kind</th>
          <th>Problem</th>
          <th className="num price">At stake</th>
          <th className="num">Time left</th>
          <th>
            <span className="sr">Who</span>
          </th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.title}>
          <tr className="grp">
            <th colSpan={6} scope="rowgroup">
              <span className="b">{group.title}</span>{" "}
              <span className="tab">
                {counted(group.problems.length, "problem")}
                <span className="price">, {money(amount(group.problems))}</span>
              </span>
            </th>
          </tr>
          {group.problems.map((each) => (
            <Row
              key={each.case.id}
              problem={each}
              selected={each.case.id === open}
              show={() => show(each.case.id)}
              now={now}
              focusable={open ? each.case.id === open : each.case.id === first}
              picked={picked.has(each.case.id)}
              pick={() => pick(turned(picked, each.case.id))}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Row({
  problem,
  selected,
  focusable,
  show,
  now,
  picked,
  pick,
}: {
  problem: TodayProblem;
  selected: boolean;
  focusable: boolean;
  show: () => void;
  now: Date;
  picked: boolean;
  pick: () => void;
}) {
  const row = problem.case;
  return (
    <tr
      className={selected ? "go sel" : "go"}
      data-id={row.id}
      tabIndex={focusable ? 0 : -1}
      aria-selected={selected}
      onClick={show}
      onKeyDown={(event) => event.key === "Enter" && show()}
    >
      <td className="c-ck" onClick={(event) => event.stopPropagation()}>
        <input type="checkbox" aria-label={`Select ${row.says}`} checked={picked} onChange={pick} tabIndex={-1} />
      </td>
      <td className="c-st">
        <span className="st">
          <span className={TONE[problem.status]}>
            <Icon name={problem.status} />
          </span>
          {STATUS_WORDS[problem.status]}
        </span>
      </td>
      <td className="c-what two">
        <div className="a">{row.says}</div>
        <div className="z">{[about(row.about ?? ""), row.partner].filter(Boolean).join(" · ")}</div>
      </td>
      <td className="num c-amt price">
        {Number(row.amount_at_stake) ? <b>{money(row.amount_at_stake ?? 0)}</b> : <span className="muted">0</span>}
      </td>
      <td className="num c-left">
        {row.resolve_by && <Left until={row.resolve_by} since={row.opened_at ?? ""} now={now} />}
      </td>
      <td className="c-who">
        {row.owner && (
          <span className="av" title={`${row.owner} has it`}>
            {initials(row.owner)}
          </span>
        )}
      </td>
    </tr>
  );
}

function Left({ until, since, now }: { until: string; since: string; now: Date }) {
  const over = new Date(until) < now;
  const whole = new Date(until).getTime() - new Date(since || until).getTime();
  const rest = whole > 0 ? Math.max(0, (new Date(until).getTime() - now.getTime()) / whole) : 0;
  const tone = over ? "bad" : rest < 0.45 ? "warn" : "calm";
  return (
    <span className={`left ${tone}`}>
      <span>{left(until, now)}</span>
      {!over && (
        <i>
          <s style={{ width: `${Math.min(1, rest) * 100}%` }} />
        </i>
      )}
    </span>
  );
}

function Bulk({ chosen, done }: { chosen: TodayProblem[]; done: () => void }) {
  const [says, say] = useState("");
  const me = useMe();
  const toast = useToast();
  const take = async () => {
    say("Taking them");
    await Promise.all(chosen.map((each) => post(`/cases/${each.case.id}/assign`, { to: me.title, by: me.title })));
    toast(`${counted(chosen.length, "problem")} taken.`);
    done();
  };
  return (
    <div className="bulk" role="toolbar" aria-label="Bulk actions">
      <span>
        <b className="tab">{chosen.length}</b> selected
        <span className="price">
          , <b className="tab">{money(amount(chosen))}</b>
        </span>
      </span>
      <span className="sep" />
      <button type="button" className="btn sm pri" onClick={() => void take()}>
        Take {counted(chosen.length, "problem")}
      </button>
      <span role="status">{says}</span>
      <button type="button" className="ib" aria-label="Clear selection" onClick={done}>
        <Icon name="x" />
      </button>
    </div>
  );
}

/** The time, a minute at a time. */
export function useMinute(): Date {
  const [now, tick] = useState(() => new Date());
  useEffect(() => {
    const clock = window.setInterval(() => tick(new Date()), 60_000);
    return () => window.clearInterval(clock);
  }, []);
  return now;
}

function useListKeys(order: TodayProblem[], open: (id: string) => void, pick: (id: string) => void) {
  const list = useRef<HTMLDivElement>(null);
  const here = () => document.activeElement?.closest<HTMLElement>("tr[data-id]")?.dataset.id;
  const move = (by: number) => {
    const at = order.findIndex((each) => each.case.id === here());
    const next = order[at < 0 ? 0 : Math.max(0, Math.min(order.length - 1, at + by))];
    list.current?.querySelector<HTMLElement>(`tr[data-id="${next?.case.id}"]`)?.focus();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const id = here();
      if (id) pick(id);
    },
    Escape: () => open(""),
  });
  return list;
}
