/** What needs a person, chosen, grouped and summed: pure, so that what is shown adds up. */
import type { Status, TodayProblem } from "./api";

export interface Group {
  title: string;
  problems: TodayProblem[];
}

export const amount = (problems: TodayProblem[]): number =>
  problems.reduce((sum, each) => sum + Number(each.case.amount_at_stake), 0);

export const choose = (problems: TodayProblem[], status: string, role: string): TodayProblem[] =>
  problems.filter((each) => (!status || each.status === (status as Status)) && (!role || each.case.role === role));

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
