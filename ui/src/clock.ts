/** The time of the house, by which deadlines run: a browser's own clock may stand elsewhere, and a demo's runs ahead. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get, type Today } from "./api";

let ahead = 0;

export const houseNow = (): Date => new Date(Date.now() + ahead);

/** What needs a person today; it also tells what time it is there. */
export const useToday = () =>
  useQuery({
    queryKey: ["today"],
    queryFn: async (): Promise<Today> => {
      const today = await get("/today", {});
      ahead = new Date(today.now).getTime() - Date.now();
      return today;
    },
  });

/** The time, a minute at a time. */
export function useMinute(): Date {
  const [now, tick] = useState(houseNow);
  const known = useToday().isSuccess;
  useEffect(() => {
    tick(houseNow());
    const clock = window.setInterval(() => tick(houseNow()), 60_000);
    return () => window.clearInterval(clock);
  }, [known]);
  return now;
}
