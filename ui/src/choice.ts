/** What is chosen on a page stands in its address, so that it can be linked, kept and gone back to. */
import { useSearchParams } from "react-router";

export function useChoice() {
  const [asked, ask] = useSearchParams();
  const set = (name: string, value: string) =>
    ask(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const of = (name: string): string => asked.get(name) ?? "";
  return { of, set, turn: (name: string, value: string) => set(name, of(name) === value ? "" : value) };
}
