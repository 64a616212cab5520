/** Find a number from anywhere: orders and documents by it, pages by their names. */
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Icon } from "./icon";
import { GROUPS, type Hit, leadsTo, useSearch } from "../search";

const PAUSE_MS = 150;
const SHOWN = 5;

export function Palette({ close }: { close: () => void }) {
  const own = useRef<HTMLDialogElement>(null);
  const go = useNavigate();
  const [said, say] = useState("");
  const [key, ask] = useState("");
  const [at, move] = useState(0);
  useEffect(() => own.current?.showModal(), []);
  useEffect(() => {
    const waiting = window.setTimeout(() => ask(said.trim()), PAUSE_MS);
    return () => window.clearTimeout(waiting);
  }, [said]);
  const found = useSearch(key);
  const groups = key ? (found.data?.groups ?? []).map((each) => ({ ...each, hits: each.hits.slice(0, SHOWN) })) : [];
  const hits = groups.flatMap((each) => each.hits);
  const open = (hit: Hit | undefined) => {
    own.current?.close();
    void go(hit ? leadsTo(hit) : `/search?q=${encodeURIComponent(said)}`);
  };
  return (
    <dialog
      ref={own}
      className="cp"
      aria-label="Find"
      onClose={close}
      onClick={(event) => event.target === own.current && own.current.close()}
    >
      <input
        placeholder="Any number, file name or control number"
        aria-label="Find"
        value={said}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="hits"
        aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
        onChange={(event) => {
          say(event.target.value);
          move(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move((now) => Math.min(hits.length - 1, now + 1));
          if (event.key === "ArrowUp") move((now) => Math.max(0, now - 1));
          if (event.key === "Enter") open(hits[at]);
        }}
      />
      <div role="listbox" id="hits" aria-label="Results">
        {groups.map((group) => (
          <div key={group.kind} role="group" aria-labelledby={`hits-${group.kind}`}>
            <h3 id={`hits-${group.kind}`}>{GROUPS[group.kind].title}</h3>
            {group.hits.map((hit) => {
              const place = hits.indexOf(hit);
              return (
                <div
                  key={hit.key}
                  id={`hit-${place}`}
                  role="option"
                  aria-selected={place === at}
                  onClick={() => open(hit)}
                >
                  <Icon name={GROUPS[hit.kind].sign} />
                  <span className="b">{hit.name}</span> <span className="cut">{hit.says}</span>
                  <span className="muted">{hit.why}</span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {key && found.isFetched && hits.length === 0 && (
        <p className="none">Nothing has “{key}” in it. Look at the number again.</p>
      )}
      <footer>
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> move
        </span>
        <span>
          <kbd>Enter</kbd> open
        </span>
        <span>
          <kbd>Esc</kbd> close
        </span>
      </footer>
    </dialog>
  );
}
