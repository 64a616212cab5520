/** What is shown of a long list while it is read: known rows change where they stand, new ones wait to be asked for. */
import type { Page } from "./api";

export class Held<Row> {
  readonly keys: string[] = [];
  /** Where each page begins: the server's cursor, and the place of its first row. */
  readonly pages: { cursor: string; from: number }[] = [{ cursor: "", from: 0 }];
  taken = 0;
  private readonly rows = new Map<string, Row>();

  constructor(private readonly keyOf: (row: Row) => string) {}

  get complete(): boolean {
    return this.taken === this.pages.length;
  }

  row(place: number): Row | undefined {
    return this.rows.get(this.keys[place] ?? "");
  }

  /** Take what the server says now of a page: once it adds rows, later it only renews them. */
  take(page: number, said: Page<Row>): void {
    const first = page === this.taken;
    for (const row of said.items) {
      const key = this.keyOf(row);
      if (first && !this.rows.has(key)) this.keys.push(key);
      if (first || this.rows.has(key)) this.rows.set(key, row);
    }
    if (!first) return;
    this.taken += 1;
    if (said.next) this.pages.push({ cursor: said.next, from: this.keys.length });
  }

  /** How many rows of the first page are not among those shown. */
  waiting(said: Page<Row>): number {
    return said.items.filter((row) => !this.rows.has(this.keyOf(row))).length;
  }

  /** How many rows of a page that is seen again stand elsewhere now: those that are missing before its last one. */
  moved(page: number, said: Page<Row>, head: Page<Row>): number {
    const there = new Set([...said.items, ...head.items].map(this.keyOf));
    const shown = this.keys.slice(this.pages[page]?.from ?? 0, this.pages[page + 1]?.from);
    const last = shown.findLastIndex((key) => there.has(key));
    return shown.slice(0, last + 1).filter((key) => !there.has(key)).length;
  }

  /** The pages in which these places are, and the one that comes next where the end is near. */
  around(first: number, last: number): number[] {
    const seen = this.pages.flatMap(({ from }, page) => {
      const to = this.pages[page + 1]?.from ?? this.keys.length;
      return page === this.taken || (from <= last && to > first) ? [page] : [];
    });
    return seen.filter((page) => page < this.taken || last > this.keys.length - NEAR);
  }
}

const NEAR = 40;
