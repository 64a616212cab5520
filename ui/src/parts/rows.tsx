/** A long list: the server gives it a page at a time, the browser draws the rows that can be seen. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { get, type Page } from "../api";
import { useKeys } from "../keys";
import { Failed, Loading } from "./state";

const PAGE_ROWS = 100;
const NARROW = "(max-width: 760px)";
const [ROW, ROW_NARROW] = [46, 92];

export function usePages<Row>(path: string, query: Record<string, string>) {
  const found = useInfiniteQuery({
    queryKey: [path, query],
    initialPageParam: "",
    queryFn: ({ pageParam }) => get<Page<Row>>(path, { ...query, limit: PAGE_ROWS, after: pageParam }),
    getNextPageParam: (last) => last.next || undefined,
  });
  return { ...found, rows: found.data?.pages.flatMap((page) => page.items) ?? [] };
}

interface Column<Row> {
  title: string;
  className?: string;
  cell: (row: Row) => ReactNode;
}

export function RowList<Row>({
  pages,
  columns,
  keyOf,
  open,
  label,
  grid,
  empty,
}: {
  pages: ReturnType<typeof usePages<Row>>;
  columns: Column<Row>[];
  keyOf: (row: Row) => string;
  open: (row: Row) => void;
  label: string;
  grid: string;
  empty: ReactNode;
}) {
  const { rows, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (matchMedia(NARROW).matches ? ROW_NARROW : ROW),
    overscan: 12,
  });
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last > rows.length - 30) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const move = (by: number) => {
    const here = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
    const next = Math.max(0, Math.min(rows.length - 1, here === undefined ? 0 : Number(here) + by));
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  if (pages.isError && rows.length === 0) return <Failed error={pages.error} again={() => void pages.refetch()} />;
  return (
    <div
      className="rows"
      ref={scroll}
      role="table"
      aria-label={label}
      aria-rowcount={hasNextPage ? -1 : rows.length + 1}
      style={{ "--grid": grid } as React.CSSProperties}
    >
      <div className="rh" role="row">
        {columns.map((one) => (
          <span key={one.title} role="columnheader" className={one.className}>
            {one.title}
          </span>
        ))}
      </div>
      {pages.isLoading && <Loading rows={10} />}
      {!pages.isLoading && rows.length === 0 && empty}
      <div role="rowgroup" className="rg" style={{ height: virtual.getTotalSize() }}>
        {seen.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={keyOf(row)}
              role="row"
              className="rr"
              data-row={item.index}
              aria-rowindex={item.index + 2}
              tabIndex={item.index === 0 ? 0 : -1}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => open(row)}
              onKeyDown={(event) => event.key === "Enter" && open(row)}
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
  );
}
