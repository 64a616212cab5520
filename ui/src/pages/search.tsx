/** Where is this number? Everything that carries it, with why it was found. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { Icon } from "../parts/icon";
import { Empty, Failed, Loading } from "../parts/state";
import { search } from "../search";
import { Head } from "../shell";
import { counted } from "../words";

export function SearchPage() {
  const [asked, ask] = useSearchParams();
  const key = asked.get("q") ?? "";
  const found = useQuery({ queryKey: ["search", key], queryFn: () => search(key), enabled: key !== "" });
  return (
    <>
      <Head
        title={key ? `Where is ${key}?` : "Where is a number?"}
        says={
          found.data && key
            ? `${counted(found.data.length, "result")}.`
            : "Any order, document, control or transmission number."
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
        {key && found.data?.length === 0 && (
          <Empty
            sign="search"
            says={`Nothing has ${key} in it.`}
            next="Look at the number again, or at Documents by its partner."
          />
        )}
        {found.data && found.data.length > 0 && (
          <section className="card">
            <table aria-label="Results">
              <thead>
                <tr>
                  <th>What</th>
                  <th>Number</th>
                  <th>Why</th>
                </tr>
              </thead>
              <tbody>
                {found.data.map((hit) => (
                  <tr key={hit.to}>
                    <td>
                      <span className="st">
                        <Icon name={hit.sign} />
                        {hit.says}
                      </span>
                    </td>
                    <td>
                      <Link to={hit.to}>{hit.name}</Link>
                    </td>
                    <td className="muted">{hit.why}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </>
  );
}
