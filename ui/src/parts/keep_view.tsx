/** Keep the filters of a page under a name; kept views stand in the sidebar. */
import { type FormEvent, useState } from "react";
import { useLocation } from "react-router";
import { dropView, keepView, useViews } from "../views";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

export function KeepView() {
  const [open, show] = useState(false);
  const { pathname, search } = useLocation();
  const views = useViews();
  const here = new URLSearchParams(search);
  here.delete("open");
  const to = here.size ? `${pathname}?${here}` : pathname;
  const known = views.find((view) => view.to === to);
  if (known) {
    return (
      <button type="button" className="chip" onClick={() => dropView(known.name)}>
        <Icon name="x" small />
        Forget “{known.name}”
      </button>
    );
  }
  if (!here.size) return null;
  const keep = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    keepView({ name: String(new FormData(event.currentTarget).get("name")).trim(), to });
    show(false);
  };
  return (
    <>
      <button type="button" className="chip" onClick={() => show(true)}>
        <Icon name="save" small />
        Keep this view
      </button>
      {open && (
        <Dialog label="Keep this view" close={() => show(false)} className="form">
          <h2>What do you call this view?</h2>
          <form onSubmit={keep}>
            <label className="field">
              <span>Name</span>
              <input name="name" required maxLength={60} />
            </label>
            <button type="submit" className="btn pri">
              Keep it
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
