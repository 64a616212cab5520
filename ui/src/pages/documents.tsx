/** What came and went? Every document, newest first, and what became of it. A file dropped here is only looked at. */
import { useNavigate, useSearchParams } from "react-router";
import { type DocumentRow, escaped, get } from "../api";
import { DropFile } from "../parts/drop";
import { Icon, type Sign } from "../parts/icon";
import { RowList, usePages } from "../parts/rows";
import { Empty } from "../parts/state";
import { Head, rowsSaid } from "../shell";
import { documentType, moment, plain } from "../words";

const OUTCOMES: Record<string, [Sign, string, string]> = {
  accepted: ["ok", "ok", "Received OK"],
  rejected: ["refused", "bad", "Sent back"],
  refused: ["refused", "bad", "Sent back"],
  sent_back: ["refused", "bad", "Sent back"],
  deferred: ["hour", "muted", "Waiting"],
  waiting: ["hour", "muted", "Waiting"],
  parked: ["warn", "bad", "Needs fixing (ours)"],
  repeated: ["ok", "muted", "Already had it, nothing done twice"],
  delivered: ["ok", "ok", "Delivered"],
  acknowledged: ["ok", "ok", "Received by the partner"],
  written: ["hour", "muted", "To be sent"],
  given_up: ["stopped", "bad", "Not delivered"],
  overdue: ["late", "warn", "No acknowledgement yet"],
};

export function Outcome({ row }: { row: DocumentRow }) {
  const [sign, tone, said] = OUTCOMES[row.state ?? ""] ?? ["ok", "muted", plain(row.state ?? "")];
  return (
    <span className="st" title={row.says}>
      <span className={tone}>
        <Icon name={sign} />
      </span>
      <span className="cut">{row.says || said}</span>
    </span>
  );
}

export function DocumentsPage() {
  const [asked, ask] = useSearchParams();
  const go = useNavigate();
  const partner = asked.get("partner") ?? "";
  const pages = usePages<DocumentRow>(
    "/documents",
    { partner },
    (row) => row.id,
    (more) => get("/documents", {}, { partner, ...more }),
  );
  return (
    <>
      <Head
        title="What came and went?"
        says={
          <>
            <span className="b">{rowsSaid(pages.held, "document")}</span>, newest first.
          </>
        }
      >
        <DropFile />
      </Head>
      <div className="filters" role="toolbar" aria-label="Filters">
        {partner ? (
          <button type="button" className="chip" aria-pressed="true" onClick={() => ask({})}>
            {partner} <Icon name="x" small />
          </button>
        ) : (
          <span className="muted small">Choose a partner under Partners to see theirs alone.</span>
        )}
      </div>
      <RowList
        pages={pages}
        place="/documents"
        label="Documents"
        open={(row) => void go(`/documents/${escaped(row.id)}`)}
        grid="130px minmax(180px,1.3fr) minmax(120px,1fr) minmax(140px,1fr) minmax(200px,2fr) 110px"
        empty={
          <Empty
            sign="doc"
            says="Nothing has come or gone yet."
            next="Send a first document, or drop a file to try one."
          />
        }
        columns={[
          { title: "When", className: "tab", cell: (row) => moment(row.at) },
          { title: "Document", className: "cut", cell: (row) => <b>{documentType(row.document_type ?? "")}</b> },
          { title: "Number", className: "cut", cell: (row) => row.number },
          {
            title: "From and to",
            className: "cut",
            cell: (row) => (row.direction === "in" ? `${row.partner} → us` : `us → ${row.partner}`),
          },
          { title: "Outcome", cell: (row) => <Outcome row={row} /> },
          { title: "Control no.", className: "num tab hide-ph", cell: (row) => row.interchange },
        ]}
      />
    </>
  );
}
