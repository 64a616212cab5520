/** Keys that act while nobody types. */
import { useEffect } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

export function useKeys(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const plainKey = !event.metaKey && !event.ctrlKey && !event.altKey;
      const name = plainKey ? event.key : `Ctrl ${event.key}`;
      const act = keys[name];
      if (!act || (typing(event.target) && event.key !== "Escape")) return;
      act(event);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}

export const ALL_KEYS: [string, string][] = [
  ["j k", "next, previous row"],
  ["Enter", "open"],
  ["Esc", "close"],
  ["x", "select"],
  ["r · p · s · c", "remind, record by phone, snooze, comment: with a problem open"],
  ["/ or Ctrl K", "find a number"],
  ["g t · g o · g d · g p", "go to Today, Orders, Documents, Partners"],
  ["?", "these keys"],
];
