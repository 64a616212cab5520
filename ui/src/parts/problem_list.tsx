/** The list of problems in their groups: one line each, the whole of which opens it. */
import type { TodayProblem } from "../api";
import { about, amount, type Group, initials } from "../problems";
import { counted, left, money, STATUS_WORDS, told } from "../words";
import { Icon, TONE } from "./icon";

interface Shown {
  groups: Group[];
  open: string;
  show: (id: string) => void;
  now: Date;
  picked: ReadonlySet<string>;
  /** Left out where a person may look only. */
  pick: ((id: string, range: boolean) => void) | undefined;
}

export function ProblemList({ groups, open, show, now, picked, pick }: Shown) {
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
              pick={pick && ((range) => pick(each.case.id, range))}
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
  pick: ((range: boolean) => void) | undefined;
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
        {pick && (
          <input
            type="checkbox"
            aria-label={`Select ${row.says}`}
            checked={picked}
            onChange={(event) => pick(shifted(event.nativeEvent))}
            tabIndex={-1}
          />
        )}
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
        <div className="a">{told(row.says ?? "")}</div>
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

const shifted = (event: Event): boolean => "shiftKey" in event && event.shiftKey === true;

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
