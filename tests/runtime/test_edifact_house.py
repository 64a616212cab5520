"""EDIFACT through the whole house: an order goes out, its answer comes in, every interchange gets its CONTRL."""

from pathlib import Path

import pytest
from tests.runtime.bench_house import PARTNERS, Bench, bench, json_of, order

from tradelane.formats import edifact
from tradelane.maps import lift, shipped
from tradelane.model.exchange import GroupAcknowledged, SetOutcome, TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.model.purchase_order import OrderResponded
from tradelane.partners.profile import EdifactIdentity, Profile, SendSettings

US = "TRADELANE:ZZZ"
NORD = Profile(
    name="nord",
    role="supplier",
    parties=("buyer_assigned:V9",),
    edifact=EdifactIdentity(id="4012345000009", qualifier="14"),
    send=SendSettings(channel="http", syntax="edifact", url="http://nord"),
)
ANSWER = (
    "BGM+231+AB-1+29",
    "DTM+137:20260303:102",
    "RFF+ON:4711",
    "LIN+1+5",
    "PIA+5+SKU-1:IN",
    "QTY+21:10:EA",
    "DTM+69:20260316:102",
    "UNS+S",
)

pytestmark = pytest.mark.anyio


def sent(kind: str, *segments: str, control: int = 1, sender: str = "4012345000009:14", asks: str = "") -> bytes:
    """Return one interchange with one message of *segments*."""
    message = [f"UNH+1+{kind}:D:96A:UN", *segments, f"UNT+{len(segments) + 2}+1"]
    head = f"UNB+UNOC:3+{sender}+{US}+260303:0900+{control}{asks}"
    return "".join(segment + "'" for segment in (head, *message, f"UNZ+1+{control}")).encode()


@pytest.fixture
async def house(tmp_path: Path) -> Bench:
    made = await bench(tmp_path, partners={**PARTNERS, "nord": NORD})
    await made.send("erp", json_of(order("4711", supplier="V9")))
    await made.work()
    return made


def heard(house: Bench) -> list[edifact.ReceivedMessage]:
    """Return every message that went to the supplier."""
    bodies = [delivery.body for delivery in house.channels["nord"].taken]
    return [message for body in bodies for _, _, message in edifact.decode(body).accepted]


async def taken(house: Bench) -> TransmissionTaken:
    events = await house.history("exchange/nord")
    return [event for event in events if isinstance(event, TransmissionTaken)][-1]


async def only_set(house: Bench) -> SetOutcome:
    [one] = (await taken(house)).sets
    return one


async def test_an_order_goes_out_as_orders(house: Bench):
    (message,) = heard(house)

    lifted = lift(message.message, shipped("edifact/d96a/orders")).document
    assert (message.message.kind, message.message.version) == ("ORDERS", "D96A")
    assert lifted == order("4711", supplier="V9")
    body = house.channels["nord"].taken[0].body
    assert b"UNB+UNOC:3+TRADELANE:ZZZ+4012345000009:14+260302:0800+1++++1'" in body


async def test_an_answer_comes_in_and_is_answered_by_contrl(house: Bench):
    await house.send("nord", sent("ORDRSP", *ANSWER))
    await house.work()

    one = await only_set(house)
    assert (one.outcome, one.document_type, one.findings) == (Outcome.ACCEPTED, "order_response", ())
    assert any(isinstance(event, OrderResponded) for event in await house.history("purchase_order/4711"))
    body = house.channels["nord"].taken[-1].body
    assert b"UNH+1+CONTRL:D:3:UN'UCI+1+4012345000009:14+TRADELANE:ZZZ+7'UCM+1+ORDRSP:D:96A:UN+7'" in body


async def test_a_message_that_cannot_be_read_is_rejected_by_contrl_with_its_place(house: Bench):
    spoilt = ("BGM+231+AB-1+29", "DTM+137:20260399:102", *ANSWER[2:])
    await house.send("nord", sent("ORDRSP", *spoilt))
    await house.work()

    one = await only_set(house)
    assert (one.outcome, [finding.code for finding in one.findings]) == (Outcome.REJECTED, ["element.bad-date"])
    body = house.channels["nord"].taken[-1].body
    assert b"UCM+1+ORDRSP:D:96A:UN+4'UCS+3'UCD+12+1:2'" in body


async def test_the_partners_contrl_settles_what_we_sent(house: Bench):
    await house.send("nord", sent("CONTRL", f"UCI+1+{US}+4012345000009:14+7", "UCM+1+ORDERS:D:96A:UN+7"))
    await house.work()

    [settled] = [event for event in await house.history("exchange/nord") if isinstance(event, GroupAcknowledged)]
    assert (settled.document_type, settled.number, settled.verdict) == ("purchase_order", "4711", "accepted")
    assert [message.message.kind for message in heard(house)] == ["ORDERS"], "a CONTRL is never answered"


async def test_another_senders_interchange_is_refused_at_the_door(house: Bench):
    """Promise P23, for UNB as for ISA06."""
    answer = await house.send("nord", sent("ORDRSP", *ANSWER, sender="4099999000003:14"))

    assert answer.status == 403
    assert len(heard(house)) == 1


async def test_the_same_interchange_again_has_no_second_effect(house: Bench):
    body = sent("ORDRSP", *ANSWER)
    await house.send("nord", body)
    await house.work()
    before = await house.history("purchase_order/4711")
    await house.send("nord", body)
    await house.work()

    assert await house.history("purchase_order/4711") == before


async def test_a_good_message_beside_a_bad_one_is_taken(house: Bench):
    good = ["UNH+2+ORDRSP:D:96A:UN", *ANSWER, f"UNT+{len(ANSWER) + 2}+2"]
    bad = ["UNH+1+ORDRSP:D:96A:UN", "BGM+231", "UNT+9+1"]
    head = f"UNB+UNOC:3+4012345000009:14+{US}+260303:0900+7"
    body = "".join(segment + "'" for segment in (head, *bad, *good, "UNZ+2+7")).encode()

    await house.send("nord", body)
    await house.work()

    assert [one.outcome for one in (await taken(house)).sets] == [Outcome.REJECTED, Outcome.ACCEPTED]
    assert b"UCM+1+ORDRSP:D:96A:UN+4+29'UCM+2+ORDRSP:D:96A:UN+7'" in house.channels["nord"].taken[-1].body


async def test_a_test_interchange_changes_nothing(house: Bench):
    before = await house.history("purchase_order/4711")
    await house.send("nord", sent("ORDRSP", *ANSWER, asks="++++++1"))
    await house.work()

    assert (await only_set(house)).test
    assert await house.history("purchase_order/4711") == before


async def test_a_reference_that_stood_for_something_else_is_refused_by_contrl(house: Bench):
    """Bad input 88, for EDIFACT."""
    await house.send("nord", sent("ORDRSP", *ANSWER))
    await house.work()
    await house.send("nord", sent("ORDRSP", ANSWER[0].replace("AB-1", "AB-2"), *ANSWER[1:]))
    await house.work()

    assert [finding.code for finding in (await taken(house)).findings] == ["edifact.control-number-reused"]
    assert b"UCI+1+4012345000009:14+TRADELANE:ZZZ+4+26'" in house.channels["nord"].taken[-1].body


async def test_what_was_refused_whole_leaves_its_reference_to_what_was_meant(house: Bench):
    whole = sent("ORDRSP", *ANSWER)
    await house.send("nord", whole[: whole.index(b"UNZ")])
    await house.work()
    assert (await taken(house)).outcome is Outcome.REJECTED
    await house.send("nord", whole)
    await house.work()
    assert (await only_set(house)).outcome is Outcome.ACCEPTED
    assert not (await taken(house)).findings


async def test_the_good_message_of_a_bad_file_is_taken_and_the_contrl_says_which_was_not(house):
    good, bad = (
        sent("ORDRSP", *ANSWER),
        sent("ORDRSP", *ANSWER).replace(b"UNT+10+1", b"UNT+99+2").replace(b"UNH+1+", b"UNH+2+"),
    )
    both = good[: good.index(b"UNZ")] + bad[bad.index(b"UNH") :].replace(b"UNZ+1+", b"UNZ+2+")
    await house.send("nord", both)
    await house.work()
    outcomes = [one.outcome for one in (await taken(house)).sets]
    assert outcomes == [Outcome.ACCEPTED, Outcome.REJECTED]
    assert [type(e) for e in await house.history("purchase_order/4711")].count(OrderResponded) == 1
    [control] = [one for one in heard(house) if one.message.kind == "CONTRL"]
    said = {(one.tag, *one.elements[:1], one.elements[2]) for one in control.message.segments if one.tag == "UCM"}
    assert said == {("UCM", "1", "7"), ("UCM", "2", "4")}
