/** What a partner's last days were like: documents and problems, as a picture and as the same numbers in a table. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { get } from "../api";
import { day, units } from "../words";
import { Failed, Loading } from "./state";

const Plot = lazy(() => import("./plot"));
const DAYS = 30;

export function PartnerDays({ name }: { name: string }) {
  const found = useQuery({
    queryKey: ["partner", name, "days"],
    queryFn: () => get("/partners/{name}/days", { name }, { days: DAYS }),
    placeholderData: undefined,
  });
  const days = useMemo(() => found.data?.days ?? [], [found.data]);
  const names = useMemo(() => days.map((each) => day(each.on)), [days]);
  const lines = useMemo(
    () => [
      { name: "Documents", color: "--accent", values: days.map((each) => each.came + each.went) },
      { name: "Problems", color: "--bad", dashed: true, values: days.map((each) => each.problems) },
    ],
    [days],
  );
  return (
    <section className="sec">
      <h3>
        Its last {DAYS} days <span className="muted">by UTC days</span>
      </h3>
      {found.isError && <Failed error={found.error} again={() => void found.refetch()} />}
      {found.isLoading && <Loading rows={3} />}
      {days.length > 0 && (
        <>
          <p className="plot-key" aria-hidden="true">
            <span>
              <i />
              Documents a day
            </span>
            <span>
              <i className="dash" />
              Problems a day
            </span>
          </p>
          <Suspense fallback={<div className="plot" />}>
            <Plot days={names} lines={lines} />
          </Suspense>
          <details>
            <summary>The same numbers as a table</summary>
            <div className="days-table" tabIndex={0} role="region" aria-label="Days">
              <table className="mini" aria-label="Documents and problems by day">
                <thead>
                  <tr>
                    <th>Day</th>
                    <th className="num">Came</th>
                    <th className="num">Went</th>
                    <th className="num">Problems</th>
                  </tr>
                </thead>
                <tbody>
                  {[...days].reverse().map((each) => (
                    <tr key={each.on}>
                      <td className="tab">{day(each.on)}</td>
                      <td className="num">{units(each.came)}</td>
                      <td className="num">{units(each.went)}</td>
                      <td className="num">{units(each.problems)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
          {found.data?.more && <p className="muted">There were more problems than are counted here.</p>}
        </>
      )}
    </section>
  );
}
