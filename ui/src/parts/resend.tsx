/** Send a document of ours again, or take one that came in a corrected form, looked at before it counts. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { type DocumentAnswer, post, Refused } from "../api";
import { refresh } from "../live";
import { useMay } from "../session";
import { useToast } from "../toast";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

export function Resend({ answer }: { answer: DocumentAnswer }) {
  const [open, show] = useState(false);
  const may = useMay();
  if (!may("send.again")) return null;
  const ours = answer.document.direction === "out";
  return (
    <>
      <button type="button" className="btn" onClick={() => show(true)}>
        <Icon name={ours ? "send" : "edit"} />
        {ours ? "Send again…" : "Correct…"}
      </button>
      {open &&
        (ours ? (
          <Again answer={answer} close={() => show(false)} />
        ) : (
          <Correct answer={answer} close={() => show(false)} />
        ))}
    </>
  );
}

/** Do it, say that it was done, and show what is new; what was refused is told where it was asked. */
function useDo(close: () => void): [string, (act: () => Promise<unknown>, done: string) => Promise<void>] {
  const [says, say] = useState("");
  const client = useQueryClient();
  const toast = useToast();
  const run = async (act: () => Promise<unknown>, done: string) => {
    try {
      await act();
      toast(done);
      close();
      await refresh(client);
    } catch (error) {
      say(error instanceof Refused ? error.message : "It was not done. Try again.");
    }
  };
  return [says, run];
}

const why = (event: FormEvent<HTMLFormElement>): string => {
  event.preventDefault();
  return String(new FormData(event.currentTarget).get("why") ?? "").trim();
};

function Again({ answer, close }: { answer: DocumentAnswer; close: () => void }) {
  const [says, run] = useDo(close);
  const row = answer.document;
  return (
    <Dialog label="Send it again" close={close} className="form">
      <h2>
        Send {row.number || "it"} to {row.partner} again?
      </h2>
      <p className="muted">The same meaning under new control numbers. They may ask why, so the reason is kept.</p>
      <form
        onSubmit={(event) => {
          const reason = why(event);
          void run(
            () => post("/documents/{id}/send", { id: row.id }, { why: reason }),
            `${row.partner} gets it again.`,
          );
        }}
      >
        <label className="field">
          <span>Why</span>
          <input name="why" required maxLength={400} />
        </label>
        <p role="alert" className="bad">
          {says}
        </p>
        <button type="submit" className="btn pri">
          Send it again
        </button>
      </form>
    </Dialog>
  );
}

function Correct({ answer, close }: { answer: DocumentAnswer; close: () => void }) {
  const [says, run] = useDo(close);
  const [text, write] = useState("");
  const [looked, look] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const row = answer.document;
  useEffect(() => {
    void fetch(answer.raw).then(async (response) => write(await response.text()));
  }, [answer.raw]);
  const tryIt = () => {
    const input = form.current?.querySelector("input");
    if (!input) return;
    const file = new DataTransfer();
    file.items.add(new File([text], row.number || "corrected"));
    input.files = file.files;
    look(true);
    form.current?.submit();
  };
  return (
    <Dialog label="Correct it" close={close} className="try">
      <header>
        <h2>What should {row.partner} have sent?</h2>
        <span className="muted small">The original stays as it came.</span>
      </header>
      <div className="correct">
        <label className="field">
          <span>As it should be</span>
          <textarea
            className="mono"
            value={text}
            spellCheck={false}
            onChange={(event) => {
              write(event.target.value);
              look(false);
            }}
          />
        </label>
        <div>
          <form ref={form} method="post" action="/process/v1/inspect" encType="multipart/form-data" target="corrected">
            <input className="sr" type="file" name="file" tabIndex={-1} aria-hidden="true" />
          </form>
          <iframe
            name="corrected"
            title="The corrected document beside its meaning"
            className={looked ? "page" : "page off"}
            sandbox="allow-scripts"
          />
          {!looked && <p className="muted">Look at what it would mean before it counts.</p>}
        </div>
      </div>
      <form
        className="correct-foot"
        onSubmit={(event) => {
          const reason = why(event);
          void run(
            () => post("/documents/{id}/correct", { id: row.id }, { text, why: reason }),
            "Taken as if it had come so.",
          );
        }}
      >
        <label className="field">
          <span>Why, and who said so</span>
          <input name="why" required maxLength={400} />
        </label>
        <button type="button" className="btn" onClick={tryIt}>
          Look at it
        </button>
        <button type="submit" className="btn pri" disabled={!looked}>
          Take it so
        </button>
        <p role="alert" className="bad">
          {says}
        </p>
      </form>
    </Dialog>
  );
}
