"""Limits: too much is refused with ``x12.limit``, and time grows with the bytes and no faster."""

import time
import tracemalloc

import pytest
from tests.formats.x12_bytes import GS, ISA, good, group, interchange, joined, order

from tradelane.formats import x12

TIGHT = x12.Limits(bytes=20_000, segment_bytes=500, segments=60, sets=5, interchanges=3)


def limited(body: bytes) -> list[str]:
    return [finding.code for finding in x12.decode(body, TIGHT).all_findings]


def accepted(body: bytes) -> list[str]:
    return [each.message.control for _, _, each in x12.decode(body, TIGHT).accepted]


def test_a_file_with_too_many_bytes_is_not_even_looked_at():
    assert limited(good() + b" " * 20_000) == ["x12.limit"]


@pytest.mark.parametrize(
    "spoilt",
    [
        group(("ST*850*0001", *["PO1*1"] * 60, "SE*62*0001")),
        group(("ST*850*0001", "PO1*" + "x" * 501, "SE*3*0001")),
        group(*[order(f"{n:04d}") for n in range(6)]),
    ],
)
def test_an_interchange_over_a_limit_is_refused_and_its_neighbours_are_not(spoilt: tuple[str, ...]):
    later = joined(*interchange(group(order("0009")), control="000000002"))
    body = joined(*interchange(spoilt)) + later

    assert "x12.limit" in limited(body)
    assert accepted(body) == ["0009"]


def test_more_interchanges_than_agreed_refuse_the_file():
    assert limited(good() * 4) == ["x12.limit"]
    assert limited(good() * 3) == []


def test_binary_content_is_bounded_by_its_own_length_not_by_the_segment_limit():
    data = "~" * 2000
    body = joined(ISA, GS, "ST*850*0001", f"BIN*2000*{data}", "SE*3*0001", "GE*1*7", "IEA*1*000000001")
    limits = x12.Limits(segment_bytes=500)

    assert x12.decode(body, limits).all_findings == ()


N = 100_000
HARD = {
    "one long segment": good().replace(b"PO1", b"PO1" + b"x" * N),
    "empty segments": good().replace(b"PO1", b"~" * N + b"PO1"),
    "spaces after terminators": good().replace(b"~", b"~" + b" " * (N // 10)),
    "line breaks as terminators": good("\n") + b"\n" * N,
    "blank lines inside": good("\n").replace(b"PO1", b"\n \n" * (N // 3) + b"PO1"),
    "headers without end": (ISA + "~").encode() * (N // 100),
    "headers with other terminators": b"".join(
        ISA.encode() + bytes([33 + n % 5]) + b"GS*PO*A*B~" for n in range(N // 100)
    ),
    "ISA everywhere": b"ISA" * (N // 3),
    "ISA in values": good().replace(b"A-1", b"VISA " * (N // 5)),
    "sets that never end": good().replace(b"PO1", b"ST*850*1~" * (N // 10) + b"PO1"),
    "groups that never end": good().replace(b"ST*", b"GS*PO~" * (N // 10) + b"ST*"),
    "binary without end": good().replace(b"PO1", b"BIN*9999999*~" * (N // 10) + b"PO1"),
    "bad segments": good().replace(b"PO1", b"?~" * (N // 2) + b"PO1"),
    "control characters": good().replace(b"A-1", b"\x00" * N),
    "strays": good().replace(b"GE*", b"xx~SE*1~" * (N // 10) + b"GE*"),
    "separators": b"ISA" + b"*" * N,
}


@pytest.mark.parametrize("name", HARD)
def test_time_grows_no_faster_than_bytes(name: str):
    """Ten times linear is the slack for a busy machine; a quadratic reader needs thousands of times as long."""
    body = HARD[name]
    large = body if len(body) > 50_000 else body * 2

    started = time.process_time()
    x12.decode(large)
    x12.identities(large)

    assert time.process_time() - started < 20e-6 * len(large)


def test_a_million_segments_are_refused_within_memory():
    body = joined(ISA, GS, "ST*850*0001", *["PO1*1"] * 1_000_001, "SE*1*0001", "GE*1*7", "IEA*1*000000001")

    tracemalloc.start()
    decoded = x12.decode(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [f.code for f in decoded.all_findings] == ["x12.limit"]
    assert peak < 3 * len(body)
