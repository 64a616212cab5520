"""Timers far away are kept to the minute: never early, never a minute late, and as good as unmoved by a busy object."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tradelane.runtime.timers import FAR, GRAIN, on_grain

NOW = datetime(2026, 3, 2, 9, 30, 12, 345_678, tzinfo=timezone.utc)

spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40))
offsets = st.sampled_from([timezone.utc, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-7))])


@given(spans, offsets)
def test_a_timer_is_never_early_and_less_than_a_minute_late(span, offset):
    due = (NOW + span).astimezone(offset)
    assert timedelta() <= on_grain(due, NOW) - due < GRAIN


@given(spans.filter(lambda span: span < FAR))
def test_a_timer_that_is_near_is_kept_to_the_instant(span):
    assert on_grain(NOW + span, NOW) == NOW + span


def test_two_days_from_five_changes_a_second_make_one_due_a_minute():
    changes = [NOW + timedelta(milliseconds=200 * n) for n in range(600)]
    dues = {on_grain(now + timedelta(days=2), now) for now in changes}
    assert len(dues) == 3
    assert all(due.second == due.microsecond == 0 for due in dues)
