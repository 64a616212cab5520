/** Where is this number? Everything that carries it, with why it was found. */
import { Link, useSearchParams } from "react-router";
import { Icon } from "../parts/icon";
import { Empty, Failed, Loading } from "../parts/state";
import { GROUPS, leadsTo, useSearch } from "../search";
import { Head } from "../shell";
import { counted, units } from "../words";

export function SearchPage() {
  const [asked, ask] = useSearchParams();
  const key = asked.get("q") ?? "";
  const found = useSearch(key);
  const groups = found.data?.groups ?? [];
  const count = groups.reduce((sum, each) => sum + each.hits.length + (each.left_out ?? 0), 0);
  return (
    <>
      <Head
        title={key ? `Where is ${key}?` : "Where is a number?"}
        says={
          found.data && key
            ? `${counted(count, "result")}.`
            : "Any order, invoice, shipment, control number, SSCC or file name."
        }
      />
      <div className="body">
        <form
          className="field"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            ask({ q: String(new FormData(event.currentTarget).get("q") ?? "").trim() });
          }}
        >
          <label htmlFor="q">Number</label>
          <input id="q" name="q" defaultValue={key} />
        </form>
        {found.isLoading && key && <Loading />}
        {found.isError && <Failed error={found.error} again={() => void found.refetch()} />}
        {key && found.data && count === 0 && (
          <Empty
            sign="search"
            says={`Nothing has ${key} in it.`}
            next="Look at the number again, or at Documents by its partner."
          />
        )}
        {groups.map((group) => (
          <section key={group.kind} className="card" aria-labelledby={`found-${group.kind}`}>
            <header>
              <h2 id={`found-${group.kind}`}>{GROUPS[group.kind].title}</h2>
              <span className="muted tab">{group.hits.length}</span>
              {(group.left_out ?? 0) > 0 && (
                <span className="muted">{units(group.left_out ?? 0)} more are not shown</span>
              )}
            </header>
            <ul className="found">
              {group.hits.map((hit) => (
                <li key={hit.key}>
                  <Icon name={GROUPS[hit.kind].sign} />
                  <Link className="b" to={leadsTo(hit)}>
                    {hit.name || hit.key}
                  </Link>
                  <span>{hit.says}</span>
                  <span className="muted">{hit.why}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
