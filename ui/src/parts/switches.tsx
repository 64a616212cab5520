/** Switches of the demo: take somebody down and see that what is for them waits, and goes when they are back. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, get } from "../api";
import { refresh } from "../live";
import { useMe } from "../session";
import { plain, units } from "../words";
import { Icon, type Sign } from "./icon";

interface Switch {
  name: string;
  role: string;
  on: boolean;
}
const PATH = "/practice/v1/switches";
const SIGNS: Record<string, Sign> = { erp: "erp", supplier: "supplier", warehouse: "wh", ours: "power" };

export function Switches() {
  const client = useQueryClient();
  const me = useMe();
  const found = useQuery({
    queryKey: ["switches"],
    queryFn: () => ask<{ switches: Switch[] }>("GET", PATH),
    enabled: me.practice,
  });
  const partners = useQuery({
    queryKey: ["partners", "some"],
    queryFn: () => get("/partners", {}, { limit: 100 }),
    enabled: found.isSuccess,
  });
  if (!found.data) return null;
  const rows = new Map(partners.data?.items.map((each) => [each.name, each]));
  const turn = async (each: Switch) => {
    await ask("POST", `${PATH}/${each.name}`, { on: !each.on });
    await refresh(client);
  };
  const lost = [...rows.values()].reduce((all, each) => all + (each.exchanged?.given_up ?? 0), 0);
  return (
    <section className="card" aria-labelledby="h-sw">
      <header>
        <h2 id="h-sw">What if somebody is down?</h2>
        <span className="grow" />
        <span className={lost ? "pill bad" : "pill ok"}>
          <Icon name={lost ? "warn" : "ok"} />
          {units(lost)} lost
        </span>
      </header>
      <div className="sws">
        {found.data.switches.map((each) => {
          const row = rows.get(each.name)?.exchanged;
          const title = each.role === "ours" ? "Our own processing" : rows.get(each.name)?.title || each.name;
          const waiting = row?.undelivered ?? 0;
          return (
            <div key={each.name} className={each.on ? "" : "hold"}>
              <Icon name={SIGNS[each.role] ?? "partner"} />
              <span>
                <span id={`sw-${each.name}`}>{title}</span>
                <small className={each.on ? "" : "hold"}>
                  {each.role === "ours"
                    ? each.on
                      ? "at work"
                      : "stopped: what comes is kept, and read when it is back"
                    : `${plain(each.role)}, ${each.on ? "up" : "down"}; ${units(row?.delivered ?? 0)} delivered, ${units(waiting)} waiting`}
                </small>
              </span>
              <input
                type="checkbox"
                role="switch"
                className="sw"
                checked={each.on}
                aria-labelledby={`sw-${each.name}`}
                onChange={() => void turn(each)}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
