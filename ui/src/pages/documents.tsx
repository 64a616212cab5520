/** What came and went? Every document, newest first, and what became of it. A file dropped here is only looked at. */
import { useNavigate } from "react-router";
import { type DocumentRow, escaped, get } from "../api";
import { useChoice } from "../choice";
import { Choose, ChoosePartner } from "../parts/choose";
import { DropFile } from "../parts/drop";
import { Icon, type Sign } from "../parts/icon";
import { KeepView } from "../parts/keep_view";
import { RowList, usePages } from "../parts/rows";
import { Empty } from "../parts/state";
import { When } from "../parts/when";
import { Head, rowsSaid } from "../shell";
import { DOCUMENT_WORDS, documentType, OUTCOME_WORDS, plain } from "../words";

const OUTCOMES: Record<keyof typeof OUTCOME_WORDS, [Sign, string]> = {
  accepted: ["ok", "ok"],
  rejected: ["refused", "bad"],
  retried: ["hour", "warn"],
  kept: ["ok", "muted"],
  deferred: ["hour", "muted"],
  parked: ["warn", "bad"],
  repeated: ["ok", "muted"],
  conflicted: ["warn", "bad"],
  stored: ["hour", "muted"],
  waiting: ["hour", "muted"],
  delivered: ["hour", "muted"],
  done: ["ok", "ok"],
  read: ["ok", "ok"],
  refused: ["refused", "bad"],
  used: ["ok", "ok"],
  turned_down: ["refused", "bad"],
  overdue: ["late", "warn"],
  given_up: ["stopped", "bad"],
};

const known = (state: string): state is keyof typeof OUTCOMES => state in OUTCOMES;

export function Outcome({ row }: { row: DocumentRow }) {
  const state = row.state ?? "";
  const [sign, tone] = known(state) ? OUTCOMES[state] : (["ok", "muted"] as const);
  return (
    <span className="st" title={row.says}>
      <span className={tone}>
        <Icon name={sign} />
      </span>
      <span className="cut">{row.says || (known(state) ? OUTCOME_WORDS[state] : plain(state))}</span>
    </span>
  );
}

const idOf = (row: DocumentRow): string => row.id;

const DIRECTIONS = [
  ["in", "What came"],
  ["out", "What went"],
] as const;

export function DocumentsPage() {
  const { of, set } = useChoice();
  const go = useNavigate();
  const choice = { document_type: of("kind"), state: of("outcome"), partner: of("partner"), direction: of("way") };
  const direction = DIRECTIONS.find(([way]) => way === choice.direction)?.[0] ?? "";
  const pages = usePages("/documents", choice, idOf, (more) =>
    get("/documents", {}, { ...choice, direction, ...more }),
  );
  const chosen = Object.values(choice).some(Boolean);
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
        <Choose
          name="kind"
          every="Every kind"
          value={choice.document_type}
          options={Object.entries(DOCUMENT_WORDS)}
          set={set}
        />
        <Choose
          name="outcome"
          every="Every outcome"
          value={choice.state}
          options={Object.entries(OUTCOME_WORDS)}
          set={set}
        />
        <ChoosePartner every="Every partner" value={choice.partner} set={set} />
        <Choose name="way" every="Both ways" value={choice.direction} options={DIRECTIONS} set={set} />
        <KeepView />
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
            says={chosen ? "No document is like that." : "Nothing has come or gone yet."}
            next={chosen ? "Choose less to see more." : "Send a first document, or drop a file to try one."}
          />
        }
        columns={[
          { title: "When", className: "tab c-when", cell: (row) => <When at={row.at} /> },
          { title: "Document", className: "cut c-doc", cell: (row) => <b>{documentType(row.document_type ?? "")}</b> },
          { title: "Number", className: "cut c-nr", cell: (row) => row.number },
          {
            title: "From and to",
            className: "cut c-way",
            cell: (row) => (row.direction === "in" ? `${row.partner} → us` : `us → ${row.partner}`),
          },
          { title: "Outcome", className: "c-out", cell: (row) => <Outcome row={row} /> },
          { title: "Control no.", className: "num tab hide-ph", cell: (row) => row.interchange },
        ]}
      />
    </>
  );
}
