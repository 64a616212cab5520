"""Whatever readers put up with, an agreement with a partner may refuse: at its own level, and its sender is told."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.formats.test_table_findings import _findings as table_findings
from tests.runtime.bench_house import PARTNERS, START, Bench, bench, json_of, order, response_855

from tradelane import library
from tradelane.app import compose
from tradelane.formats import edifact, idoc, x12, xml
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.finding import Finding
from tradelane.model.outcome import Outcome
from tradelane.model.purchase_order import OrderResponded
from tradelane.model.tolerance import ALL, TOLERATED, fatal, refused_codes, unknown
from tradelane.partners.profile import (
    Company,
    EdifactIdentity,
    Profile,
    Registry,
    Settings,
    StrictSettings,
    TableSettings,
    TreeSettings,
    X12Identity,
)
from tradelane.runtime.handed import Arrived
from tradelane.runtime.house import House
from tradelane.runtime.read import read
from tradelane.runtime.read_pieces import passes
from tradelane.runtime.reading import Reading, ReadInterchange
from tradelane.testing.clock import VirtualClock
from tradelane.testing.memory_store import MemoryStore

FOLDERS = Path(__file__).parents[1] / "findings"
GOOD = response_855("4711")
OWN = {
    "x12.ge-control": GOOD.replace(b"GE*1*1~", b"GE*1*01~"),
    "x12.isa-width": GOOD.replace(b"~", b"     \n"),
    "x12.iea-control": GOOD.replace(b"IEA*1*000000001~", b"IEA*1*1~"),
}
"""Files for codes whose smallest file is refused anyhow."""
OURS = GOOD.replace(b"*ZZ*US             ", b"*01*TRADELANE      ")
TREES = Path(__file__).parents[1] / "golden/trees"
TREE_ORDER = "BSN*00*N-1*20260302*0900~HL*1**S~HL*2**O~PRF*4711~HL*3*2*I~LIN**BP*SKU-1~SN1**10*EA~CTT*3~"
EDIFACT_ORDER = (
    "UNB+UNOC:3+4012345000009:14+5412345000013:14+260302:0900+7'UNH+1+ORDERS:D:96A:UN'"
    "BGM+220+4711+9'DTM+137:20260302:102'"
    "{head}LIN+1++4006381333931:EN'PIA+1+SKU-1:IN'QTY+21:10'UNS+S'UNT+{count}+1'UNZ+1+7'"
)


def x12_notice(body: str) -> bytes:
    """Return a ship notice as an X12 file."""
    inside = f"ST*856*0001~{body}"
    isa = "ISA*00*          *00*          *ZZ*ACME           *01*TRADELANE      *260302*0900*U*00401*000000001*0*P*>~"
    count = inside.count("~") + 1
    return (
        f"{isa}GS*SH*ACME*TRADELANE*20260302*0900*1*X*004010~{inside}SE*{count}*0001~GE*1*1~IEA*1*000000001~".encode()
    )


def edifact_order(head: str = "", *, count: int = 8) -> bytes:
    """Return an order as an EDIFACT file; *head* is what else its head says."""
    return EDIFACT_ORDER.format(head=head, count=count + head.count("'")).encode()


CONTENT = {
    "element.bad-character": edifact_order().replace(b"4006381333931", b"GTIN1234"),
    "element.too-long": x12_notice(TREE_ORDER.replace("HL*2", "N1*ST*Dock*92*D4~N4*Reno*NEV*89502~HL*2", 1)),
    "element.too-many": x12_notice(TREE_ORDER.replace("PRF*4711~", "PRF*4711********~")),
    "line.numbered-by-us": edifact_order().replace(b"LIN+1+", b"LIN++"),
    "node.missing": (TREES / "ubl_CreditNote.xml")
    .read_bytes()
    .replace(b"  <cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>\n", b""),
    "segment.missing": edifact_order("LIN+0++FRONT:MF'"),
    "segment.out-of-order": OURS.replace(b"PO1*1", b"CTT*1~PO1*1").replace(b"20260316~CTT*1~", b"20260316~"),
    "total.differs": OURS.replace(b"CTT*1~", b"CTT*2~"),
    "tree.no-parent": x12_notice(TREE_ORDER),
}
"""Files for what is put up with when a message is read by its map."""


ENVELOPES = [code for code in TOLERATED if code.partition(".")[0] in ("x12", "edifact")]
FILES = [code for code in TOLERATED if code.partition(".")[0] in ("xml", "idoc")]
SYNTAXES = ("x12", "edifact", "xml", "idoc", "csv", "table", "xlsx")
SIGNS = [b"", b"\r\n", b"~", b"'", b"\x00", b"  ", b"*", b"+"]
MOST = settings(max_examples=60, deadline=None)


def smallest(code: str) -> bytes:
    return OWN[code] if code in OWN else next((FOLDERS / code).glob("smallest.*")).read_bytes()


def found_in(syntax: str, body: bytes) -> tuple[Finding, ...]:
    """Return what the reader of a syntax finds."""
    match syntax:
        case "x12":
            return x12.decode(body).all_findings
        case "edifact":
            return edifact.decode(body).all_findings
        case "xml":
            return xml.decode(body).findings
        case _:
            return idoc.decode(body).findings


def found(code: str) -> tuple[Finding, ...]:
    syntax = code.partition(".")[0]
    if code in CONTENT:
        return library.read(CONTENT[code]).findings
    if syntax in ("csv", "table", "xlsx"):
        return tuple(table_findings(FOLDERS / code))
    return found_in(syntax, smallest(code))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    us = Company(x12=X12Identity(qualifier="01", id="TRADELANE"), edifact=EdifactIdentity(id="5412345000013"))
    known = Registry(root=tmp_path_factory.mktemp("s"), settings=Settings(company=us), partners=PARTNERS, version="t")
    clock = VirtualClock(START)
    return compose(MemoryStore(now=clock.now), known, known.root, clock=clock).house


def partner(*refuse: str) -> Profile:
    return replace(
        PARTNERS["acme"],
        x12=X12Identity(id="ACME"),
        edifact=EdifactIdentity(id="4012345000009"),
        tables=TableSettings(takes=("order_response",)),
        trees=TreeSettings(takes=("ubl", "cxml", "idoc")),
        strict=StrictSettings(refuse=refuse),
    )


def errors(reading: Reading, code: str) -> list[Finding]:
    everywhere = [*reading.findings]
    for interchange in reading.interchanges:
        everywhere += interchange.faults
        everywhere += [finding for one in interchange.sets for finding in one.findings]
    return [one for one in everywhere if one.code == code and one.severity == "error"]


def told(interchange: ReadInterchange) -> bool:
    return interchange.ta1 is not None or any(report.verdict != "accepted" for report in interchange.reports)


@pytest.mark.parametrize("code", TOLERATED)
def test_everything_tolerated_can_be_made_fatal_by_its_code_by_its_end_or_with_all(code: str):
    before = found(code)
    assert any(one.code == code and one.severity != "error" for one in before)
    for word in (code, code.partition(".")[2], ALL):
        after = fatal(before, refused_codes([word]))
        assert {one.severity for one in after if one.code == code} == {"error"}
        assert len(after) == len(before)


@pytest.mark.parametrize("code", ENVELOPES)
def test_it_refuses_the_envelope_it_stands_on_and_its_sender_is_told(house: House, code: str):
    body = smallest(code).replace(b"*ZZ*US             ", b"*01*TRADELANE      ")
    assert not errors(read(house, partner(), body, ""), code)
    reading = read(house, partner(code), body, "")
    assert errors(reading, code)
    for interchange in reading.interchanges:
        for one in interchange.sets:
            assert one.refused or not any(finding.code == code for finding in one.findings)
        if any(fault.code == code for fault in interchange.faults):
            assert not interchange.sets or all(one.refused for one in interchange.sets)
        ours = all(fault.code != "identity.not-yours" for fault in interchange.faults)
        if interchange.identity and ours and code != "edifact.no-message":
            assert told(interchange), interchange


def test_every_code_has_a_file_that_shows_it():
    assert {code for code in TOLERATED if code.partition(".")[0] not in SYNTAXES} == set(CONTENT)


@pytest.mark.parametrize("code", CONTENT)
def test_what_a_map_puts_up_with_refuses_the_document_it_stands_in(house: House, code: str):
    lenient, strict = (read(house, partner(*words), CONTENT[code], "") for words in ((), (code,)))
    assert not errors(lenient, code)
    assert errors(strict, code)
    [[before], [after]] = ([one for each in way.interchanges for one in each.sets] for way in (lenient, strict))
    assert before.document is not None
    assert after.document is None
    assert after.refused


def in_pieces(house: House, profile: Profile, body: bytes) -> Reading:
    reading = Reading([], open=True)
    whole = Arrived(
        archive="a", partner=profile.name, sha256="", size=len(body), channel="folder", received_at=START.isoformat()
    )
    passing = passes(house, profile, body, whole, reading)
    while reading.open:
        passing.take(body)
        reading.open = passing.end()
    reading.advance(sys.maxsize)
    return reading


@pytest.mark.parametrize("code", ENVELOPES)
def test_what_is_read_in_pieces_is_refused_alike(house: House, code: str):
    body = smallest(code).replace(b"*ZZ*US             ", b"*01*TRADELANE      ")
    held, read_on = read(house, partner(code), body, ""), in_pieces(house, partner(code), body)
    assert [str(one) for one in errors(read_on, code)] == [str(one) for one in errors(held, code)]
    assert len(errors(read_on, code)) > 0


@pytest.mark.parametrize("code", FILES)
def test_it_refuses_the_file_where_nothing_is_around_it(house: House, code: str):
    assert not errors(read(house, partner(), smallest(code), ""), code)
    reading = read(house, partner(code), smallest(code), "")
    assert reading.refused
    assert errors(reading, code)


@MOST
@given(st.sampled_from(sorted(FOLDERS.glob("*/smallest.*"))), st.data())
def test_readers_put_up_with_nothing_that_has_no_code_here(path: Path, data: st.DataObject):
    """Whatever the bytes: what is found and is no error can be refused."""
    syntax, body = path.parent.name.partition(".")[0], path.read_bytes()
    if syntax not in ("x12", "edifact", "xml", "idoc"):
        syntax = data.draw(st.sampled_from(["x12", "edifact", "xml", "idoc"]))
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(body)))
        body = (
            body[:place]
            + data.draw(st.sampled_from([b"", b"\r\n", b"~", b"'", b"\x00", b"  ", b"*", b"+"]))
            + body[place:]
        )
    tolerated = {one.code for one in found_in(syntax, body) if one.severity != "error"}
    assert tolerated <= TOLERATED.keys()


def test_every_table_that_is_put_up_with_has_its_code_here():
    for folder in FOLDERS.glob("*.*"):
        if folder.name.partition(".")[0] in ("csv", "table", "xlsx", "fixed"):
            said = [one for one in table_findings(folder) if one.severity != "error"]
            left_out = any(one.code == "table.rows-left-out" for one in said)  # Then its reasons stand beside it.
            assert left_out or {one.code for one in said} <= TOLERATED.keys()


def test_what_is_not_refused_stays_as_it_is():
    findings = found("x12.byte-order-mark")
    assert fatal(findings, frozenset()) is findings
    assert fatal(findings, refused_codes(["csv.line-end"])) is findings


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("BYTE_ORDER_MARK", "byte-order-mark"),
        ("x12.byte-order", "x12.byte-order-mark"),
        ("wrapped-lines", "wrapped"),
        ("line-break", None),
        ("all", None),
    ],
)
def test_a_word_that_means_nothing_is_named_with_the_nearest(word: str, near: str | None):
    assert unknown([word]).get(word, (None,))[0] == near


anyio = pytest.mark.anyio


async def heard_of(tmp_path: Path, body: bytes, *refuse: str) -> tuple[Bench, TransmissionTaken]:
    strict = replace(PARTNERS["acme"], strict=StrictSettings(refuse=refuse))
    house = await bench(tmp_path, partners={**PARTNERS, "acme": strict})
    await house.send("erp", json_of(order("4711")))
    await house.send("acme", body)
    await house.work()
    [taken] = [event for event in await house.history("exchange/acme") if isinstance(event, TransmissionTaken)]
    return house, taken


@anyio
@pytest.mark.parametrize("refuse", [(), ("byte-order-mark",), (ALL,)])
async def test_a_byte_order_mark_is_taken_or_refused_by_a_ta1_as_agreed(tmp_path: Path, refuse: tuple[str, ...]):
    house, taken = await heard_of(tmp_path, b"\xef\xbb\xbf" + GOOD, *refuse)
    effects = [type(event) for event in await house.history("purchase_order/4711")].count(OrderResponded)
    assert effects == (0 if refuse else 1)
    assert taken.outcome is (Outcome.REJECTED if refuse else Outcome.ACCEPTED)
    answers = [one.body for one in house.channels["acme"].taken if one.document_type in ("ta1", "syntax_report")]
    assert len(answers) == 1
    assert (b"TA1*000000001*260302*0800*R*024" in answers[0]) == bool(refuse)


@anyio
async def test_a_set_is_refused_alone_by_the_997_of_its_group(tmp_path: Path):
    broken = GOOD.replace(b"SO-4711", b"SO\r\n4711")
    house, taken = await heard_of(tmp_path, broken, "x12.line-break")
    assert taken.sets[0].outcome is Outcome.REJECTED
    (report,) = [one.body for one in house.channels["acme"].taken if one.document_type == "syntax_report"]
    assert b"AK3*BAK*2**8~AK4*8**6" in report
    assert b"AK5*R*5" in report
