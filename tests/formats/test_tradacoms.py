"""Opening TRADACOMS: messages with exact places, every defect named, and any bytes at all are read or refused."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradelane.formats import tradacoms

FINDINGS = sorted((Path(__file__).parents[1] / "findings").glob("tradacoms.*"))

ORDERS = (
    "STX=ANA:1+5012345000015:A SHOP+5098765000010:A MAKER+261120:101500+000042",
    "MHD=1+ORDHDR:9",
    "TYP=0430+NEW-ORDERS",
    "MTR=3",
    "MHD=2+ORDERS:9",
    "CLO=5012345000015::17",
    "ORD=4711::261120",
    "OLD=1+5098765000027++:SKU-1+12+60++++TEA?+MILK:4 PACK",
    "MTR=5",
    "END=2",
)


def joined(*segments: str, line: str = "\n") -> bytes:
    return "".join(segment + "'" + line for segment in segments).encode()


def changed(old: str, new: str) -> bytes:
    text = joined(*ORDERS).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def test_a_file_is_read_with_its_messages():
    read = tradacoms.decode(joined(*ORDERS))

    assert (read.sender, read.receiver, read.reference) == ("5012345000015", "5098765000010", "000042")
    assert read.all_findings == ()
    assert [(m.message.kind, m.message.version, m.message.control) for m in read.messages] == [
        ("ORDHDR", "9", "1"),
        ("ORDERS", "9", "2"),
    ]
    line = read.messages[1].message.segments[3]
    assert (line.tag, line.element(3 + 1), line.position) == ("OLD", ":SKU-1", 4)
    assert line.element(10) == "TEA?+MILK:4 PACK"


def test_every_segment_stands_where_it_says():
    body = b"\xef\xbb\xbf" + joined(*ORDERS, line="\r\n")

    for message in tradacoms.decode(body).messages:
        for segment in message.message.segments:
            written = segment.tag + "=" + "+".join(segment.elements)
            assert body[segment.start : segment.end] == written.encode("latin-1")


@pytest.mark.parametrize("folder", FINDINGS, ids=lambda folder: folder.name)
def test_the_smallest_file_gets_these_words(folder: Path):
    read = tradacoms.decode((folder / "smallest.edi").read_bytes())

    said = [str(finding) for finding in read.all_findings if finding.code == folder.name]

    assert "\n".join(said) + "\n" == (folder / "finding.txt").read_text(encoding="utf-8")
    assert said


@pytest.mark.parametrize(
    ("old", "new", "accepted"),
    [("MTR=5", "MTR=6", ["1"]), ("END=2", "END=3", []), ("ORD=", "ord=", ["1"]), ("END=2'\n", "", [])],
)
def test_a_fault_refuses_the_smallest_part_it_spoils(old: str, new: str, accepted: list[str]):
    read = tradacoms.decode(changed(old, new))

    assert [m.message.control for m in read.messages if not (read.refused or m.refused)] == accepted


PIECES = st.sampled_from(("'", "+", ":", "=", "?", "\n", "STX=", *ORDERS, "MHD", "BAT=1", "EOB=1", "\x00", "é"))
BODIES = st.binary(max_size=200) | st.lists(PIECES, max_size=20).map(lambda pieces: "'".join(pieces).encode())


@given(BODIES)
@example(b"")
@example(b"STX=")
def test_any_bytes_are_read_or_refused_with_a_place(body: bytes):
    read = tradacoms.decode(body)

    assert read.messages or read.all_findings or b"END=0" in body or read.refused or body.startswith(b"STX")
    for finding in read.all_findings:
        assert 0 <= finding.where.start <= finding.where.end <= len(body)
        assert finding.says
        assert finding.fix
    for message in read.messages:
        assert all(body[s.start : s.end].startswith(s.tag.encode("latin-1")) for s in message.message.segments)
