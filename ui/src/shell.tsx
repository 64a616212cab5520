/** What stands around every page: where one is and can go, whether it is live, who one is, light or dark. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { signOut } from "./api";
import { useToday } from "./clock";
import { ALL_KEYS, useKeys } from "./keys";
import { useLive } from "./live";
import { Dialog } from "./parts/dialog";
import { Icon, type Sign } from "./parts/icon";
import { Palette } from "./parts/palette";
import { useMay, useMe } from "./session";
import { useTheme } from "./theme";
import { Toasts } from "./toast";
import { useViews } from "./views";
import { counted } from "./words";

const PAGES: [string, Sign, string][] = [
  ["/start", "tour", "Start"],
  ["/", "today", "Today"],
  ["/orders", "order", "Orders"],
  ["/documents", "doc", "Documents"],
  ["/partners", "partner", "Partners"],
];
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function Shell() {
  return (
    <Toasts>
      <Frame />
    </Toasts>
  );
}

function Frame() {
  const lost = useLive();
  const may = useMay();
  const [finding, find] = useState(false);
  const [helping, help] = useState(false);
  const go = useNavigate();
  useKeys({
    "/": () => find(true),
    "Ctrl k": () => find(true),
    "?": () => help(true),
    "g t": () => void go("/"),
    "g o": () => void go("/orders"),
    "g d": () => void go("/documents"),
    "g p": () => void go("/partners"),
  });
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className={may("see.prices") ? "app" : "app no-prices"}>
        <Side find={() => find(true)} lost={lost} />
        <main className="main" id="main" tabIndex={-1}>
          {lost && (
            <p className="offline" role="status">
              Not connected since {CLOCK.format(lost)}. Trying again.
            </p>
          )}
          <Outlet />
        </main>
      </div>
      <nav className="tabbar" aria-label="Main, below">
        {PAGES.slice(1).map(([to, sign, title]) => (
          <NavLink key={to} to={to} end={to === "/"}>
            <Icon name={sign} />
            {title}
          </NavLink>
        ))}
      </nav>
      {finding && <Palette close={() => find(false)} />}
      {helping && <KeyHelp close={() => help(false)} />}
    </>
  );
}

function Side({ find, lost }: { find: () => void; lost: Date | null }) {
  const today = useToday();
  const [, turn] = useTheme();
  const me = useMe();
  const views = useViews();
  const client = useQueryClient();
  const leave = async () => {
    await signOut();
    await client.resetQueries();
  };
  return (
    <aside className="side" aria-label="Tradelane">
      <Link className="brand" to="/">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <rect x="1" y="3" width="18" height="3.4" rx="1.7" fill="var(--q-rec)" />
          <rect x="1" y="8.3" width="12" height="3.4" rx="1.7" fill="var(--q-way)" />
          <rect x="1" y="13.6" width="7" height="3.4" rx="1.7" fill="var(--q-conf)" />
        </svg>
        Tradelane
      </Link>
      <button type="button" className="find" onClick={find}>
        <Icon name="search" small />
        Find a number<kbd>/</kbd>
      </button>
      <nav className="nav" aria-label="Main">
        {PAGES.map(([to, sign, title]) => (
          <NavLink key={to} to={to} end={to === "/"}>
            <Icon name={sign} />
            {title}
            <span className="n">{to === "/" && today.data ? today.data.count : ""}</span>
          </NavLink>
        ))}
      </nav>
      {views.length > 0 && (
        <>
          <h3>Kept views</h3>
          <nav className="nav" aria-label="Kept views">
            {views.map((view) => (
              <Link key={view.name} to={view.to}>
                {view.name}
              </Link>
            ))}
          </nav>
        </>
      )}
      <div className="foot">
        <div className="live">
          <span className={lost ? "hold" : "ok"}>
            <Icon name={lost ? "hour" : "ok"} />
          </span>
          <span>
            <span className="b">{lost ? "Not connected" : "Live"}</span>
            <br />
            {lost ? "showing what was known" : "changes come by themselves"}
          </span>
        </div>
        <div className="me">
          <span className="av">{me.initials}</span>
          <span>
            <b>{me.title}</b>
            <br />
            {me.demo ? "signed in on this machine" : me.role}
          </span>
          <button type="button" className="ib push" onClick={turn} aria-label="Switch light or dark">
            <Icon name="sun" />
          </button>
          {!me.demo && (
            <button type="button" className="ib" onClick={() => void leave()} aria-label="Sign out">
              <Icon name="power" />
            </button>
          )}
        </div>
      </div>
    </aside>
  );
}

function KeyHelp({ close }: { close: () => void }) {
  return (
    <Dialog label="All keys" close={close} className="keys">
      <h2>All keys</h2>
      <dl className="kv">
        {ALL_KEYS.map(([keys, says]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** The heading of a page asks its question; the window's title does too. */
export function Head({
  title,
  answer,
  says,
  children,
}: {
  title: string;
  answer?: string;
  says?: React.ReactNode;
  children?: React.ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Tradelane`;
  }, [title]);
  return (
    <header className="head">
      <div className="grow">
        <h1>
          {title} {answer && <span className="soft answer">{answer}</span>}
        </h1>
        {says && <p>{says}</p>}
      </div>
      <div className="acts">{children}</div>
    </header>
  );
}

export function NotHere() {
  const { pathname } = useLocation();
  return (
    <>
      <Head
        title="Is anything here?"
        answer="No."
        says={
          <>
            There is no page at <code>{pathname}</code>.
          </>
        }
      />
      <div className="body">
        <p>
          <Link to="/">Go to Today</Link>
        </p>
      </div>
    </>
  );
}

export const rowsSaid = (held: { keys: string[]; complete: boolean }, one: string): string =>
  held.complete ? counted(held.keys.length, one) : `The first ${counted(held.keys.length, one)}`;
