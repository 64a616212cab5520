/** What a person is asked before something is done: a window with a few fields and one button that says what happens. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../api";
import { houseNow } from "../clock";
import { useMe } from "../session";
import { Dialog } from "./dialog";

const HOUR_MS = 3_600_000;

export const text = (form: FormData, name: string): string => String(form.get(name) ?? "").trim();

interface Asked {
  label: string;
  title: string;
  note?: string;
  button: string;
  send: (said: FormData) => void;
  close: () => void;
  wide?: boolean;
  children: ReactNode;
}

export function Ask({ label, title, note, button, send, close, wide = false, children }: Asked) {
  return (
    <Dialog label={label} close={close} className={wide ? "form wide-form" : "form"}>
      <h2>{title}</h2>
      {note && <p className="muted">{note}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(new FormData(event.currentTarget));
          close();
        }}
      >
        {children}
        <button type="submit" className="btn pri">
          {button} <kbd>Ctrl Enter</kbd>
        </button>
      </form>
    </Dialog>
  );
}

interface Question<Said> {
  /** What it is about, as people say it: "it", "3 problems". */
  what: string;
  send: (said: Said) => void;
  close: () => void;
}

export function AskSnooze({ what, send, close }: Question<{ until: string; why: string }>) {
  const said = (form: FormData) => {
    const until = new Date(houseNow().getTime() + Number(text(form, "hours")) * HOUR_MS).toISOString();
    send({ until, why: text(form, "why") });
  };
  return (
    <Ask
      label="Let it rest"
      title={`Let ${what} rest until when, and why?`}
      note="It comes back then, or when something about it is new."
      button={`Let ${what} rest`}
      send={said}
      close={close}
    >
      <label className="field">
        <span>Until</span>
        <select name="hours" defaultValue="24">
          <option value="4">in 4 hours</option>
          <option value="24">tomorrow, same time</option>
          <option value="72">in 3 days</option>
          <option value="168">in a week</option>
        </select>
      </label>
      <label className="field">
        <span>Why</span>
        <input name="why" required maxLength={400} />
      </label>
    </Ask>
  );
}

export function AskAssign({ what, send, close }: Question<string>) {
  const me = useMe();
  const people = useQuery({ queryKey: ["people"], queryFn: () => get("/people", {}), staleTime: 60_000 });
  const others = (people.data?.items ?? []).filter((each) => each.title !== me.title);
  return (
    <Ask
      label="Assign"
      title={`Who takes ${what}?`}
      button="Assign"
      send={(form) => send(text(form, "to"))}
      close={close}
    >
      <label className="field">
        <span>Person</span>
        <select name="to" defaultValue={me.title}>
          <option value={me.title}>{me.title}, me</option>
          {others.map((each) => (
            <option key={each.name} value={each.title}>
              {each.title}, {each.role}
            </option>
          ))}
        </select>
      </label>
    </Ask>
  );
}

export function AskResolve({
  what,
  words,
  send,
  close,
}: Question<{ action: string; note: string }> & { words: string[] }) {
  return (
    <Ask
      label="End"
      title={`How does ${what} end?`}
      note="You do it outside; this word stays on record, with why."
      button={`End ${what}`}
      send={(form) => send({ action: text(form, "action"), note: text(form, "note") })}
      close={close}
    >
      <label className="field">
        <span>What was done</span>
        <select name="action">
          {words.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Why, or what was said</span>
        <input name="note" required maxLength={400} />
      </label>
    </Ask>
  );
}
