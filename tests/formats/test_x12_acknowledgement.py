"""What the sender hears: 997 content per group and set, and TA1 for an interchange."""

from datetime import datetime

import pytest
from tests.formats.x12_bytes import GOOD, changed, good, group, interchange, joined, order

from tradelane.formats import x12
from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.syntax_report import ElementFault, SegmentFault, SetReport, SyntaxReport


def only_group(body: bytes) -> x12.Group:
    (found,) = x12.decode(body).interchanges[0].groups
    return found


def fault(
    segment: str = "", position: int = 0, element: int = 0, code: str = "", severity: Severity = "error"
) -> Finding:
    where = Place(segment=segment, segment_position=position, element=element)
    return Finding(code="any.fault", says="s", fix="f", where=where, severity=severity, syntax_code=code, value="bad")


def test_a_good_group_is_accepted():
    assert x12.syntax_report(only_group(good())) == SyntaxReport(
        functional_id="PO",
        group="7",
        verdict="accepted",
        included=1,
        received=1,
        accepted=1,
        sets=(SetReport(kind="850", control="0001", verdict="accepted"),),
    )


def test_what_lift_refuses_is_named_by_segment_and_element():
    refusals = {
        "0001": (
            fault("PO1", 3, 2, "6"),
            fault("PO1", 3, 4, "7"),
            fault("DTM", 2, 0, "3"),
        )
    }

    (report,) = x12.syntax_report(only_group(good()), refusals).sets

    assert (report.verdict, report.codes) == ("rejected", ("5",))
    assert report.segments == (
        SegmentFault(segment="DTM", position=2, code="3"),
        SegmentFault(
            segment="PO1",
            position=3,
            code="8",
            elements=(
                ElementFault(position=2, code="6", value="bad"),
                ElementFault(position=4, code="7", value="bad"),
            ),
        ),
    )


def test_one_bad_set_makes_the_group_partially_accepted():
    body = joined(*interchange(group(order("0001"), order("0002"))))

    report = x12.syntax_report(only_group(body), {"0002": (fault(code="1"),)})

    assert (report.verdict, report.received, report.accepted) == ("partially_accepted", 2, 1)
    assert [(s.verdict, s.codes) for s in report.sets] == [("accepted", ()), ("rejected", ("1",))]


@pytest.mark.parametrize(
    ("severity", "verdict", "codes"),
    [("warning", "accepted_with_errors", ("5",)), ("note", "accepted", ()), ("error", "rejected", ("5",))],
)
def test_severity_decides_the_verdict(severity: Severity, verdict: str, codes: tuple[str, ...]):
    report = x12.syntax_report(only_group(good()), {"0001": (fault("PO1", 3, 2, "6", severity),)})

    assert (report.verdict, report.sets[0].verdict, report.sets[0].codes) == (verdict, verdict, codes)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [("SE*4*0001", "SE*5*0001", ("4",)), ("SE*4*0001", "SE*4*9", ("3",)), ("SE*4*0001", "SE*3*9", ("3", "4"))],
)
def test_a_broken_set_envelope_is_rejected_with_its_codes(old: str, new: str, codes: tuple[str, ...]):
    report = x12.syntax_report(only_group(changed(old, new)))

    assert (report.verdict, report.accepted) == ("rejected", 0)
    assert [(s.verdict, s.codes, s.segments) for s in report.sets] == [("rejected", codes, ())]


def test_a_segment_that_is_none_is_an_ak3():
    (report,) = x12.syntax_report(only_group(changed("PO1*1*", "po1*1*"))).sets

    assert report.codes == ("5",)
    assert report.segments == (SegmentFault(segment="po1", position=3, code="1"),)


def test_findings_handed_back_count_once():
    found = only_group(changed("A-1", "A\x07-1"))

    report = x12.syntax_report(found, {"0001": found.sets[0].findings})

    assert report == x12.syntax_report(found)
    assert [len(segment.elements) for segment in report.sets[0].segments] == [1]


def test_a_broken_group_envelope_rejects_every_set_in_it():
    report = x12.syntax_report(only_group(changed("GE*1*7", "GE*3*7")))

    assert (report.verdict, report.codes) == ("rejected", ("5",))
    assert (report.included, report.received, report.accepted) == (3, 1, 0)
    assert [s.verdict for s in report.sets] == ["rejected"]


def test_a_version_nobody_agreed_rejects_the_group():
    report = x12.syntax_report(only_group(good()), findings=(fault(code="2"),))

    assert (report.verdict, report.codes, report.accepted) == ("rejected", ("2",), 0)


def test_a_value_that_cannot_be_sent_back_is_left_out():
    finding = Finding(
        code="c",
        says="s",
        fix="f",
        where=Place(segment="N1", segment_position=2, element=1),
        value="\x00",
        syntax_code="6",
    )

    (report,) = x12.syntax_report(only_group(good()), {"0001": (finding,)}).sets

    assert report.segments[0].elements == (ElementFault(position=1, code="6"),)


def test_acknowledgements_are_never_answered():
    thanks = joined(*interchange(group(("ST*997*0001", "AK1*PO*7", "AK9*A*1*1*1", "SE*4*0001"), functional="FA")))
    disguised = joined(*interchange(group(("ST*997*0001", "AK1*PO*7", "AK9*A*1*1*1", "SE*4*0001"), functional="PO")))

    assert not x12.answerable(only_group(thanks))
    assert not x12.answerable(only_group(disguised))
    assert x12.answerable(only_group(good()))
    with pytest.raises(AssertionError):
        x12.syntax_report(only_group(thanks))


@pytest.mark.parametrize(
    ("body", "code", "verdict"),
    [
        (good(), "", ("A", "000")),
        (good(), "025", ("R", "025")),
        (changed("IEA*1*", "IEA*2*"), "", ("R", "021")),
        (changed("*260801*", "*261301*"), "", ("E", "014")),
    ],
)
def test_a_ta1_says_what_became_of_the_interchange(body: bytes, code: str, verdict: tuple[str, str]):
    (interchange_,) = x12.decode(body).interchanges

    answer = x12.ta1(interchange_, code)

    assert (answer.verdict, answer.code) == verdict
    assert (answer.control, answer.time) == ("000000001", "1200")


def test_a_ta1_travels_alone_and_is_read_back():
    envelope = x12.Envelope(
        sender_qualifier="ZZ",
        sender="TRADELANE",
        receiver_qualifier="ZZ",
        receiver="ACME",
        interchange=5,
        at=datetime(2026, 8, 1, 12, 30),
    )
    answer = x12.Ta1(control="000000001", date="260801", time="1200", verdict="R", code="001")

    decoded = x12.decode(x12.encode_ta1(envelope, answer))

    assert decoded.all_findings == ()
    assert decoded.interchanges[0].ta1s == (answer,)
    assert not x12.ta1_wanted(decoded.interchanges[0])


def test_a_ta1_goes_back_when_asked_for_or_when_all_is_refused():
    wanted = {
        "not asked": good(),
        "asked": changed("*0*P*", "*1*P*"),
        "refused": changed("IEA*1*", "IEA*2*"),
        "unreadable": GOOD[0][:60].encode(),
    }

    said = {name: x12.ta1_wanted(x12.decode(body).interchanges[0]) for name, body in wanted.items()}

    assert said == {"not asked": False, "asked": True, "refused": True, "unreadable": False}
