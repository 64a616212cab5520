"""Limits: too much is refused with ``edifact.limit``, and time grows with the bytes and no faster."""

import time
import tracemalloc

import pytest
from tests.formats.edifact_bytes import MESSAGE, UNB, good, interchange, joined, order

from tradelane.formats import edifact

TIGHT = edifact.Limits(bytes=20_000, segment_bytes=500, segments=60, messages=5, interchanges=3)


def limited(body: bytes) -> list[str]:
    return [finding.code for finding in edifact.decode(body, TIGHT).all_findings]


def accepted(body: bytes) -> list[str]:
    return [each.message.control for _, _, each in edifact.decode(body, TIGHT).accepted]


def test_a_file_with_too_many_bytes_is_not_even_looked_at():
    assert limited(good() + b" " * 20_000) == ["edifact.limit"]


@pytest.mark.parametrize(
    "spoilt",
    [
        interchange(("UNH+1+ORDERS:D:96A:UN", *["LIN+1"] * 60, "UNT+62+1")),
        interchange(("UNH+1+ORDERS:D:96A:UN", "FTX+" + "x" * 501, "UNT+3+1")),
        interchange(*[order(f"{n}") for n in range(7)]),
    ],
)
def test_an_interchange_over_a_limit_is_refused_and_its_neighbours_are_not(spoilt: tuple[str, ...]):
    body = joined(*spoilt) + joined(*interchange(order("9"), control="REF2"))

    assert "edifact.limit" in limited(body)
    assert accepted(body) == ["9"]


def test_a_message_over_its_limit_is_refused_alone():
    long = ("UNH+1+ORDERS:D:96A:UN", *["LIN+1"] * 20, "UNT+22+1")
    decoded = edifact.decode(joined(*interchange(long, order("2"))), edifact.Limits(message_segments=10))

    assert [m.message.control for _, _, m in decoded.accepted] == ["2"]


def test_more_interchanges_than_agreed_refuse_the_file():
    assert limited(good() * 4) == ["edifact.limit"]
    assert limited(good() * 3) == []


N = 100_000
LINES = "\n".join((UNB, *MESSAGE, "UNZ+1+REF1")).encode()
HARD = {
    "one long segment": good().replace(b"LIN", b"LIN" + b"x" * N),
    "release characters": good().replace(b"4711", b"?" * N),
    "released terminators": good().replace(b"4711", b"?'" * (N // 2)),
    "released envelopes": good().replace(b"4711", b"?'UNH+1" * (N // 7)),
    "runs of release characters": good().replace(b"4711", (b"?" * 999 + b"'") * (N // 1000)),
    "empty segments": good().replace(b"LIN", b"'" * N + b"LIN"),
    "spaces after terminators": good().replace(b"'", b"'" + b" " * (N // 10)),
    "line breaks as terminators": LINES + b"\n" * N,
    "blank lines inside": LINES.replace(b"LIN", b"\n \n" * (N // 3) + b"LIN"),
    "headers without end": b"UNB+UNOC:3+A+B+" * (N // 15),
    "advices without end": b"UNA:+.? '" * (N // 9),
    "advices before headers": b"UNA:+.? 'UNB+UNOC:3" * (N // 20),
    "UNB everywhere": b"UNB" * (N // 3),
    "UNA and blanks": (b"UNA:+.? '" + b" " * 991) * (N // 1000),
    "messages that never end": good().replace(b"LIN", b"UNH+1'" * (N // 6) + b"LIN"),
    "groups that never end": good().replace(b"UNH", b"UNG+1'" * (N // 6) + b"UNH"),
    "bad segments": good().replace(b"LIN", b"!'" * (N // 2) + b"LIN"),
    "control characters": good().replace(b"4711", b"\x00" * N),
    "line breaks in a value": good().replace(b"4711", b"a\n" * (N // 2)),
    "strays": good().replace(b"UNZ", b"xx'UNT+1'" * (N // 9) + b"UNZ"),
    "separators": good().replace(b"4711", b"+:" * (N // 2)),
    "beyond ASCII": good().replace(b"4711", b"\xc3\xbc" * (N // 2)),
    "no UTF-8": good().replace(b"4711", b"\xfc\x80" * (N // 2)),
    "padding": good() + b"\x00\n" * (N // 2),
    "lines of one width": (b"x" * 79 + b"\n") * (N // 80),
}


@pytest.mark.parametrize("name", HARD)
def test_time_grows_no_faster_than_bytes(name: str):
    """Ten times linear is the slack for a busy machine; a quadratic reader needs thousands of times as long."""
    body = HARD[name]
    large = body if len(body) > 50_000 else body * 2

    started = time.process_time()
    edifact.decode(large)
    edifact.identities(large)

    assert time.process_time() - started < 20e-6 * len(large)


def test_a_million_segments_are_refused_within_memory():
    body = joined(UNB, "UNH+1+ORDERS:D:96A:UN", *["LIN+1"] * 1_000_001, "UNT+1+1", "UNZ+1+REF1")

    tracemalloc.start()
    decoded = edifact.decode(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [f.code for f in decoded.all_findings] == ["edifact.limit"]
    assert peak < 3 * len(body)
