"""Promise 25 for rows: whatever is sent, time and memory stay in proportion to it."""

import time
import tracemalloc

import pytest

from tradelane.formats import csv, fixed
from tradelane.formats.table import divide
from tradelane.model.finding import Unreadable
from tradelane.model.table import Dialect, Field, Grouping, Layout, RecordLayout

MEGABYTE = 2**20
SECONDS_PER_MEGABYTE, EXTRA_MEMORY = 2, 256 * MEGABYTE
COMMA = Dialect(delimiter=",")
ORDINARY = b"PO Number,PO Line,Item,Description,Quantity,Unit\n" + b"".join(
    f'{n // 5},{n % 5},SKU-{n},"Gloves, size {n % 12}",{n % 90},EA\n'.encode() for n in range(24_000)
)
NASTY = {
    "empty cells": b"a,b\n" + b",x\n" * (MEGABYTE // 3),
    "quotes": b'a\n"' + b'""' * (MEGABYTE // 2) + b'"\n',
    "quotes that open": b"a,b\n" + b'"x,' * (MEGABYTE // 3),
    "quotes that are misplaced": b"a,b\n" + b'"x"y,z\n' * (MEGABYTE // 8),
    "one cell": b"a\n" + b"x" * MEGABYTE,
    "one row": b"a\n" + b"x," * (MEGABYTE // 2),
    "columns": b",".join(b"c%d" % n for n in range(MEGABYTE // 8)) + b"\n",
    "line ends": b"a\n" + b"\r\n" * (MEGABYTE // 2),
    "carriage returns": b"a,b\n" + b"x\r,y\n" * (MEGABYTE // 6),
    "another encoding": b"a,b\n" + b"\xff,\xff\n" * (MEGABYTE // 4),
    "control characters": b"a,b\n" + b"\x01,\x02\n" * (MEGABYTE // 4),
    "short rows": b"a,b,c\n" + b"x\n" * (MEGABYTE // 2),
    "keys": b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(MEGABYTE // 9)),
}


def _read(body: bytes, dialect: Dialect = COMMA, grouping: Grouping | None = None) -> int:
    try:
        parts = divide(csv.decode(body, dialect), "x", grouping or Grouping(group=("a",), accept="row"))
    except Unreadable:
        return 0
    return sum(part.rows for part in parts.documents)


def _costs(read) -> tuple[float, int]:
    begun = time.process_time()
    read()
    seconds = time.process_time() - begun
    tracemalloc.start()
    read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak


@pytest.mark.parametrize("name", ["empty cells", "short rows", "control characters", "quotes that open", "keys"])
def test_memory_stays_in_bounds(name):
    _, peak = _costs(lambda: _read(NASTY[name][: MEGABYTE // 8]))
    assert peak < EXTRA_MEMORY / 8


@pytest.mark.parametrize("name", sorted(NASTY))
def test_hostile_rows_cost_no_more_time_than_their_size_allows(name):
    begun = time.process_time()
    _read(NASTY[name])
    assert time.process_time() - begun < 2 * SECONDS_PER_MEGABYTE  # Twice, for a machine that has other work.


def test_ordinary_rows_cost_less_than_that():
    begun = time.process_time()
    assert _read(ORDINARY, COMMA, Grouping(group=("PO Number",))) == 24_000
    assert time.process_time() - begun < SECONDS_PER_MEGABYTE * len(ORDINARY) / MEGABYTE


def test_fixed_width_records_cost_no_more_either():
    layout = Layout(records={"line": RecordLayout(sign="L", fields=(Field(name="a", at=2, length=3),))}, line_end="")
    begun = time.process_time()
    assert sum(1 for _ in fixed.decode(b"Labc" * 100_000, layout).rows()) == 100_000
    assert time.process_time() - begun < SECONDS_PER_MEGABYTE
