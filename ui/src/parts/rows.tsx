/** A long list: the server gives it a page at a time, the browser draws the rows that can be seen. */
import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Page } from "../api";
import { Held } from "../held";
import { useKeys } from "../keys";
import { cameFrom } from "../neighbours";
import { Fresh } from "./fresh";
import { Failed, Loading } from "./state";

const PAGE_ROWS = 100;
const NARROW = "(max-width: 760px)";
const [ROW, ROW_NARROW] = [46, 92];

type Fetch<Row> = (asked: { limit: number; after: string }) => Promise<Page<Row>>;

/** A list as the server has it: the pages that are looked at stay fresh, the others wait as they were. */
export function usePages<Row>(
  name: string,
  choice: Record<string, string>,
  keyOf: (row: Row) => string,
  ask: Fetch<Row>,
) {
  const [turn, again] = useState(0);
  const [, drawn] = useState(0);
  const [seen, look] = useState<[number, number]>([0, 0]);
  const chosen = JSON.stringify([name, choice, turn]);
  const next = useMemo(() => new Held<Row>(keyOf), [chosen]);
  const before = useRef(next);
  const wanted = [...new Set([0, ...next.around(...seen)])];
  const found = useQueries({
    queries: wanted.map((page) => {
      const after = next.pages[page]?.cursor ?? "";
      return {
        queryKey: [name, choice, after],
        queryFn: () => ask({ limit: PAGE_ROWS, after }),
        placeholderData: undefined,
      };
    }),
  });
  const news = found.map((each) => each.dataUpdatedAt).join();
  useEffect(() => {
    wanted.forEach((page, place) => {
      const said = found[place]?.data;
      if (said && page <= next.taken) next.take(page, said);
    });
    if (next.taken > 0) before.current = next;
    drawn((count) => count + 1);
  }, [chosen, news, wanted.join()]);
  const head = found[0];
  return {
    held: next.taken > 0 ? next : before.current,
    waiting: head?.data && next.taken > 0 ? next.waiting(head.data) : 0,
    moved: moved(
      next,
      wanted,
      found.map((each) => each.data),
    ),
    isLoading: head?.isPending ?? true,
    error: head?.error ?? null,
    refetch: () => void head?.refetch(),
    show: () => again((count) => count + 1),
    look,
  };
}

/** How many of the rows that are looked at have changed their place. */
function moved<Row>(held: Held<Row>, pages: number[], found: (Page<Row> | undefined)[]): number {
  const head = found[0];
  if (!head) return 0;
  return pages.reduce((sum, page, place) => {
    const said = found[place];
    return said && page < held.taken ? sum + held.moved(page, said, head) : sum;
  }, 0);
}

export type Pages<Row> = ReturnType<typeof usePages<Row>>;

interface Column<Row> {
  title: string;
  className?: string;
  cell: (row: Row) => ReactNode;
}

export function RowList<Row>({
  pages,
  columns,
  open,
  place,
  label,
  grid,
  empty,
}: {
  pages: Pages<Row>;
  columns: Column<Row>[];
  open: (row: Row) => void;
  place: "/orders" | "/documents";
  label: string;
  grid: string;
  empty: ReactNode;
}) {
  const { held, look } = pages;
  const rows = held.keys.length;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroll.current,
    estimateSize: () => (matchMedia(NARROW).matches ? ROW_NARROW : ROW),
    overscan: 12,
  });
  const seen = virtual.getVirtualItems();
  const [first, last] = [seen[0]?.index ?? 0, seen.at(-1)?.index ?? 0];
  useEffect(() => look([first, last]), [first, last, look]);
  const move = (to: (here: number) => number) => {
    const here = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
    const next = Math.max(0, Math.min(rows - 1, here === undefined ? 0 : to(Number(here))));
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  const opened = (row: Row) => {
    cameFrom(place, held.keys);
    open(row);
  };
  const show = () => {
    pages.show();
    scroll.current?.scrollTo({ top: 0 });
  };
  useKeys({ j: () => move((here) => here + 1), k: () => move((here) => here - 1) });
  if (pages.isLoading && rows === 0) return <Loading rows={10} />;
  if (pages.error && rows === 0) return <Failed error={pages.error} again={pages.refetch} />;
  if (rows === 0) return empty;
  return (
    <>
      <Fresh count={pages.waiting} more={pages.waiting >= PAGE_ROWS} gone={pages.moved} away="moved" show={show} />
      <div
        className="rows"
        ref={scroll}
        role="table"
        aria-label={label}
        aria-rowcount={held.complete ? rows + 1 : -1}
        style={{ ["--grid" as string]: grid }}
      >
        <div className="rh" role="row">
          {columns.map((one) => (
            <span key={one.title} role="columnheader" className={one.className}>
              {one.title}
            </span>
          ))}
        </div>
        <div role="rowgroup" className="rg" style={{ height: virtual.getTotalSize() }}>
          {seen.map(({ index, start }) => {
            const row = held.row(index);
            if (row === undefined) return null;
            return (
              <div
                key={held.keys[index]}
                role="row"
                className="rr"
                data-row={index}
                aria-rowindex={index + 2}
                tabIndex={index === 0 ? 0 : -1}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => opened(row)}
                onKeyDown={(event) => event.key === "Enter" && opened(row)}
              >
                {columns.map((one) => (
                  <span key={one.title} role="cell" className={one.className}>
                    {one.cell(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}
