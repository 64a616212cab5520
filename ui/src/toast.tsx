/** What was just done, said for a moment at the edge of the page; `u` or the button undoes it where that is real. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { useKeys } from "./keys";

const SHOWN_MS = 6000;
type Undo = () => void;
const Saying = createContext<(said: string, undo?: Undo) => void>(() => undefined);

export const useToast = (): ((said: string, undo?: Undo) => void) => useContext(Saying);

interface Said {
  text: string;
  undo?: Undo | undefined;
  number: number;
}

export function Toasts({ children }: { children: ReactNode }) {
  const [said, say] = useState<Said>({ text: "", number: 0 });
  const toast = useCallback(
    (text: string, undo?: Undo) => say(({ number }) => ({ text, undo, number: number + 1 })),
    [],
  );
  const undo = () => {
    say((before) => ({ text: "", number: before.number }));
    said.undo?.();
  };
  useEffect(() => {
    if (!said.text) return;
    const waiting = window.setTimeout(() => say((before) => ({ ...before, text: "" })), SHOWN_MS);
    return () => window.clearTimeout(waiting);
  }, [said.number, said.text]);
  useKeys(said.undo ? { u: undo } : {});
  return (
    <Saying value={toast}>
      {children}
      <div className={said.text ? "toast" : "sr"}>
        <span role="status" aria-live="polite">
          {said.text}
        </span>
        {said.text && said.undo && (
          <button type="button" onClick={undo}>
            Undo <kbd>u</kbd>
          </button>
        )}
      </div>
    </Saying>
  );
}
