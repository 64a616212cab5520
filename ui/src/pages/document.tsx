/** What does this document say? As sent beside its meaning, and what happened to it from first byte to last system. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { type DocumentAnswer, type DocumentRow, escaped, type Entry, type Finding, get } from "../api";
import { Icon } from "../parts/icon";
import { Neighbours } from "../parts/neighbours";
import { Resend } from "../parts/resend";
import { Failed, Loading, NotYours } from "../parts/state";
import { When } from "../parts/when";
import { Head } from "../shell";
import { useTheme } from "../theme";
import { documentType } from "../words";
import { Outcome } from "./documents";

export function DocumentPage() {
  const { id = "" } = useParams();
  const [theme] = useTheme();
  const answer = useQuery({
    queryKey: ["document", id],
    queryFn: () => get("/documents/{id}", { id }),
  });
  if (answer.isError && !answer.data)
    return (
      <>
        <Head title="What does this document say?" />
        <Failed error={answer.error} again={() => void answer.refetch()} />
      </>
    );
  if (!answer.data)
    return (
      <>
        <Head title="What does this document say?" />
        <Loading />
      </>
    );
  const row = answer.data.document;
  const order = row.about?.startsWith("purchase_order/") ? row.about.slice("purchase_order/".length) : "";
  const called = `${documentType(row.document_type ?? "")} ${row.number ?? ""}`.trim();
  const says = row.direction === "in" ? `What did ${row.partner} say?` : `What did we tell ${row.partner}?`;
  return (
    <>
      <Head
        title={says}
        says={
          <>
            {called},{" "}
            <span className="tab">
              <When at={row.at} sender={answer.data.written} />
            </span>
            {order && (
              <>
                {" "}
                about <Link to={`/orders/${escaped(order)}`}>{order}</Link>
              </>
            )}
            . {row.says}
          </>
        }
      >
        <Neighbours place="/documents" at={id} />
        <Resend answer={answer.data} />
        {answer.data.raw && (
          <a className="btn" href={answer.data.raw} download>
            <Icon name="save" />
            Download
          </a>
        )}
      </Head>
      <div className="body">
        <Outcomes answer={answer.data} />
        <section className="card" aria-label="As sent, beside its meaning">
          {answer.data.withheld ? (
            <NotYours says={answer.data.withheld} />
          ) : (
            <iframe
              className="page"
              title={`${called} as sent, beside its meaning`}
              src={`/process/v1/documents/${escaped(id)}/page?theme=${theme}`}
              sandbox="allow-scripts"
            />
          )}
        </section>
        <Happened row={row} />
      </div>
    </>
  );
}

function Outcomes({ answer }: { answer: DocumentAnswer }) {
  const row = answer.document;
  const findings: Finding[] = [...(row.findings ?? []), ...(row.effect_findings ?? [])];
  return (
    <section className="card" aria-labelledby="h-o">
      <header>
        <h2 id="h-o">What became of it</h2>
        <span className="grow" />
        <Outcome row={row} />
      </header>
      <dl className="strip">
        {row.interchange && (
          <div>
            <dt>Interchange</dt>
            <dd>{row.interchange}</dd>
          </div>
        )}
        {row.group && (
          <div>
            <dt>Group</dt>
            <dd>{row.group}</dd>
          </div>
        )}
        {row.control && (
          <div>
            <dt>Set</dt>
            <dd>{row.control}</dd>
          </div>
        )}
        {row.map && (
          <div>
            <dt>Read with</dt>
            <dd>{row.map}</dd>
          </div>
        )}
        {row.delivered_at && (
          <div>
            <dt>Delivered</dt>
            <dd>
              <When at={row.delivered_at} />
            </dd>
          </div>
        )}
        {row.settled_at && (
          <div>
            <dt>Acknowledged</dt>
            <dd>
              <When at={row.settled_at} />
            </dd>
          </div>
        )}
        {row.acknowledge_by && !row.settled_at && (
          <div>
            <dt>Acknowledgement due</dt>
            <dd>
              <When at={row.acknowledge_by} />
            </dd>
          </div>
        )}
      </dl>
      {findings.length > 0 && (
        <ul className="plain pad">
          {findings.map((one, place) => (
            <li key={place}>
              <span className={one.severity === "error" ? "bad" : "warn"}>
                <Icon name="warn" small />
              </span>{" "}
              {one.says} <span className="muted">{one.fix}</span>
            </li>
          ))}
        </ul>
      )}
      {(answer.attempts ?? []).length > 0 && (
        <ul className="plain pad">
          {(answer.attempts ?? []).map((each) => (
            <li key={each.attempt}>
              <span className="tab muted">
                <When at={String(each.at)} />
              </span>{" "}
              {each.says || each.result}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** From first byte to the last system told: everything about the same number, a bar from one step to the next. */
function Happened({ row }: { row: DocumentRow }) {
  const key = row.number || row.transmission || row.id;
  const found = useQuery({ queryKey: ["trace", key], queryFn: () => get("/trace/{key}", { key }) });
  const all: Entry[] = found.data?.timeline ?? [];
  const from = new Date(row.at).getTime();
  const near = all.filter((entry) => new Date(entry.at).getTime() >= from).slice(0, 40);
  if (near.length === 0) return null;
  const last = Math.max(...near.map((entry) => new Date(entry.at).getTime()), from + 1);
  return (
    <section className="card" aria-labelledby="h-w">
      <header>
        <h2 id="h-w">What happened to it</h2>
        <span className="muted small">from first byte to the last system told</span>
      </header>
      <div className="wf" role="table" aria-label="Steps">
        {near.map((entry, place) => {
          const at = new Date(entry.at).getTime();
          const before = place ? new Date(near[place - 1]?.at ?? entry.at).getTime() : from;
          return (
            <div key={place} role="row" className="wr">
              <span role="cell" className="cut">
                {entry.what}
              </span>
              <span role="cell" className="cut muted">
                {entry.says}
              </span>
              <span role="cell" className="bar">
                <i
                  className={entry.type?.startsWith("document.") ? "out" : ""}
                  style={{
                    left: `${((before - from) / (last - from)) * 100}%`,
                    width: `${Math.max(0.4, ((at - before) / (last - from)) * 100)}%`,
                  }}
                />
              </span>
              <span role="cell" className="num muted">
                {took(at - from)}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

const took = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
};
