/** Do the orders arrive as ordered? Those with most at stake first. */
import { useNavigate } from "react-router";
import { escaped, get, type LineRow, type OrderRow } from "../api";
import { useChoice } from "../choice";
import { ChoosePartner } from "../parts/choose";
import { Icon } from "../parts/icon";
import { Legend, Quantities } from "../parts/quantities";
import { KeepView } from "../parts/keep_view";
import { RowList, usePages } from "../parts/rows";
import { Empty } from "../parts/state";
import { useMay } from "../session";
import { Head, rowsSaid } from "../shell";
import { day, money, orderState } from "../words";

const VIEWS: [string, string][] = [
  ["", "All"],
  ["awaiting_answer", "Awaiting confirmation"],
  ["partly_confirmed", "Confirmed in part"],
  ["confirmed", "Confirmed"],
  ["shipped", "On their way"],
  ["partly_received", "Received in part"],
  ["received", "Received"],
  ["closed", "Closed"],
];

const GRID = "minmax(156px,1fr) minmax(90px,.8fr) minmax(160px,2fr) 92px 128px minmax(160px,1.3fr)";
const PRICES = [
  {
    title: "At stake",
    className: "num",
    cell: (row: OrderRow) =>
      Number(row.at_stake) ? <b>{money(row.at_stake ?? 0)}</b> : <span className="muted">0</span>,
  },
  { title: "Value", className: "num hide-ph", cell: (row: OrderRow) => money(row.value ?? 0) },
];

export function OrdersPage() {
  const may = useMay();
  const { of, set, turn } = useChoice();
  const go = useNavigate();
  const [state, partner, late] = [of("state"), of("partner"), of("late")];
  const pages = usePages("/orders", { state, partner, late }, address, (more) =>
    get("/orders", {}, { state, partner, late: late !== "", ...more }),
  );
  const chosen = state || partner || late;
  return (
    <>
      <Head
        title="Do the orders arrive as ordered?"
        says={
          <>
            <span className="b">{rowsSaid(pages.held, "order")}</span>; most at stake first.
          </>
        }
      >
        <Legend />
      </Head>
      <div className="filters" role="toolbar" aria-label="Views">
        {VIEWS.map(([value, title]) => (
          <button
            type="button"
            key={value}
            className="chip"
            aria-pressed={state === value}
            onClick={() => set("state", value)}
          >
            {title}
          </button>
        ))}
        <button type="button" className="chip" aria-pressed={late !== ""} onClick={() => turn("late", "1")}>
          Late
        </button>
        <ChoosePartner every="Every supplier" role="supplier" value={partner} set={set} />
        <KeepView />
      </div>
      <RowList
        pages={pages}
        place="/orders"
        label="Orders"
        open={(row) => void go(`/orders/${escaped(address(row))}`)}
        grid={may("see.prices") ? `${GRID} 92px 96px` : GRID}
        empty={
          <Empty
            sign="order"
            says={chosen ? "No order is like that." : "There is no order yet."}
            next={chosen ? "Choose less to see more." : "Orders come by themselves when the ERP releases them."}
          />
        }
        columns={[
          { title: "Order", cell: (row) => <b>{address(row)}</b> },
          { title: "Supplier", cell: (row) => row.supplier },
          { title: "Where every unit is", className: "hide-ph", cell: (row) => <Quantities line={whole(row)} /> },
          { title: "Wanted", className: "num", cell: (row) => (row.wanted_on ? day(row.wanted_on) : "") },
          { title: "Expected", className: "num", cell: (row) => <Expected row={row} /> },
          { title: "Status", cell: (row) => <Status row={row} /> },
          ...(may("see.prices") ? PRICES : []),
        ]}
      />
    </>
  );
}

const address = (row: OrderRow): string => (row.release ? `${row.number}/${row.release}` : row.number);

function Expected({ row }: { row: OrderRow }) {
  const on = row.expected_on ?? row.promised_on;
  if (!on) return <span className="muted">no date</span>;
  return (
    <span className={row.late ? "warn b" : ""}>
      {day(on)}
      {row.late_days ? ` +${row.late_days} d` : ""}
    </span>
  );
}

export function Status({ row }: { row: OrderRow }) {
  const sign = row.late
    ? "late"
    : row.short
      ? "short"
      : row.at_risk
        ? "unmatched"
        : row.state === "awaiting_answer"
          ? "awaiting"
          : "ok";
  const tone = row.late || row.short || row.at_risk ? "warn" : sign === "ok" ? "ok" : "muted";
  return (
    <span className="st" title={row.says}>
      <span className={tone}>
        <Icon name={sign} />
      </span>
      <span className="cut">{orderState(row.state)}</span>
    </span>
  );
}

/** All lines as one, for the picture of an order: units of different kinds are added up as they stand. */
export function whole(row: OrderRow): LineRow {
  const sum = (
    name: "ordered" | "open" | "promised" | "cut" | "shipped" | "received" | "rejected" | "over" | "invoiced",
  ) => String((row.lines ?? []).reduce((all, line) => all + Number(line[name] ?? 0), 0));
  return {
    number: "",
    ordered: sum("ordered"),
    open: sum("open"),
    promised: sum("promised"),
    cut: sum("cut"),
    shipped: sum("shipped"),
    received: sum("received"),
    rejected: sum("rejected"),
    over: sum("over"),
    invoiced: sum("invoiced"),
  };
}
