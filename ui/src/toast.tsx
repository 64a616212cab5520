/** What was just done, said for a moment at the edge of the page, whatever became of the place it was done at. */
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

const SHOWN_MS = 6000;
const Saying = createContext<(said: string) => void>(() => undefined);

export const useToast = (): ((said: string) => void) => useContext(Saying);

export function Toasts({ children }: { children: ReactNode }) {
  const [said, say] = useState({ text: "", number: 0 });
  const toast = useCallback((text: string) => say((before) => ({ text, number: before.number + 1 })), []);
  useEffect(() => {
    if (!said.text) return;
    const waiting = window.setTimeout(() => say((before) => ({ ...before, text: "" })), SHOWN_MS);
    return () => window.clearTimeout(waiting);
  }, [said]);
  return (
    <Saying value={toast}>
      {children}
      <div className={said.text ? "toast" : "sr"} role="status" aria-live="polite">
        {said.text}
      </div>
    </Saying>
  );
}
