/** "3 new, show": what came or went meanwhile waits here, so that no row moves under the reader. */
import { useKeys } from "../keys";
import { units } from "../words";

interface Waiting {
  count: number;
  more?: boolean;
  gone?: number;
  away: string;
  show: () => void;
}

export function Fresh({ count, more = false, gone = 0, away, show }: Waiting) {
  const waits = count + gone > 0;
  useKeys({ ".": () => waits && show() });
  const said = [count && `${more ? "at least " : ""}${units(count)} new`, gone && `${units(gone)} ${away}`];
  return (
    <div className={waits ? "fresh" : "sr"} role="status">
      {waits && (
        <button type="button" onClick={show}>
          {`${said.filter(Boolean).join(", ")}, show`} <kbd>.</kbd>
        </button>
      )}
    </div>
  );
}
