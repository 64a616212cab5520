"""Bad inputs 100 to 103 in EDIFACT, through the whole house: what is refused, what is taken, and what goes back."""

import pytest
from tests.runtime.bench_house import Bench
from tests.runtime.test_edifact_house import ANSWER, NORD, house, sent, taken

from tradelane.model.outcome import Outcome
from tradelane.model.purchase_order import OrderResponded

__all__ = ["house"]

pytestmark = pytest.mark.anyio


async def given(house: Bench, body: bytes) -> str:
    """Send *body* as the supplier, and return the CONTRL that went back; empty when none did."""
    before = len(house.channels[NORD.name].taken)
    await house.send(NORD.name, body)
    await house.work()
    answers = house.channels[NORD.name].taken[before:]
    return answers[-1].body.decode() if answers else ""


async def answers_recorded(house: Bench) -> int:
    events = await house.history("purchase_order/4711")
    return sum(isinstance(event, OrderResponded) for event in events)


@pytest.mark.parametrize("advice", [b"", b"UNA:+.? '", b"UNA:+,? '", b"UNA:+.?'\n"])
async def test_100_una_may_be_there_or_not(house: Bench, advice: bytes):
    contrl = await given(house, advice + sent("ORDRSP", *ANSWER))

    assert "UCI+1+4012345000009:14+TRADELANE:ZZZ+7'" in contrl
    assert await answers_recorded(house) == 1


async def test_100_a_character_outside_the_declared_set_is_rejected_with_its_place(house: Bench):
    spoilt = sent("ORDRSP", *ANSWER).replace(b"AB-1", b"AB\xfc1").replace(b"UNOC", b"UNOA")

    contrl = await given(house, spoilt)

    assert "UCM+1+ORDRSP:D:96A:UN+4'UCS+2'UCD+21+2'" in contrl
    assert await answers_recorded(house) == 0


async def test_101_a_release_character_at_the_end_is_rejected(house: Bench):
    contrl = await given(house, sent("ORDRSP", *ANSWER).removesuffix(b"'") + b"?'")

    assert "UCI+1+4012345000009:14+TRADELANE:ZZZ+4+" in contrl
    assert "edifact.release" in {finding.code for finding in (await taken(house)).findings}
    assert await answers_recorded(house) == 0


async def test_102_text_after_the_last_interchange_stops_all_of_it(house: Bench):
    await given(house, sent("ORDRSP", *ANSWER) + b"lost and found")

    told = await taken(house)
    assert (told.outcome, {finding.code for finding in told.findings}) == (Outcome.REJECTED, {"edifact.garbage"})
    assert await answers_recorded(house) == 0


async def test_103_the_second_of_two_interchanges_may_be_broken_alone(house: Bench):
    second = sent("ORDRSP", *ANSWER, control=2).replace(b"UNZ+1+2", b"UNZ+1+9")

    await given(house, sent("ORDRSP", *ANSWER) + second)

    assert await answers_recorded(house) == 1
    assert "edifact.unz-reference" in {finding.code for finding in (await taken(house)).findings}
