/** What needs a person, chosen, grouped and summed: pure, so that what is shown adds up. */
import type { Status, TodayProblem } from "./api";

export interface Group {
  title: string;
  problems: TodayProblem[];
}

export const amount = (problems: TodayProblem[]): number =>
  problems.reduce((sum, each) => sum + Number(each.case.amount_at_stake), 0);

/** What is shown: of one status, of one role, somebody's own and nobody's, due before a time. */
export interface Choice {
  status: string;
  role: string;
  mine: string;
  due: Date | null;
}

export const choose = (problems: TodayProblem[], by: Choice): TodayProblem[] =>
  problems.filter(
    ({ status, case: row }) =>
      (!by.status || status === (by.status as Status)) &&
      (!by.role || row.role === by.role) &&
      (!by.mine || !row.owner || row.owner === by.mine) &&
      (!by.due || (row.resolve_by != null && new Date(row.resolve_by) <= by.due)),
  );

export const soon = (now: Date): Date => new Date(now.getTime() + 24 * 3_600_000);

export const turned = (picked: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const next = new Set(picked);
  if (!next.delete(id)) next.add(id);
  return next;
};

export const initials = (name: string): string =>
  name
    .split(/[\s._-]+/)
    .map((word) => word.charAt(0).toUpperCase())
    .join("")
    .slice(0, 2);

/** An object's address in our books, as people say it. */
export const about = (stream: string): string => {
  const [kind = "", ...rest] = stream.split("/");
  const words: Record<string, string> = {
    purchase_order: "Order",
    ship_notice: "ASN",
    goods_receipt: "Receipt",
    invoice: "Invoice",
    exchange: "Partner",
  };
  return words[kind] && rest.length ? `${words[kind]} ${rest.at(-1)}` : "";
};

export function grouped(problems: TodayProblem[], now: Date): Group[] {
  const night = new Date(now);
  night.setHours(24, 0, 0, 0);
  const due = (each: TodayProblem) => (each.case.resolve_by ? new Date(each.case.resolve_by) : null);
  const parts: [string, (at: Date | null) => boolean][] = [
    ["Past the deadline", (at) => at !== null && at < now],
    ["Today", (at) => at !== null && at >= now && at < night],
    ["Later", (at) => at === null || at >= night],
  ];
  const groups = parts.map(([title, fits]) => ({ title, problems: problems.filter((each) => fits(due(each))) }));
  return groups.filter((group) => group.problems.length > 0);
}
