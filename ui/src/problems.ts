/** What needs a person, chosen, grouped and summed: pure, so that what is shown adds up. */
import type { CaseRow, Today, TodayProblem } from "./api";
import { houseNow } from "./clock";

export interface Group {
  title: string;
  problems: TodayProblem[];
}

export const amount = (problems: TodayProblem[]): number =>
  problems.reduce((sum, each) => sum + Number(each.case.amount_at_stake ?? 0), 0);

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
      (!by.status || status === by.status) &&
      (!by.role || row.role === by.role) &&
      (!by.mine || !row.owner || row.owner === by.mine) &&
      (!by.due || (row.resolve_by != null && new Date(row.resolve_by) <= by.due)),
  );

/** The order it is about, if it is about one. */
export const orderOf = (row: CaseRow): string =>
  row.about?.startsWith("purchase_order/") ? row.about.slice("purchase_order/".length) : "";

/** Whether it is a question to the supplier of an order. */
export const waitsForAnswer = (row: CaseRow): boolean => orderOf(row) !== "" && row.kind?.startsWith("ACK_") === true;

/** What a person says who wakes a problem again that was just put to rest, and from when on. */
export const TAKEN_BACK = "Taken back";
export const justNow = (): string => new Date(houseNow().getTime() - 1000).toISOString();

const touched = new Set<string>();

/** Remember what was acted on here: where it ends, its row goes at once, for nobody is surprised. */
export const touch = (id: string): void => void touched.add(id);

/** The list as it is shown on: known rows renewed where they stand; gone ones stay, unless they were ended here. */
export const renewed = (before: TodayProblem[], now: TodayProblem[]): TodayProblem[] => {
  if (before.length === 0) return now;
  const known = new Map(now.map((each) => [each.case.id, each]));
  const after = before.flatMap((each) => known.get(each.case.id) ?? (touched.has(each.case.id) ? [] : [each]));
  return after.length === before.length && after.every((each, place) => each === before[place]) ? before : after;
};

/** What one list has and the other does not. */
export const without = (some: TodayProblem[], others: TodayProblem[]): TodayProblem[] => {
  const there = new Set(others.map((each) => each.case.id));
  return some.filter((each) => !there.has(each.case.id));
};

/** The sums over what is shown, so that they add up with it whatever waits. */
export const summed = (today: Today, problems: TodayProblem[]): Today => {
  const due = problems.flatMap((each) => each.case.resolve_by ?? []).sort();
  const counts = today.counts.map(({ status }) => {
    const inside = problems.filter((each) => each.status === status);
    return { status, count: inside.length, amount: String(amount(inside)) };
  });
  const first_due = due[0] ?? null;
  return { ...today, problems, counts, first_due, count: problems.length, amount: String(amount(problems)) };
};

/** Everything from the one to the other, as they stand. */
export const between = (order: TodayProblem[], one: string, other: string): string[] => {
  const ids = order.map((each) => each.case.id);
  const [from, to] = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
  return from === undefined || to === undefined || from < 0 ? [other] : ids.slice(from, to + 1);
};

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
