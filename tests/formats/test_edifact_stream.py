"""A file read as its bytes come says what the same file says when it is read at once, however the bytes are cut."""

import tracemalloc
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from tests.formats.edifact_bytes import GOOD, MESSAGE, UNA, UNB, good, group, interchange, joined, order
from tests.formats.test_edifact_limits import HARD

from tradelane.formats import edifact
from tradelane.formats.edifact import plain as plain_bytes
from tradelane.formats.edifact.plain import Lines, Plain
from tradelane.formats.edifact.stream import LARGE, Reader
from tradelane.model.finding import Finding

FINDINGS = sorted((Path(__file__).parents[1] / "findings").glob("edifact.*/smallest.edi"))
CORPORA = Path(__file__).parents[2] / ".." / "shared" / "corpora" / "edifact"
SEGMENTS = (*GOOD, *order("2"), *order("1"), *group(order("1")), "UNE+2+G1", "UNZ+3+REF1", "UNB+UNOB:9+A+B", "UNZ+x")
PIECES = (
    *(segment + "'" for segment in SEGMENTS),
    *(
        UNA,
        UNB,
        "UNA:+.?'",
        "UNA",
        "UNH+",
        "'",
        "?",
        "??'",
        "?'",
        "+",
        ":",
        "\n",
        "\r\n",
        " ",
        "\t",
        "\x1a",
        "\x00",
        "x",
    ),
    *("bad'", "UNT'", "UNA:+.? 'UN", "ÿþ", "Ã¤", "ä", "\x85", "\xef\xbb\xbf", "FTX+AAI+++" + "y" * 90 + "'", "LIN+1\n"),
)


def survey(body: bytes, sizes: list[int]) -> edifact.Surveyed:
    return edifact.survey(lambda: cut(body, sizes))


def gathered(body: bytes, sizes: list[int]) -> edifact.Decoded:
    """Return what the passes over a file come to, as `decode` says it."""
    surveyed = survey(body, sizes)
    messages: dict[tuple[int, int], list[edifact.ReceivedMessage]] = {}
    places = edifact.Places(surveyed)
    for each in (*(found for chunk in cut(body, sizes) for found in places.feed(chunk)), *places.end()):
        at = next(n for n, one in enumerate(surveyed.file.interchanges) if one is each[0])
        inside = next(n for n, one in enumerate(each[0].groups) if one is each[1])
        messages.setdefault((at, inside), []).append(each[2])

    def whole(n: int, one: edifact.Interchange) -> edifact.Interchange:
        groups = (replace(g, messages=tuple(messages.pop((n, m), ()))) for m, g in enumerate(one.groups))
        return replace(one, groups=tuple(groups))

    found = replace(surveyed.file, interchanges=tuple(whole(n, i) for n, i in enumerate(surveyed.file.interchanges)))
    assert not messages
    empty = {(n, m) for n, i in enumerate(found.interchanges) for m, g in enumerate(i.groups) if not g.messages}
    assert not found.interchanges or surveyed.empty == empty
    return found


def plain(decoded: edifact.Decoded) -> object:
    """Return all that was read as values that can be compared, messages included."""

    def one(each: edifact.ReceivedMessage) -> dict:
        message = each.message
        return asdict(each) | {"message": vars(message) | {"segments": message.segments}}

    def members(each: edifact.Group) -> dict:
        return asdict(each) | {"messages": [one(inside) for inside in each.messages]}

    return decoded.findings, [asdict(i) | {"groups": [members(g) for g in i.groups]} for i in decoded.interchanges]


def cut(body: bytes, sizes: list[int]) -> list[bytes]:
    """Return *body* in chunks of these sizes, over and over; the last is what is left."""
    sizes = sizes * (len(body) // max(sum(sizes), 1) + 1)
    places = [0, *(place for place in accumulate(sizes) if place < len(body))]
    return [body[a:b] for a, b in zip(places, [*places[1:], len(body)], strict=True)]


def same(body: bytes, sizes: list[int]) -> None:
    assert plain(gathered(body, sizes)) == plain(edifact.decode(body))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: "".join(pieces).encode("latin-1")),
    st.lists(st.integers(1, 700), min_size=1, max_size=8),
)
@example(b"", [1])
@example(b" \x00", [1])
@example(b"\xef\xbb\xbf  ", [1])
@example(good() + b"\x1a \x1a", [1])
@example(good() + b"\x00 \x00" + good(), [7])
@example(b"UNG+'", [1])
def test_envelopes_in_any_order_are_read_alike(body: bytes, sizes: list[int]):
    same(body, sizes)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_good_files_spoilt_anywhere_are_read_alike(data: st.DataObject):
    messages = [order(f"{n}") for n in range(1, data.draw(st.integers(1, 9)))]
    terminator, line = data.draw(st.sampled_from("'~\n")), data.draw(st.sampled_from(["", "\r\n", "\n"]))
    advice = UNA[:-1] + terminator
    whole = joined(*interchange(*messages), terminator=terminator, line=line, advice=advice)
    grouped = joined(*interchange(group(*messages), group(*messages[:2], control="G2")), line=line)
    body = bytearray(data.draw(st.permutations([whole, grouped, good()]).map(b"".join)))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(PIECES)).encode("latin-1")
    same(bytes(body), data.draw(st.lists(st.integers(1, 2_000), min_size=1, max_size=5)))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("size", [1, 50, 333])
def test_every_diagnostic_is_the_same(path: Path, size: int):
    same(path.read_bytes(), [size])


def wrapped(width: int, line: bytes, end: bytes = b"") -> bytes:
    body = joined(*interchange(*[order(f"{n}", "x" * n) for n in range(1, 9)]))
    return line.join(body[place : place + width] for place in range(0, len(body), width)) + end


UMLAUTS = good().replace(b"4711", "Größe".encode("latin-1"))
UTF8 = good().replace(b"4711", "Größe".encode())
# Where a cut in the wrong place would make something else of it, or the whole file decides.
CUTS = {
    "a header inside a trailer": good().replace(b"UNZ", b"UNZ+UNA:+.? '" + b"\n" * 300 + b"UNB+UNOC:3"),
    "a header that a trailer begins": good().replace(b"UNT+7+1'", b"UNT+7+1+UNB+UNOC'3LIN'") + b" " * 3_000,
    "a header after much else": good() + b"x" * 5_000 + good()[9:] + b"x" * 5_000 + good(),
    "a service string advice far from its header": UNA.encode() + b"\n" * 900 + good()[9:],
    "runs of release characters": good().replace(b"4711", b"?" * 300 + b"'" + b"?" * 301 + b"'"),
    "a release character at the end": good()[:-1].replace(b"REF1", b"REF1?"),
    "blank lines at the end": joined(*GOOD, terminator="\n", advice="UNA:+.? \n") + b"\n" * 2_000,
    "blank lines and a header": joined(*GOOD, terminator="\n", advice="UNA:+.? \n") + b" \n" * 999 + good(),
    "cut short before blanks": joined(*GOOD[:-2]) + b" " * 900,
    "padding that is none": good() + b"\x1a" + b" " * 900 + b"x" + b"\x1a" * 900,
    "padding before a header": good() + b"\x00" * 900 + good(),
    "records of one width": wrapped(80, b"\n"),
    "records of one width, filled up": wrapped(80, b"\r\n", b"\r\n" + b"\x00" * 900),
    "records that are lines": joined(UNB, *["FTX+AAI+++" + "x" * 40] * 50, line="\n"),
    "nearly records": wrapped(80, b"\n") + b"\n" + b"x" * 81,
    "UTF-16": b"\xff\xfe" + UTF8.decode().encode("utf-16-le"),
    "UTF-16 without a mark": UTF8.decode().encode("utf-16-be"),
    "EBCDIC": good("\n").decode().encode("cp500"),
    "Latin-1 and UTF-8": UMLAUTS + UTF8 + UMLAUTS.replace(b"UNOC", b"UNOW") + UTF8.replace(b"UNOC:3", b"UNOA:2"),
    "UTF-8 but for what follows the interchange": UTF8 + b"\n\xff\n" + UTF8,
    "characters that a character set does not have": UMLAUTS.replace(b"UNOC", b"UNOA"),
    "headers that are none": b"UNB+X'" * 30 + UMLAUTS,
    "nothing but messages": joined(*MESSAGE, *order("2"), advice=""),
    "nothing but a group": joined(*group(order("1"), order("2")), advice=""),
    "messages numbered to and fro": joined(*interchange(*(order(str(n)) for n in (1, 3, 2, 3, 4, 5, 1, 10, 6)))),
    "segments in no message": joined(UNB, *["FTX+" + "x" * 90] * 20, *order("1"), *["LIN+1"] * 90, "UNZ+1+REF1"),
}


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("size", [1, 29, 107, 501, 777, 100_000])
def test_a_cut_in_the_wrong_place_changes_nothing(name: str, size: int):
    same(CUTS[name], [size])


@pytest.mark.parametrize("name", HARD)
def test_hard_files_are_read_alike(name: str):
    same(HARD[name], [4_096])


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not in the clone")
def test_real_files_are_read_alike():
    for path in sorted(one for one in CORPORA.rglob("*") if one.is_file())[:400]:
        same(path.read_bytes(), [777])


def test_a_message_too_large_to_hold_is_refused_alone():
    tight = edifact.Limits(message_bytes=3_000)
    body = joined(*interchange(("UNH+1+ORDERS:D:96A:UN", *["LIN+1"] * 2_000, "UNT+2002+1"), order("2")))
    surveyed = edifact.survey(lambda: cut(body, [100]), tight)
    found = list(edifact.placed(lambda: cut(body, [100]), surveyed, tight))

    assert [(each.message.control, each.refused) for _, _, each in found] == [("1", True), ("2", False)]
    assert [finding.code for finding in found[0][2].findings] == ["edifact.limit"]
    assert not surveyed.file.all_findings


def test_too_many_segments_refuse_their_interchange():
    tight = edifact.Limits(segments=40)
    long = interchange(("UNH+1+ORDERS:D:96A:UN", *["LIN+1"] * 60, "UNT+62+1"))
    body = joined(*long) + joined(*interchange(order("9"), control="REF2"))
    surveyed = edifact.survey(lambda: cut(body, [100]), tight)

    assert surveyed.file.all_findings[:1] == edifact.decode(body, tight).all_findings[:1]
    assert [one.refused for one in surveyed.file.interchanges] == [True, False]


def test_what_never_ends_is_refused_and_its_neighbours_are_not():
    tight = edifact.Limits(message_bytes=3_000, segment_bytes=1_000)
    long = (UNB, "UNH+1+ORDERS:D:96A:UN", *["x" * 9_000] * 3, "UNT+5+1", "UNZ+1+REF1")
    body = joined(*long) + joined(*interchange(order("9"), control="REF2"))
    surveyed = edifact.survey(lambda: cut(body, [100]), tight)

    assert [one.refused for one in surveyed.file.interchanges] == [True, False]
    assert [one.code for one in surveyed.file.interchanges[0].findings] == ["edifact.limit"]


def events(chunks: Iterable[bytes], lines: Lines) -> int:
    reader = Reader(lines, limits=LARGE)
    count = sum(1 for chunk in chunks for event in reader.feed(chunk) if isinstance(event, edifact.ReceivedMessage))
    return count + sum(isinstance(event, edifact.ReceivedMessage) for event in reader.end())


def test_memory_does_not_grow_with_the_file():
    def chunks(count: int) -> Iterable[bytes]:
        yield joined(UNB)
        for number in range(count):
            yield joined(*order(f"ME{number:07d}"), advice="")
        yield joined(f"UNZ+{count}+REF1", advice="")

    def peak(count: int) -> int:
        lines = Lines()
        lines.feed(next(iter(chunks(count))))
        lines.end()
        tracemalloc.start()
        assert events(chunks(count), lines) == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(20_000) < peak(500) + 100_000


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([b"x" * 40, b"y" * 39, b"z'", b"\n", b"\r\n", b"\r", b" ", b"\x00"]), max_size=40),
    st.lists(st.integers(1, 90), min_size=1, max_size=4),
)
def test_records_are_joined_alike(pieces: list[bytes], sizes: list[int]):
    body = b"UNB+" + b"".join(pieces)
    lines = Lines()
    for chunk in cut(body, sizes):
        lines.feed(chunk)
    lines.end()
    turned = Plain(lines)
    found = b"".join(turned.feed(chunk) for chunk in cut(body, sizes)) + turned.end()

    assert found == plain_bytes.plain(body)[0]
    assert all(isinstance(one, Finding) for one in turned.findings)
