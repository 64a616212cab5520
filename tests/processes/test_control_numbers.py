"""What a partner's control numbers tell of things that never came."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.processes.house import House

from tradelane.model.case import CaseRepeated
from tradelane.model.exchange import InterchangeTaken, RecordTransmission, TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.processes import control_numbers

EXCHANGE = "exchange/acme"
STEADY = list(range(1, 8))


@pytest.fixture
def house() -> House:
    return House()


def come(house: House, *numbers: int | str, sender: str = "ZZ:ACME", refused: bool = False) -> None:
    for number in numbers:
        house.sent_so_far = getattr(house, "sent_so_far", 0) + 1
        taken = TransmissionTaken(
            transmission=f"t{house.sent_so_far}",
            sha256="",
            size=1,
            channel="http",
            received_at=datetime(2026, 3, 2, tzinfo=timezone.utc),
            outcome=Outcome.ACCEPTED,
            interchanges=(InterchangeTaken(sender, "ZZ:US", str(number), refused),),
        )
        house.tell(EXCHANGE, RecordTransmission(taken=taken))


def test_a_number_left_out_is_asked_for_when_it_had_time_to_come(house):
    come(house, *STEADY, 9)
    house.wait(hours=3)
    assert "INTERCHANGE_MISSING" not in house.cases()
    house.wait(hours=2)
    assert "INTERCHANGE_MISSING" in house.cases()


def test_a_number_that_was_only_overtaken_is_not_asked_for(house):
    come(house, *STEADY, 9, 8)
    house.wait(days=2)
    assert "INTERCHANGE_MISSING" not in house.cases()


def test_a_number_that_comes_late_ends_the_exception(house):
    come(house, *STEADY, 10)
    house.wait(hours=5)
    come(house, 9)
    assert "INTERCHANGE_MISSING" in house.cases(), "number 8 is still missing"
    come(house, 8)
    assert "INTERCHANGE_MISSING" not in house.cases()


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param([1, 5, 9, 13, 17, 21, 25, 29], id="who never counted by one"),
        pytest.param([*STEADY, 500_000], id="who begins anew"),
        pytest.param([999_999_994, 999_999_995, 999_999_996, 999_999_997, 999_999_998, 999_999_999, 1, 2], id="wraps"),
        pytest.param([*STEADY, 3, 3], id="repeats"),
        pytest.param([*STEADY, "A9", ""], id="numbers that are none"),
    ],
)
def test_nothing_is_missing_of_one(house, numbers):
    come(house, *numbers)
    house.wait(days=2)
    assert "INTERCHANGE_MISSING" not in house.cases()


def test_a_number_that_comes_again_from_who_counts_by_one_is_asked_about_once(house):
    come(house, *STEADY, 3, 4)
    assert "Interchange 3 from acme came again" in house.cases()["INTERCHANGE_REPEATED"]
    assert len([event for event in house.of(CaseRepeated)]) == 0


@pytest.mark.parametrize("numbers", [[1, 5, 9, 5], [*STEADY, 10, 9, 8], [*STEADY, 1_000_000, 3]])
def test_nothing_came_again_of_who_does_not_count_by_one_was_overtaken_or_begins_anew(house, numbers):
    come(house, *numbers)
    assert "INTERCHANGE_REPEATED" not in house.cases()


def test_what_was_meant_by_an_interchange_that_was_refused_has_its_number_and_is_no_repeat(house):
    come(house, *STEADY)
    come(house, 8, 8, refused=True)
    come(house, 9, 8, 10)
    house.wait(days=2)
    assert not house.cases()
    come(house, 8)
    assert "INTERCHANGE_REPEATED" in house.cases(), "but once"


def test_two_senders_of_one_partner_count_for_themselves(house):
    come(house, *STEADY)
    come(house, *STEADY, sender="ZZ:ACMETEST")
    come(house, 9)
    house.wait(hours=5)
    come(house, 8, sender="ZZ:ACMETEST")
    assert "INTERCHANGE_MISSING" in house.cases()


@given(st.data())
def test_what_is_missing_is_what_did_not_come(data):
    """In whatever order they come, nothing that came is asked for, and everything that did not is."""
    numbers = list(range(8, 30))
    lost = data.draw(st.sets(st.sampled_from(numbers[:-1]), max_size=5))
    order = data.draw(st.permutations([number for number in numbers if number not in lost]))
    state = control_numbers.initial
    for number in [*STEADY, *order]:
        event = TransmissionTaken(
            transmission=str(number),
            sha256="",
            size=1,
            channel="http",
            received_at=datetime(2026, 3, 2, tzinfo=timezone.utc),
            outcome=Outcome.ACCEPTED,
            interchanges=(InterchangeTaken("ZZ:ACME", "ZZ:US", str(number)),),
        )
        state = control_numbers.evolve(state, event, event.received_at)
    assert sorted(number for missing in state.gaps.values() for number in missing) == sorted(lost)
