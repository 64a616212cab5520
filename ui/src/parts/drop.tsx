/** Drop a file to try: it is read as a partner's would be and shown beside its meaning. Nothing is stored. */
import { useRef, useState } from "react";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

export function DropFile() {
  const [open, show] = useState(false);
  return (
    <>
      <button type="button" className="btn" onClick={() => show(true)}>
        <Icon name="save" />
        Drop a file to try
      </button>
      {open && <Try close={() => show(false)} />}
    </>
  );
}

function Try({ close }: { close: () => void }) {
  const form = useRef<HTMLFormElement>(null);
  const [name, call] = useState("");
  const send = (files: FileList | null) => {
    const input = form.current?.querySelector("input");
    if (!files?.[0] || !input) return;
    input.files = files;
    call(files[0].name);
    form.current?.submit();
  };
  return (
    <Dialog label="Drop a file to try" close={close} className="try">
      <header>
        <h2>{name ? `What does ${name} say?` : "Drop a file to try"}</h2>
        <span className="pill">Not stored</span>
      </header>
      <form
        ref={form}
        method="post"
        action="/process/v1/inspect"
        encType="multipart/form-data"
        target="tried"
        className="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          send(event.dataTransfer.files);
        }}
      >
        <p>
          Any order, confirmation, ASN, invoice: X12, EDIFACT, CSV, XLSX, XML, JSON. It stays on this machine and
          nothing of it is kept.
        </p>
        <label className="btn pri">
          Choose a file
          <input className="sr" type="file" name="file" onChange={(event) => send(event.target.files)} />
        </label>
      </form>
      <iframe
        name="tried"
        title="The file beside its meaning"
        className={name ? "page" : "page off"}
        sandbox="allow-scripts allow-forms"
      />
    </Dialog>
  );
}
