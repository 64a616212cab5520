/** What is chosen on a page stands in its address, so that it can be linked, kept and gone back to. */
import { useSearchParams } from "react-router";

export function useChoice() {
  const [asked, ask] = useSearchParams();
  /** From the address as it is now: two choices in a moment are both kept. */
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(window.location.search);
    if (value) next.set(name, value);
    else next.delete(name);
    ask(next, { replace: true });
  };
  const of = (name: string): string => asked.get(name) ?? "";
  return { of, set, turn: (name: string, value: string) => set(name, of(name) === value ? "" : value) };
}
