/** Keys that act while nobody types. One listener hears them; of those who know a key, the highest acts alone. */
import { useEffect, useRef } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const GO_MS = 1500;
const known: { keys: Keys; rank: number }[] = [];
let going = 0;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

/** Act on *keys* while this is shown: "j", "X" (with Shift), "Ctrl k", "g t" (one after the other). */
export function useKeys(keys: Keys, rank = 0): void {
  const own = useRef({ keys, rank });
  own.current.keys = keys;
  useEffect(() => {
    const mine = own.current;
    known.push(mine);
    return () => void known.splice(known.indexOf(mine), 1);
  }, []);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return primary(event);
  const free = !typing(event.target) && !document.querySelector("dialog[open]");
  if (!free && (event.key !== "Escape" || document.querySelector("dialog[open]"))) return;
  const name = named(event);
  const able = known.filter(({ keys }) => keys[name]).sort((a, b) => b.rank - a.rank);
  if (!able[0]) return;
  event.preventDefault();
  able[0].keys[name]?.(event);
});

function named(event: KeyboardEvent): string {
  if (event.metaKey || event.ctrlKey || event.altKey) return `Ctrl ${event.key}`;
  const after = Date.now() - going < GO_MS;
  going = event.key === "g" ? Date.now() : 0;
  return after && event.key !== "g" ? `g ${event.key}` : event.key;
}

/** Do what the one full button does: of the form that is open or typed in, else of the page. */
function primary(event: KeyboardEvent): void {
  const inside = event.target instanceof Element ? event.target.closest("form") : null;
  const place = document.querySelector("dialog[open]") ?? inside ?? document.querySelector(".panel") ?? document;
  const button = place.querySelector<HTMLButtonElement>("button.pri:not(:disabled)");
  if (!button) return;
  event.preventDefault();
  button.click();
}

export const ALL_KEYS: [string, string][] = [
  ["j k", "next, previous row"],
  ["Enter", "open"],
  ["Esc", "close; take the selection back"],
  ["x", "select"],
  ["Shift x", "select from the last one to here"],
  ["n N", "next, previous problem"],
  ["[ ]", "previous, next in the list one came from"],
  [".", "show what is new"],
  ["a · s · r", "assign, snooze, remind: what is selected, else what is open"],
  ["p · c", "record by phone, comment: with a problem open"],
  ["e", "end what is selected"],
  ["u", "undo what was just done"],
  ["Ctrl Enter", "do what the blue button says"],
  ["/ or Ctrl K", "find a number"],
  ["g t · g o · g d · g p", "go to Today, Orders, Documents, Partners"],
  ["?", "these keys"],
];
