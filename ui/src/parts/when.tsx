/** A moment in the reader's own zone; hovered, the same in full and as its sender wrote it, where that is known. */
import { moment, momentInFull } from "../words";

export function When({ at, sender = "" }: { at: string; sender?: string | undefined }) {
  const full = momentInFull(at) + (sender ? `; by the sender's clock: ${sender}` : "");
  return (
    <time dateTime={at} title={full}>
      {moment(at)}
    </time>
  );
}
