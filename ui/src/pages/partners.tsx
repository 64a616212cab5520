/** How does it go with each partner? Its channel, what was exchanged, what waits, what went wrong. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { escaped, get, type Page, type PartnerAnswer } from "../api";
import { Icon } from "../parts/icon";
import { PartnerDays } from "../parts/partner_days";
import { Empty, Failed, Loading } from "../parts/state";
import { When } from "../parts/when";
import { Head } from "../shell";
import { counted, documentType, plain, units } from "../words";

const every = async (): Promise<PartnerAnswer[]> => {
  const found: PartnerAnswer[] = [];
  let after = "";
  do {
    const page: Page<PartnerAnswer> = await get("/partners", {}, { limit: 500, after });
    found.push(...page.items);
    after = page.next ?? "";
  } while (after && found.length < 20_000);
  return found;
};

export function PartnersPage() {
  const { name = "" } = useParams();
  const go = useNavigate();
  const partners = useQuery({ queryKey: ["partners"], queryFn: every });
  const chosen = partners.data?.find((each) => each.name === name);
  const troubled = partners.data?.filter((each) => trouble(each) > 0).length ?? 0;
  return (
    <>
      <Head
        title="How does it go with each partner?"
        says={
          partners.data
            ? `${counted(partners.data.length, "partner")}, ${troubled ? `${troubled} with something to look at` : "nothing to look at"}.`
            : "Looking."
        }
      />
      <div className={chosen ? "split open" : "split alone"}>
        <div className="listwrap">
          <div className="list">
            {partners.isError && !partners.data && (
              <Failed error={partners.error} again={() => void partners.refetch()} />
            )}
            {partners.isLoading && <Loading />}
            {partners.data?.length === 0 && (
              <Empty
                sign="partner"
                says="There are no partners yet."
                next={
                  <>
                    Make one: <code>tradelane partner new</code>
                  </>
                }
              />
            )}
            {partners.data && partners.data.length > 0 && (
              <table aria-label="Partners">
                <colgroup>
                  <col className="w30" />
                  <col className="w20" />
                </colgroup>
                <thead>
                  <tr>
                    <th>Partner</th>
                    <th>Channel</th>
                    <th className="num">Came</th>
                    <th className="num">Went</th>
                    <th>Last heard</th>
                    <th>To look at</th>
                  </tr>
                </thead>
                <tbody>
                  {partners.data.map((each) => (
                    <tr
                      key={each.name}
                      className={each.name === name ? "go sel" : "go"}
                      onClick={() => void go(`/partners/${escaped(each.name)}`)}
                    >
                      <td className="two">
                        <div className="a">
                          <Link to={`/partners/${escaped(each.name)}`}>{each.title || each.name}</Link>
                        </div>
                        <div className="z">{plain(each.role)}</div>
                      </td>
                      <td>
                        {plain(each.channel)} <span className="muted">{each.syntax}</span>
                      </td>
                      <td className="num">{units(sum(each.exchanged?.received))}</td>
                      <td className="num">{units(sum(each.exchanged?.sent))}</td>
                      <td className="tab muted nw">
                        {each.exchanged?.last_heard_at ? <When at={each.exchanged.last_heard_at} /> : "never"}
                      </td>
                      <td>
                        {trouble(each) ? (
                          <span className="st">
                            <span className="warn">
                              <Icon name="warn" />
                            </span>
                            {units(trouble(each))}
                          </span>
                        ) : (
                          <span className="muted">0</span>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </div>
        </div>
        {chosen && <PartnerPanel partner={chosen} close={() => void go("/partners")} />}
      </div>
    </>
  );
}

const sum = (counts: Record<string, number> | undefined): number =>
  Object.values(counts ?? {}).reduce((all, one) => all + one, 0);

const trouble = (each: PartnerAnswer): number => {
  const row = each.exchanged;
  return row
    ? (row.undelivered ?? 0) +
        (row.given_up ?? 0) +
        (row.refused_by_partner ?? 0) +
        (row.needs_fixing ?? 0) +
        (row.overdue?.length ?? 0)
    : 0;
};

function PartnerPanel({ partner, close }: { partner: PartnerAnswer; close: () => void }) {
  const row = partner.exchanged;
  const facts: [string, React.ReactNode][] = [
    ["Role", plain(partner.role)],
    ["Channel", plain(partner.channel)],
    ["Writes", partner.syntax],
    ["Known as", partner.identities.join(", ") || "its key alone"],
    ["Test partner", partner.test ? "yes" : "no"],
  ];
  const counts: [string, number][] = row
    ? [
        ["Transmissions", row.transmissions ?? 0],
        ["Sent back to them", row.sent_back ?? 0],
        ["Already had", row.repeated ?? 0],
        ["Needs fixing (ours)", row.needs_fixing ?? 0],
        ["Delivered", row.delivered ?? 0],
        ["Not delivered yet", row.undelivered ?? 0],
        ["Awaiting acknowledgement", row.awaiting_acknowledgement ?? 0],
        ["Acknowledged", row.acknowledged ?? 0],
        ["Refused by them", row.refused_by_partner ?? 0],
      ]
    : [];
  return (
    <aside className="panel" aria-label="Partner">
      <div className="top">
        <div className="r">
          <span className="pill">{plain(partner.role)}</span>
          <button type="button" className="ib" aria-label="Close panel" onClick={close}>
            <Icon name="x" />
          </button>
        </div>
        <h2>{partner.title || partner.name}</h2>
      </div>
      <div className="scroll">
        <section className="sec">
          <h3>Settings in effect</h3>
          <dl className="kv">
            {facts.map(([name, said]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{said}</dd>
              </div>
            ))}
          </dl>
        </section>
        <PartnerDays name={partner.name} />
        {row?.last_failure && (
          <section className="sec">
            <h3>Last failure</h3>
            <p>
              {row.last_failure_at ? <When at={row.last_failure_at} /> : ""}: {row.last_failure}
            </p>
          </section>
        )}
        {row && (
          <section className="sec">
            <h3>How it went</h3>
            <dl className="kv">
              {counts.map(([name, said]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{units(said)}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {row && (
          <section className="sec">
            <h3>Documents</h3>
            <table className="mini">
              <thead>
                <tr>
                  <th>Document</th>
                  <th className="num">Came</th>
                  <th className="num">Went</th>
                </tr>
              </thead>
              <tbody>
                {[...new Set([...Object.keys(row.received ?? {}), ...Object.keys(row.sent ?? {})])].map((type) => (
                  <tr key={type}>
                    <td>{documentType(type)}</td>
                    <td className="num">{units(row.received?.[type] ?? 0)}</td>
                    <td className="num">{units(row.sent?.[type] ?? 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
        <p className="acts">
          <Link className="btn" to={`/documents?partner=${encodeURIComponent(partner.name)}`}>
            Its documents
          </Link>
          <Link className="btn" to={`/orders?partner=${encodeURIComponent(partner.name)}`}>
            Its orders
          </Link>
        </p>
      </div>
    </aside>
  );
}
