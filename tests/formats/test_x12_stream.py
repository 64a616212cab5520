"""A file read as its bytes come says what the same file says when it is read at once, however the bytes are cut."""

import itertools
import tracemalloc
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from tests.formats.test_x12_limits import HARD
from tests.formats.x12_bytes import GOOD, GS, ISA, good, group, interchange, joined, order

from tradelane.formats import x12
from tradelane.formats.x12.stream import LARGE, events
from tradelane.model.finding import Finding

FINDINGS = sorted((Path(__file__).parents[1] / "findings").glob("x12.*/smallest.edi"))
CORPORA = Path(__file__).parents[2] / ".." / "shared" / "corpora"
PIECES = (
    *(
        segment + "~"
        for segment in (*GOOD, *order("0002"), *order("0001"), GS, "GE*2*7", "SE*3*0001", "TA1*1*2*3*A*000")
    ),
    *("~", "*", "\n", "\r\n", " ", "\t", "\x1a", "\x0b", "\x00", "x", "ISA", "ISA*", "?~", "bad~", "IEA*1*000000001"),
    *(
        "BIN*5*~~~~~~",
        "BIN*99*~",
        "BDS*1*3*~~~~",
        "BIN*2*~",
        ISA.replace("*", "|") + "\n",
        "GS|PO\n",
        "ÿþ",
        "\xef\xbb\xbf",
    ),
)


def gathered(chunks: list[bytes]) -> x12.Decoded:
    interchanges: list[x12.Interchange] = []
    findings = []
    groups: list[x12.Group] = []
    sets: list[x12.ReceivedSet] = []
    for event in events(chunks):
        match event:
            case x12.ReceivedSet():
                sets.append(event)
            case x12.Group():
                groups.append(replace(event, sets=tuple(sets)))
                sets = []
            case x12.Interchange():
                interchanges.append(replace(event, groups=tuple(groups)))
                groups = []
            case _:
                findings.append(event)
    assert not sets
    assert not groups
    return x12.Decoded(interchanges=tuple(interchanges), findings=tuple(findings))


def plain(decoded: x12.Decoded) -> object:
    """Return all that was read as values that can be compared, messages included."""

    def one(each: x12.ReceivedSet) -> dict:
        message = each.message
        return asdict(each) | {"message": vars(message) | {"segments": message.segments}}

    def members(each: x12.Group) -> dict:
        return asdict(each) | {"sets": [one(inside) for inside in each.sets]}

    return decoded.findings, [asdict(i) | {"groups": [members(g) for g in i.groups]} for i in decoded.interchanges]


def cut(body: bytes, sizes: list[int]) -> list[bytes]:
    """Return *body* in chunks of these sizes, over and over; the last is what is left."""
    places = [0]
    for size in accumulate(sizes):
        if size >= len(body):
            break
        places.append(size)
    return [body[a:b] for a, b in zip(places, [*places[1:], len(body)], strict=True)]


def same(body: bytes, sizes: list[int]) -> None:
    many = sizes * (len(body) // max(sum(sizes), 1) + 1)
    assert plain(gathered(cut(body, many))) == plain(x12.decode(body))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=30).map(lambda pieces: "".join(pieces).encode("latin-1")),
    st.lists(st.integers(1, 700), min_size=1, max_size=8),
)
@example(b"", [1])
@example(b" \x0b", [1])
@example(b"\xef\xbb\xbf  ", [1])
@example(good() + b"\x1a \x1a", [1])
@example(good() + b"\x1a \x1a" + good(), [7])
def test_envelopes_in_any_order_are_read_alike(body: bytes, sizes: list[int]):
    same(body, sizes)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_good_files_spoilt_anywhere_are_read_alike(data: st.DataObject):
    sets = [order(f"{n:04d}") for n in range(1, data.draw(st.integers(1, 9)))]
    whole = joined(
        *interchange(group(*sets), group(*sets[:2], control="8")), terminator=data.draw(st.sampled_from("~\n|"))
    )
    body = bytearray(whole * data.draw(st.integers(1, 3)))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(PIECES)).encode("latin-1")
    same(bytes(body), data.draw(st.lists(st.integers(1, 2_000), min_size=1, max_size=5)))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("size", [1, 50, 333])
def test_every_diagnostic_is_the_same(path: Path, size: int):
    same(path.read_bytes(), [size])


# Where a cut in the wrong place would make something else of it.
SPLIT_HEADER = ISA.replace("ACME  ", "AC~ME ").replace("P*>", "P*>|")
CUTS = {
    "spaces after a segment that is not over": joined(ISA, GS, "ST*850*0001", "bad" + " " * 900 + "bad", "SE*3*0001"),
    "a trailer with room after it": joined(ISA, GS, *order("1"), "GE*1*7" + " " * 700 + "x", "IEA*1*000000001"),
    "a header inside a trailer": joined(ISA, GS, *order("1")[:2]) + f"SE*3*1 {SPLIT_HEADER}GS|".encode() + b"x" * 300,
    "binary data full of terminators": joined(ISA, GS, "ST*850*0001", "BIN*900*" + "SE~" * 300, "SE*3*0001", "GE*1*7"),
    "binary data that is shorter": joined(ISA, GS, "ST*850*0001", "BIN*900*" + "SE~" * 200, "SE*3*0001", "GE*1*7"),
    "blank lines at the end": joined(ISA, GS, *order("1"), "GE*1*7", terminator="\n") + b"\n" * 2_000,
    "blank lines and a header": joined(ISA, GS, *order("1"), "GE*1*7", terminator="\n") + b" \n" * 999 + good("|"),
    "padding that is none": good() + b"\x1a" + b" " * 900 + b"x" + b"\x1a" * 900,
    "padding before a header": good() + b"\x1a" * 900 + good(),
    "blanks": b" " * 900 + b"\x0b" + b" " * 900,
    "blanks and a header": b" " * 900 + b"\x0b" * 900 + good(),
    "sets numbered to and fro": joined(*interchange(group(*(order(str(n)) for n in (1, 3, 2, 3, 4, 5, 1, 10, 6))))),
    "segments in no set": joined(ISA, GS, *["N1*" + "x" * 90] * 20, *order("1"), *["N1*x"] * 90, "GE*1*7", "IEA*1*1"),
}


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("size", [1, 29, 107, 501, 777])
def test_a_cut_in_the_wrong_place_changes_nothing(name: str, size: int):
    same(CUTS[name], [size])


@pytest.mark.parametrize("name", HARD)
def test_hard_files_are_read_alike(name: str):
    same(HARD[name], [65_536, 1_000])


def test_real_files_are_read_alike():
    files = sorted(path for path in CORPORA.rglob("*") if path.is_file()) if CORPORA.exists() else []
    if not files:
        pytest.skip(f"no corpora at {CORPORA}")
    read = 0
    for path in files:
        body = path.read_bytes()
        if b"ISA" in body[:1000] and len(body) < 300_000:
            same(body, [1_009])
            read += 1
    assert read > 100


SMALL = replace(LARGE, set_bytes=2_000, sets=5, groups=3, bytes=50_000)


def verdicts(*chunks: bytes) -> list[tuple[str, bool]]:
    """Return every event by its name, and whether it refuses."""
    return [
        (type(event).__name__, event.severity == "error" if isinstance(event, Finding) else event.refused)
        for event in events(chunks, SMALL)
    ]


def pieces(body: bytes, size: int = 500) -> list[bytes]:
    return [body[place : place + size] for place in range(0, len(body), size)]


def test_a_set_larger_than_memory_is_refused_alone():
    large = ("ST*850*2", *["PO1*" + "x" * 90] * 90, "BIN*3*~~~", "bad", "SE*94*2")
    body = joined(*interchange(group(order("1"), large, order("3"))))

    assert verdicts(*pieces(body)) == [
        ("ReceivedSet", False),
        ("ReceivedSet", True),
        ("ReceivedSet", False),
        ("Group", False),
        ("Interchange", False),
    ]
    (refused,) = [
        event for event in events(pieces(body), SMALL) if isinstance(event, x12.ReceivedSet) and event.findings
    ]
    assert str(refused.findings[0]).count("8,") == 1
    assert refused.message.kind == "850"
    assert body[refused.start : refused.end].startswith(b"ST*850*2~")


def test_what_never_ends_is_given_up_and_the_next_interchange_is_read():
    endless = joined(ISA, GS, "ST*850*1") + b"x" * 9_000 + good()
    strays = joined(ISA, GS, *["N1*x"] * 2_000) + good()

    assert verdicts(*pieces(endless)) == [
        ("Interchange", True),
        ("ReceivedSet", False),
        ("Group", False),
        ("Interchange", False),
    ]
    assert verdicts(*pieces(strays)) == verdicts(*pieces(endless))


@pytest.mark.parametrize(
    "many", [group(*(order(f"{n}") for n in range(9))), [one for n in range(9) for one in group()]]
)
def test_more_sets_or_groups_than_agreed_refuse_their_interchange(many: tuple[str, ...]):
    body = joined(*interchange(tuple(many))) + good()

    assert [refused for name, refused in verdicts(*pieces(body)) if name == "Interchange"] == [True, False]


def test_a_file_over_the_limit_is_refused_when_it_passes_it():
    assert verdicts(*pieces(good() * 300))[-1] == ("Finding", True)
    assert sum(name == "Finding" for name, _ in verdicts(*pieces(good() * 300))) == 1


def test_memory_stays_that_of_one_set():
    sets = joined(*order("0001")) * 200
    tracemalloc.start()
    count = sum(1 for _ in events(itertools.chain([joined(ISA, GS)], itertools.repeat(sets, 100))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 200 * 100 + 2
    assert peak < 1_000_000


def many(line_break: str = "") -> str:
    orders = [segment for number in range(1, 40) for segment in order(f"{number:04}")]
    segments = [GOOD[0], GS, *orders, "GE*39*7", "IEA*1*000000001"]
    return "".join(segment + "~" + line_break for segment in segments)


def records(text: str, width: int, line_break: str) -> bytes:
    return line_break.join(text[start : start + width] for start in range(0, len(text), width)).encode()


ODD = {
    "EBCDIC": (many().encode("cp037"), ["x12.ebcdic"]),
    "EBCDIC with mainframe lines": (many("\n").encode("cp037"), ["x12.ebcdic"]),
    "EBCDIC with lines": (many("\r\n").encode("cp037"), ["x12.ebcdic"]),
    "UTF-16": (many("\r\n").encode("utf-16"), ["x12.encoding"]),
    "UTF-16 without a mark": (many().encode("utf-16-be"), ["x12.encoding"]),
    "UTF-16 in records": (records(many(), 80, "\n").decode().encode("utf-16-le"), ["x12.encoding", "x12.wrapped"]),
    **{
        f"records of {width}, {line_break!r}": (records(many(), width, line_break) + end, ["x12.wrapped"])
        for width in (64, 72, 80, 100, 104, 128, 200, 512)
        for line_break, end in (("\n", b"\n"), ("\r\n", b""))
    },
    "segments that end with an ellipsis": (many().replace("~", "…").encode(), ["x12.terminator-wide"]),
    "segments that end with a section sign, on lines": (
        many("\n").replace("~", "§").encode(),
        ["x12.terminator-wide"],
    ),
    "EBCDIC in records": (records(many(), 80, "\n").decode().encode("cp037"), ["x12.ebcdic", "x12.wrapped"]),
}


@pytest.mark.parametrize("size", [1, 7, 500, 10_000])
@pytest.mark.parametrize("how", ODD)
def test_a_file_written_oddly_says_in_pieces_what_it_says_whole(size: int, how: str):
    body, codes = ODD[how]
    whole = x12.decode(body)
    assert [finding.code for finding in whole.all_findings] == codes
    assert sum(1 for _ in whole.accepted) == 39
    assert plain(gathered([body[start : start + size] for start in range(0, len(body), size)])) == plain(whole)
    assert x12.identities(body) == x12.identities(many().encode())


@pytest.mark.parametrize("width", [105, 106, 107, 128])
def test_lines_of_segments_are_no_records(width: int):
    text = many("\n")
    padded = "".join(line.ljust(width - 1) + "\n" for line in text.splitlines())
    for body in (text.encode(), text.replace("~", "").encode(), padded.encode()):
        assert "x12.wrapped" not in {finding.code for finding in x12.decode(body).all_findings}


def test_a_letter_of_several_bytes_ends_no_segment():
    whole = x12.decode(many().replace("~", "é").encode())
    assert not list(whole.accepted)
    assert "x12.delimiter" in {finding.code for finding in whole.all_findings}


def test_records_end_where_a_line_is_not_as_wide():
    body = records(many(), 80, "\n")
    torn = body[:405] + b"x" + body[405:]
    whole = x12.decode(torn)
    assert plain(gathered([torn[:300], torn[300:]])) == plain(whole)
    assert whole.all_findings[0].code == "x12.wrapped"
    assert len(whole.all_findings) > 1
