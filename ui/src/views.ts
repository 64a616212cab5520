/** Views a person keeps: an address with its filters, by a name of their own, on this machine. */
import { useSyncExternalStore } from "react";

export interface View {
  name: string;
  to: string;
}

const KEY = "tradelane.views";
const listeners = new Set<() => void>();
let kept: View[] = read();

function read(): View[] {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(said)
      ? said.filter((one): one is View => typeof one?.name === "string" && typeof one?.to === "string")
      : [];
  } catch {
    return [];
  }
}

function write(views: View[]): void {
  kept = views;
  localStorage.setItem(KEY, JSON.stringify(views));
  for (const tell of listeners) tell();
}

export const keepView = (view: View): void => write([...kept.filter((one) => one.name !== view.name), view]);
export const dropView = (name: string): void => write(kept.filter((one) => one.name !== name));

const listen = (tell: () => void) => {
  listeners.add(tell);
  return () => void listeners.delete(tell);
};

export const useViews = (): View[] => useSyncExternalStore(listen, () => kept);
