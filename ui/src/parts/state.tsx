/** What stands where nothing does: empty, loading, not reached. Each says what is true now and what comes next. */
import type { ReactNode } from "react";
import { Icon, type Sign } from "./icon";

export function Empty({ sign = "ok", says, next }: { sign?: Sign; says: string; next: ReactNode }) {
  return (
    <div className="state">
      <Icon name={sign} />
      <b>{says}</b>
      <span>{next}</span>
    </div>
  );
}

/** Grey lines shaped like rows, after a moment: what comes at once does not flicker. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="sk" />
      ))}
    </div>
  );
}

export function Failed({ error, again }: { error: Error; again: () => void }) {
  return (
    <div className="state" role="alert">
      <Icon name="warn" />
      <b>This could not be shown</b>
      <span>{error.message}</span>
      <button type="button" className="btn" onClick={again}>
        Try again
      </button>
    </div>
  );
}
