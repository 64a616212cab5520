/** One exception: the reason in a sentence, what it affects, the actions that act, who said what. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { type CaseRow, type Me, escaped, get, post, Refused, type Status } from "../api";
import { houseNow } from "../clock";
import { refresh } from "../live";
import { touch } from "../problems";
import { type Permission, useMe } from "../session";
import { useToast } from "../toast";
import { left, money, STATUS_WORDS, told } from "../words";
import { Actions, type Run } from "./actions";
import { Icon, TONE } from "./icon";
import { Quantities } from "./quantities";
import { Failed, Loading } from "./state";
import { When } from "./when";

export function ProblemPanel({ id, status, close }: { id: string; status: Status; close?: () => void }) {
  const answer = useQuery({ queryKey: ["case", id], queryFn: () => get("/cases/{id}", { id }) });
  if (answer.isError)
    return (
      <aside className="panel" aria-label="Problem">
        <Failed error={answer.error} again={() => void answer.refetch()} />
      </aside>
    );
  if (!answer.data)
    return (
      <aside className="panel" aria-label="Problem">
        <Loading />
      </aside>
    );
  const row = answer.data.case;
  return (
    <aside className="panel" aria-label="Problem">
      <div className="top">
        <div className="r">
          <span className={`pill ${TONE[status]}`}>
            <Icon name={status} />
            {STATUS_WORDS[status]}
          </span>
          <span className="muted tab small">
            opened <When at={row.opened_at ?? row.at} />
          </span>
          {close && (
            <button type="button" className="ib" aria-label="Close panel" onClick={close}>
              <Icon name="x" />
            </button>
          )}
        </div>
        <h2>{told(row.says ?? "")}</h2>
        <Facts row={row} />
      </div>
      <div className="scroll">
        <Affected about={row.about ?? ""} line={row.line ?? ""} />
        {(row.findings ?? []).length > 0 && (
          <section className="sec">
            <h3>What is wrong</h3>
            <ul className="plain">
              {(row.findings ?? []).map((one) => (
                <li key={one.code + one.says}>
                  {one.says} <span className="muted">{one.fix}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {row.state === "resolved" ? <Ended row={row} /> : <Choices row={row} />}
        <section className="sec">
          <h3>Who said what</h3>
          <ol className="talk">
            {answer.data.timeline.map((entry, place) => (
              <li key={place}>
                <span className="av">
                  <Icon name="hour" small />
                </span>
                <span>
                  <b>
                    <When at={entry.at} />
                  </b>{" "}
                  {told(entry.says)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </aside>
  );
}

function Facts({ row }: { row: CaseRow }) {
  const [kind, ...rest] = (row.about ?? "").split("/");
  const order = kind === "purchase_order" ? rest.join("/") : "";
  return (
    <dl className="facts">
      <div className="price">
        <dt>At stake</dt>
        <dd>{money(row.amount_at_stake ?? 0)}</dd>
      </div>
      <div>
        <dt>Decide by</dt>
        <dd>
          {row.resolve_by ? <When at={row.resolve_by} /> : "no deadline"}
          {row.resolve_by && row.state !== "resolved" && (
            <span className="muted small">, {left(row.resolve_by, houseNow())}</span>
          )}
        </dd>
      </div>
      <div>
        <dt>{order ? "Order" : "About"}</dt>
        <dd>
          {order ? (
            <Link to={`/orders/${escaped(order)}`}>{order}</Link>
          ) : (
            <Link to={`/search?q=${encodeURIComponent(rest.at(-1) ?? "")}`}>{rest.at(-1)}</Link>
          )}
          {row.line && order ? `, line ${row.line}` : ""}
        </dd>
      </div>
      {row.owner && (
        <div>
          <dt>With</dt>
          <dd>{row.owner}</dd>
        </div>
      )}
    </dl>
  );
}

/** The lines of the order it is about, where it is about one. */
function Affected({ about, line }: { about: string; line: string }) {
  const order = about.startsWith("purchase_order/") ? about.slice("purchase_order/".length) : "";
  const answer = useQuery({
    queryKey: ["order", order],
    queryFn: () => get("/orders/{number}", { number: order }),
    enabled: order !== "",
  });
  const lines = answer.data?.order.lines?.filter((each) => !line || each.number === line) ?? [];
  if (!order || lines.length === 0) return null;
  return (
    <section className="sec">
      <h3>
        Quantities{line ? ` of line ${line}` : ""} <span className="muted">order {order}</span>
      </h3>
      <ul className="plain bars">
        {lines.slice(0, 6).map((each) => (
          <li key={each.number}>
            <span className="tab muted">{each.number}</span>
            <span>{each.item}</span>
            <Quantities line={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ended({ row }: { row: CaseRow }) {
  return (
    <section className="sec">
      <h3>How it ended</h3>
      <p>
        {row.action || "Ended"}
        {row.resolved_by ? ` by ${row.resolved_by}` : ""}
        {row.note ? `: ${row.note}` : ""}
      </p>
    </section>
  );
}

interface Choice {
  title: string;
  effect: string;
  act: (note: string) => Promise<unknown>;
}

/** What can be done about it. Decisions act on the order or the invoice; the others end the exception with a word. */
function Choices({ row }: { row: CaseRow }) {
  const client = useQueryClient();
  const me = useMe();
  const toast = useToast();
  const choices = choicesFor(row, me);
  const [at, choose] = useState(0);
  const [note, say] = useState("");
  const [told, tell] = useState("");
  const chosen = choices[at];
  const run: Run = async (act, done, undo) => {
    tell("Doing it");
    try {
      await act();
      touch(row.id);
      tell("");
      toast(
        done,
        undo &&
          (() =>
            void undo().then(
              () => refresh(client),
              () => toast("It could not be undone."),
            )),
      );
      await refresh(client);
    } catch (error) {
      tell(error instanceof Refused ? error.message : "It was not done. Try again.");
    }
  };
  const assign = (to: string) => post("/cases/{id}/assign", { id: row.id }, { to, by: me.title });
  const give = (to: string, done: string) =>
    void run(
      () => assign(to),
      done,
      () => assign(row.owner ?? ""),
    );
  return (
    <section className="sec">
      <h3>What to do</h3>
      <div role="radiogroup" aria-label="What to do">
        {choices.map((each, place) => (
          <label key={each.title} className="opt">
            <input type="radio" name={`do-${row.id}`} checked={place === at} onChange={() => choose(place)} />
            <span className="b">{each.title}</span>
            <span className="z">{each.effect}</span>
          </label>
        ))}
      </div>
      <label className="field">
        <span>Why, or what was said</span>
        <input value={note} onChange={(event) => say(event.target.value)} maxLength={400} />
      </label>
      <div className="foot-in">
        <button
          type="button"
          className="btn pri wide"
          disabled={!chosen}
          onClick={() => chosen && void run(() => chosen.act(note), `${chosen.title}: done.`)}
        >
          {chosen?.title} <kbd>Ctrl Enter</kbd>
        </button>
        <button type="button" className="btn" onClick={() => give(me.title, "It is yours.")}>
          <Icon name="user" />
          Take it
        </button>
        <span role="status" aria-live="polite">
          {told}
        </span>
      </div>
      {me.may.includes("work.cases") && <Actions row={row} run={run} />}
    </section>
  );
}

/** Only what the person may do is offered. */
function choicesFor(row: CaseRow, me: Me): Choice[] {
  const may = (permission: Permission) => me.may.includes(permission);
  const [kind, ...rest] = (row.about ?? "").split("/");
  const decisions: Choice[] = [];
  if (
    may("decide.order") &&
    kind === "purchase_order" &&
    (row.kind ?? "").startsWith("ACK_") &&
    row.kind !== "ACK_OVERDUE"
  ) {
    const decide = (accept: boolean) => () =>
      post(
        "/orders/{number}/answer/decide",
        { number: rest.join("/") },
        {
          accept,
          by: me.title,
          ...(row.line ? { lines: [row.line] } : {}),
        },
      );
    decisions.push({
      title: "Accept what the supplier says",
      effect: "The order takes the new dates, quantities and prices; the ERP is told.",
      act: decide(true),
    });
    decisions.push({
      title: "Decline it",
      effect: "The supplier gets a change (860) that asks for the lines as ordered.",
      act: decide(false),
    });
  }
  if (may("decide.invoice") && kind === "invoice" && rest.length === 2) {
    const decide = (approve: boolean) => () =>
      post(
        "/invoices/{partner}/{number}/decide",
        { partner: rest[0] ?? "", number: rest[1] ?? "" },
        { approve, by: me.title },
      );
    decisions.push({
      title: "Approve the invoice",
      effect: "It is billed as it stands and passed on to the ERP.",
      act: decide(true),
    });
    decisions.push({
      title: "Turn the invoice down",
      effect: "Nothing is billed; the supplier has to send another.",
      act: decide(false),
    });
  }
  const words = (row.actions ?? []).filter(
    (each) => !decisions.length || !/^(Accept|Approve|Reject|Decline)/.test(each),
  );
  const ends = words.map((action): Choice => ({
    title: action,
    effect: "You do it outside; the exception ends with this word on record.",
    act: (note) => post("/cases/{id}/resolve", { id: row.id }, { action, note, by: me.title }),
  }));
  return may("work.cases") ? [...decisions, ...ends] : decisions;
}
