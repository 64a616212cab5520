/** What stands where nothing does: empty, loading, not reached. Each says what is true now and what comes next. */
import type { ReactNode } from "react";
import { Refused } from "../api";
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

/** What could not be shown, and why; to try again helps against all but what the reader may not see. */
export function Failed({ error, again }: { error: Error; again: () => void }) {
  if (error instanceof Refused && error.status === 403) return <NotYours says={error.message} />;
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

/** What the reader's role may not see, and who may. */
export function NotYours({ says }: { says: string }) {
  return (
    <div className="state" role="note">
      <Icon name="lock" />
      <b>This is not for your role</b>
      <span>{says}</span>
    </div>
  );
}
