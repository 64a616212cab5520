/** Will this order arrive as ordered? Its lines as pictures that add up, its days, its documents, who said what. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { type CaseRow, type DocumentRow, type Entry, escaped, get, type LineRow, type OrderRow } from "../api";
import { Icon } from "../parts/icon";
import { Neighbours } from "../parts/neighbours";
import { equation, Legend, Quantities } from "../parts/quantities";
import { Failed, Loading } from "../parts/state";
import { When } from "../parts/when";
import { Days } from "../parts/days";
import { useMay } from "../session";
import { Head } from "../shell";
import { counted, day, documentType, money, orderState, told, units } from "../words";
import { Outcome } from "./documents";

export function OrderPage() {
  const { number = "" } = useParams();
  const key = number.replaceAll("~1", "/").replaceAll("~0", "~");
  const answer = useQuery({ queryKey: ["order", key], queryFn: () => get("/orders/{number}", { number: key }) });
  if (answer.isError && !answer.data)
    return (
      <>
        <Head title={`Will ${key} arrive as ordered?`} />
        <Failed error={answer.error} again={() => void answer.refetch()} />
      </>
    );
  if (!answer.data)
    return (
      <>
        <Head title={`Will ${key} arrive as ordered?`} />
        <Loading />
      </>
    );
  const { order, cases, documents, timeline } = answer.data;
  const open = cases.filter((each) => each.state !== "resolved");
  return (
    <>
      <Head title={`Will ${key} arrive as ordered?`} answer={verdict(order)} says={told(order.says ?? "")}>
        <Neighbours place="/orders" at={key} />
        <span className={`pill ${order.at_risk ? "warn" : "ok"}`}>
          <Icon name={order.at_risk ? "late" : "ok"} />
          {orderState(order.state)}
        </span>
        {open.length > 0 && (
          <Link className="btn pri" to={`/exceptions/${open[0]?.id}`}>
            <Icon name="warn" />
            {counted(open.length, "problem")}
          </Link>
        )}
      </Head>
      <div className="body">
        <Strip order={order} />
        <Lines order={order} />
        <section className="card" aria-labelledby="h-t">
          <header>
            <h2 id="h-t">Planned and actual</h2>
          </header>
          <Days order={order} timeline={timeline} />
        </section>
        <div className="grid2">
          <Documents documents={documents} />
          <section className="card" aria-labelledby="h-w">
            <header>
              <h2 id="h-w">Problems</h2>
              <span className="muted tab">{open.length}</span>
            </header>
            <Problems cases={cases} />
          </section>
        </div>
        <section className="card" aria-labelledby="h-s">
          <header>
            <h2 id="h-s">Who said what</h2>
            <span className="muted tab">{timeline.length}</span>
          </header>
          <Story timeline={timeline} />
        </section>
      </div>
    </>
  );
}

const verdict = (order: OrderRow): string => {
  if (order.cancelled) return "It is cancelled.";
  if (order.state === "closed" || order.state === "received") return order.short ? "Not all of it came." : "It did.";
  if (order.late || order.short) return "Not all of it.";
  return order.at_risk ? "That is not certain." : "As far as is known.";
};

function Strip({ order }: { order: OrderRow }) {
  const may = useMay();
  const facts: [string, React.ReactNode][] = [
    [
      "Supplier",
      <Link key="s" to={`/partners/${escaped(order.supplier ?? "")}`}>
        {order.supplier}
      </Link>,
    ],
    ["Ordered", order.ordered_on ? day(order.ordered_on) : "not said"],
    ["Wanted", order.wanted_on ? day(order.wanted_on) : "not said"],
    [
      "Expected",
      (order.expected_on ?? order.promised_on) ? day(order.expected_on ?? order.promised_on ?? "") : "no date",
    ],
  ];
  const prices: [string, React.ReactNode][] = [
    ["Value", `${money(order.value ?? 0)} ${order.currency ?? ""}`],
    ["At stake", money(order.at_stake ?? 0)],
  ];
  return (
    <dl className="strip card">
      {[...facts, ...(may("see.prices") ? prices : [])].map(([name, said]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ order }: { order: OrderRow }) {
  const lines = order.lines ?? [];
  const [open, show] = useState(lines.find((line) => line.late_days || Number(line.short))?.number ?? "");
  return (
    <section className="card" aria-labelledby="h-l">
      <header>
        <h2 id="h-l">Lines</h2>
        <span className="muted tab">{lines.length}</span>
        <span className="grow" />
        <Legend />
      </header>
      <table className="ol">
        <thead>
          <tr>
            <th>Line</th>
            <th>Item</th>
            <th className="num">Ordered</th>
            <th className="w26">Where every unit is</th>
            <th className="num">Confirmed</th>
            <th className="num">Open</th>
            <th className="num">Cut</th>
            <th className="num">On its way</th>
            <th className="num">Received</th>
            <th className="num">Invoiced</th>
            <th>Status</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line
              key={line.number}
              line={line}
              open={line.number === open}
              show={() => show(line.number === open ? "" : line.number)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ line, open, show }: { line: LineRow; open: boolean; show: () => void }) {
  const cells = [line.promised, line.open, line.cut, line.shipped, line.received, line.invoiced];
  return (
    <>
      <tr className={open ? "go sel" : "go"} onClick={show}>
        <td className="tab">
          <button type="button" className="bare" aria-expanded={open} aria-label={`Line ${line.number}`}>
            {line.number}
          </button>
        </td>
        <td>
          <b>{line.item}</b> <span className="muted">{line.description}</span>
        </td>
        <td className="num b">
          {units(line.ordered ?? 0)} {line.unit}
        </td>
        <td>
          <Quantities line={line} />
        </td>
        {cells.map((said, place) => (
          <td key={place} className="num">
            {Number(said) ? units(said ?? 0) : <span className="muted">0</span>}
          </td>
        ))}
        <td>
          <LineStatus line={line} />
        </td>
      </tr>
      {open && (
        <tr className="x">
          <td />
          <td colSpan={10}>
            <div className="qbig">
              <Quantities line={line} />
            </div>
            <p>
              <span className="ok">
                <Icon name="ok" small />
              </span>{" "}
              <b>Quantities add up.</b> <span className="tab">{equation(line)}</span>
              {line.wanted_on ? ` · wanted ${day(line.wanted_on)}` : ""}
              {line.promised_on ? ` · promised ${day(line.promised_on)}` : ""}
              {line.expected_on ? ` · expected ${day(line.expected_on)}` : ""}
              {line.price ? ` · ${line.price} each` : ""}
            </p>
          </td>
        </tr>
      )}
    </>
  );
}

function LineStatus({ line }: { line: LineRow }) {
  const said = line.late_days
    ? `Late ${line.late_days} d`
    : Number(line.short)
      ? `${units(line.short ?? 0)} short`
      : line.disputed
        ? "Decide"
        : line.deleting
          ? "Being deleted"
          : Number(line.open)
            ? "Open"
            : "";
  const sign = line.late_days
    ? "late"
    : Number(line.short)
      ? "short"
      : line.disputed
        ? "unmatched"
        : said
          ? "awaiting"
          : "ok";
  return (
    <span className="st">
      <span className={sign === "ok" ? "ok" : sign === "awaiting" ? "muted" : "warn"}>
        <Icon name={sign} />
      </span>
      {said || "OK"}
    </span>
  );
}

function Documents({ documents }: { documents: DocumentRow[] }) {
  const go = useNavigate();
  const newest = [...documents].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <section className="card" aria-labelledby="h-d">
      <header>
        <h2 id="h-d">Documents</h2>
        <span className="muted tab">{documents.length}</span>
      </header>
      <table>
        <thead>
          <tr>
            <th>When</th>
            <th>Document</th>
            <th>From and to</th>
            <th>Outcome</th>
          </tr>
        </thead>
        <tbody>
          {newest.map((row) => (
            <tr key={row.id} className="go" onClick={() => void go(`/documents/${escaped(row.id)}`)}>
              <td className="tab muted nw">
                <When at={row.at} />
              </td>
              <td>
                <Link className="b" to={`/documents/${escaped(row.id)}`}>
                  {documentType(row.document_type ?? "")}
                </Link>{" "}
                {row.number}
              </td>
              <td className="soft nw">{row.direction === "in" ? `${row.partner} → us` : `us → ${row.partner}`}</td>
              <td>
                <Outcome row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Problems({ cases }: { cases: CaseRow[] }) {
  if (cases.length === 0) return <p className="pad muted">Nothing was ever wrong with it.</p>;
  const sorted = [...cases].sort((a, b) => Number(a.state === "resolved") - Number(b.state === "resolved"));
  return (
    <ul className="plain pad">
      {sorted.map((each) => (
        <li key={each.id}>
          <span className={each.state === "resolved" ? "ok" : "warn"}>
            <Icon name={each.state === "resolved" ? "ok" : "warn"} small />
          </span>{" "}
          <Link to={`/exceptions/${each.id}`}>{each.says}</Link>{" "}
          <span className="muted">{each.state === "resolved" ? `ended: ${each.action}` : ""}</span>
        </li>
      ))}
    </ul>
  );
}

function Story({ timeline }: { timeline: Entry[] }) {
  return (
    <ol className="story">
      {timeline.map((entry, place) => (
        <li key={place}>
          <time className="tab muted" dateTime={entry.at} title={entry.at}>
            <When at={entry.at} />
          </time>
          <b>{entry.what}</b>
          <span>{entry.says}</span>
        </li>
      ))}
    </ol>
  );
}
