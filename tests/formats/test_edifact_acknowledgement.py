"""What we say to the sender of an interchange: what could be read, message by message, and never to a CONTRL."""

import pytest
from tests.formats.edifact_bytes import UNB, changed, good, interchange, joined, order

from tradelane.formats import edifact
from tradelane.model.finding import Finding, Place
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport

LATE = Finding(
    code="element.bad-date",
    says="There is no such day.",
    fix="Send another.",
    where=Place(segment="DTM", segment_position=3, element=1, component=2),
    value="20260230",
    syntax_code="8",
)


def first(body: bytes) -> edifact.Interchange:
    return edifact.decode(body).interchanges[0]


def test_what_is_all_right_is_accepted():
    report = edifact.syntax_report(first(good()))

    assert (report.group, report.verdict, report.received, report.accepted) == ("REF1", "accepted", 1, 1)
    assert report.sets == (SetReport(kind="ORDERS:D:96A:UN:EAN008", control="1", verdict="accepted"),)


def test_one_bad_message_does_not_spoil_its_neighbours():
    spoilt = ("UNH+2+ORDERS:D:96A:UN", "BGM+220", "UNT+9+2")
    report = edifact.syntax_report(first(joined(*interchange(order("1"), spoilt, order("3")))))

    assert report.verdict == "partially_accepted"
    assert [(s.control, s.verdict, s.codes) for s in report.sets] == [
        ("1", "accepted", ()),
        ("2", "rejected", ("29",)),
        ("3", "accepted", ()),
    ]


def test_what_reading_a_message_finds_is_said_with_its_place_in_the_codes_of_contrl():
    report = edifact.syntax_report(first(good()), {"1": (LATE,)})

    (said,) = report.sets
    fault = ElementFault(position=1, component=2, code="12")
    assert said.verdict == "rejected"
    assert said.segments == (SegmentFault(segment="", position=3, elements=(fault,)),)


def test_a_segment_that_is_missing_is_said_of_the_segment():
    missing = Finding(
        code="segment.missing", says="x", fix="y", where=Place(segment="BGM", segment_position=2), syntax_code="3"
    )

    (said,) = edifact.syntax_report(first(good()), {"1": (missing,)}).sets

    assert said.segments == (SegmentFault(segment="", position=2, code="13"),)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (changed("UNZ+1+REF1", "UNZ+1+REF2"), "28"),
        (changed("UNZ+1", "UNZ+4"), "29"),
        (changed("UNOC:3", "UNOC:9"), "2"),
    ],
)
def test_a_broken_interchange_is_rejected_with_all_in_it(body: bytes, code: str):
    report = edifact.syntax_report(first(body))

    assert (report.verdict, report.codes, report.accepted) == ("rejected", (code,), 0)


def test_what_else_is_wrong_with_an_interchange_rejects_it_too():
    stranger = Finding(code="identity.not-yours", says="x", fix="y", syntax_code="23")

    assert edifact.syntax_report(first(good()), findings=[stranger]).codes == ("23",)


def test_a_syntax_report_is_never_answered():
    body = joined(UNB, "UNH+1+CONTRL:D:3:UN", "UCI+REF9+A+B+7", "UNT+3+1", "UNZ+1+REF1")

    assert not edifact.answerable(first(body))
    assert edifact.answerable(first(good()))
    with pytest.raises(AssertionError):
        edifact.syntax_report(first(body))
