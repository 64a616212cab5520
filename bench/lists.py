"""Lists: a page of a hundred orders out of a thousand and out of a hundred thousand, as the console asks for it.

Server time: the store's answer, its rows read and written as JSON. Asked at the beginning, in the middle, by state, by
partner, for late ones and by a number; what counts is the time of the large list, and how many times that of the small
one it is.
"""

import asyncio
import tempfile
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import msgspec

from tradelane.api.records import read_rows
from tradelane.api.search import HITS_MAX
from tradelane.api.tracing import TARGETS_MAX
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.port import ViewRow
from tradelane.store.postgres import PostgresStore
from tradelane.views import lookup, purchase_order
from tradelane.views.lookup import LookupRow
from tradelane.views.order_line import LineRow
from tradelane.views.purchase_order import OrderRow

SIZES = (1_000, 100_000)
PAGE, ASKED = 100, 40
PARTNERS, BATCH = 200, 2_000
NOW = datetime(2026, 11, 2, 8, tzinfo=timezone.utc)
STATES = ("awaiting_answer", "confirmed", "partly_confirmed", "shipped", "received", "closed")


def run(seconds: float) -> dict[str, Any]:
    """Fill and ask; *seconds* plays no part."""
    return asyncio.run(_run())


async def _run() -> dict[str, Any]:
    found = {size: await _measure(size) for size in SIZES}
    small, large = (found[size] for size in SIZES)
    times = {f"{name}_ms_of_100k": value for name, value in large.items()}
    return times | {f"{name}_100k_over_1k": large[name] / small[name] for name in large}


async def _measure(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="tradelane-bench-") as folder:
        embedded = Embedded(Path(folder))
        try:
            dsn = await embedded.start()
            await migrate.init(dsn)
            store = await PostgresStore.open(dsn)
            for start in range(0, size, BATCH):
                rows = [_row(n) for n in range(start, min(size, start + BATCH))]
                await store.write_view(purchase_order.NAME, purchase_order.VERSION, rows, {0: start + len(rows)})
                words = [_word(n) for n in range(start, min(size, start + BATCH))]
                await store.write_view(lookup.NAME, lookup.VERSION, words, {0: start + len(words)})
            middle = f"{size // 2:08d}"
            return {
                "first_page": await _timed(store),
                "middle": await _timed(store, after=middle),
                "by_state": await _timed(store, state="shipped"),
                "by_partner": await _timed(store, partner="s7"),
                "late": await _timed(store, mark=purchase_order.LATE),
                "found": await _found(store, f"{size // 2:08d}"),
            }
        finally:
            await embedded.stop(at_once=True)


async def _timed(store: PostgresStore, **choice: str) -> float:
    taken: list[float] = []
    for _ in range(ASKED):
        began = perf_counter()
        rows = await store.view_rows(purchase_order.NAME, limit=PAGE + 1, **choice)
        msgspec.json.encode(read_rows(rows[:PAGE], OrderRow))
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


async def _found(store: PostgresStore, word: str) -> float:
    """Ask for what a search asks: the words that are so, and the orders that begin so."""
    taken: list[float] = []
    for _ in range(ASKED):
        began = perf_counter()
        await store.view_rows(lookup.NAME, state=lookup.normal(word), limit=TARGETS_MAX)
        rows = await store.view_starting(purchase_order.NAME, word[:-1], limit=HITS_MAX)
        msgspec.json.encode(read_rows(rows, OrderRow))
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


def _word(number: int) -> ViewRow:
    word = lookup.normal(f"{number:08d}")
    row = LookupRow(word=word, kind="stream", target=f"purchase_order/{number:08d}", why="order", at=NOW)
    return ViewRow(view=lookup.NAME, key=f"{word}/{number}", state=word, at=NOW, body=msgspec.json.encode(row))


def _row(number: int) -> ViewRow:
    lines = tuple(
        LineRow(
            number=str(n), item=f"SKU-{n:04d}", unit="EA", ordered=Decimal(120), open=Decimal(120), price=Decimal(9)
        )
        for n in range(1, 11)
    )
    row = OrderRow(
        number=f"{number:08d}",
        version=1,
        at=NOW - timedelta(minutes=number),
        state=STATES[number % len(STATES)],
        supplier=f"s{number % PARTNERS}",
        wanted_on=date(2026, 12, 1),
        value=Decimal(number),
        lines=lines,
    )
    body = msgspec.json.encode(row)
    return ViewRow(
        view=purchase_order.NAME,
        key=row.number,
        state=row.state,
        partner=row.supplier,
        rank=float(number),
        at=row.at,
        mark=purchase_order.LATE if number % 50 == 0 else "",
        body=body,
    )
