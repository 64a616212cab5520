/** What stands before and after something in the list it was opened from. */
import { useNavigate } from "react-router";
import { escaped } from "./api";
import { useKeys } from "./keys";

const lists = new Map<string, string[]>();

/** Keep the order of a list as it was when one of it was opened. */
export const cameFrom = (place: string, keys: readonly string[]): void => void lists.set(place, [...keys]);

/** Where `[` and `]` lead from here; nowhere when one did not come from the list. */
export function useNeighbours(place: "/orders" | "/documents", key: string) {
  const go = useNavigate();
  const keys = lists.get(place) ?? [];
  const at = keys.indexOf(key);
  const to = (by: number): string => {
    const next = at < 0 ? undefined : keys[at + by];
    return next === undefined ? "" : `${place}/${escaped(next)}`;
  };
  const [before, after] = [to(-1), to(1)];
  useKeys({ "[": () => before && void go(before), "]": () => after && void go(after) });
  return { before, after, says: at < 0 ? "" : `${at + 1} of ${keys.length}` };
}
