from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.runtime.clock import SystemClock
from tradelane.testing.clock import ScaledClock, VirtualClock

START = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)


@given(st.lists(st.integers(-10_000, 10_000)))
def test_a_virtual_clock_never_goes_back(seconds: list[int]) -> None:
    clock, latest = VirtualClock(START), START
    for each in seconds:
        clock.advance_to(START + timedelta(seconds=each))
        assert clock.now() >= latest
        latest = clock.now()
    assert latest == START + timedelta(seconds=max([0, *seconds]))


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(START)
    assert clock.now() == clock.now() == START


def test_a_clock_takes_no_naive_time() -> None:
    with pytest.raises(ValueError, match="no zone"):
        VirtualClock(datetime(2026, 11, 23))


def test_a_clock_answers_in_utc_whatever_zone_it_was_set_in() -> None:
    east = timezone(timedelta(hours=9))
    assert VirtualClock(START.astimezone(east)).now().utcoffset() == timedelta(0)


def test_a_scaled_clock_runs_as_fast_as_it_says() -> None:
    clock, real = ScaledClock(START, 1_000_000), SystemClock()
    began = real.now()
    while real.now() - began < timedelta(milliseconds=5):
        pass
    assert clock.now() - START > timedelta(seconds=4_000)
    assert clock.seconds_until(clock.now() + timedelta(days=1)) < 0.1


def test_a_scaled_clock_cannot_stand_still() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ScaledClock(START, 0)
