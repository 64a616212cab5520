/** What happens, as it happens: the stream of events makes what is shown fresh, at most once a second. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

const QUIET_MS = 1000;
const AGAIN_MS = 3000;
/** What the stream calls its events: the kinds of things that something happens to. */
const KINDS = [
  "purchase_order",
  "ship_notice",
  "goods_receipt",
  "invoice",
  "invoice_book",
  "case",
  "exchange",
  "replay",
];

/** Ask anew for all that is shown. */
export const refresh = (client: QueryClient): Promise<void> => client.invalidateQueries();

/** Follow the changes; return since when we have been cut off, or null while connected. */
export function useLive(): Date | null {
  const client = useQueryClient();
  const [lost, setLost] = useState<Date | null>(null);
  useEffect(
    () => follow(client, (connected) => setLost((before) => (connected ? null : (before ?? new Date())))),
    [client],
  );
  return lost;
}

/** Listen until told to stop. A browser tries again by itself after a broken line, but not after a refusal. */
function follow(client: QueryClient, tell: (connected: boolean) => void): () => void {
  let [waiting, again]: (number | undefined)[] = [];
  let cut = false;
  let stream: EventSource;
  const soon = () => {
    waiting ??= window.setTimeout(() => {
      waiting = undefined;
      void refresh(client);
    }, QUIET_MS);
  };
  const listen = () => {
    stream = new EventSource("/process/v1/events");
    stream.onopen = () => {
      if (cut) soon();
      cut = false;
      tell(true);
    };
    stream.onerror = () => {
      cut = true;
      tell(false);
      if (stream.readyState === EventSource.CLOSED) again = window.setTimeout(listen, AGAIN_MS);
    };
    for (const kind of KINDS) stream.addEventListener(kind, soon);
  };
  listen();
  return () => {
    window.clearTimeout(waiting);
    window.clearTimeout(again);
    stream.close();
  };
}
