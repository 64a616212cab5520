"""Stories of a case."""

from datetime import UTC, datetime, timedelta

import pytest

from tradelane.domain import case
from tradelane.model.case import (
    AssignCase,
    CaseCommandRefused,
    CaseCommented,
    CaseOpened,
    CaseReopened,
    CaseRepeated,
    CaseSnoozed,
    CommentCase,
    OpenCase,
    ResolveCase,
    SnoozeCase,
)
from tradelane.model.policy import Context
from tradelane.testing.laws import step

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ask(says="late", severity="S3"):
    return OpenCase(kind="ACK_OVERDUE", about="purchase_order/1", says=says, role="procurement", severity=severity)


def run(*commands):
    """Decide on (command, hours from the start) pairs; return all events and the state."""
    state, events = case.initial, []
    for command, hours in commands:
        news, state = step(case, command, state, Context(now=NOW + timedelta(hours=hours)))
        events += news
    return events, state


@pytest.mark.parametrize(
    ("severity", "respond", "resolve"),
    [
        ("S1", timedelta(minutes=15), timedelta(hours=4)),
        ("S2", timedelta(hours=1), timedelta(days=1)),
        ("S3", timedelta(hours=4), timedelta(days=3)),
        ("S4", timedelta(days=2), timedelta(days=10)),
    ],
)
def test_how_soon_it_must_be_dealt_with_follows_from_its_severity(severity, respond, resolve):
    (opened,), _ = run((ask(severity=severity), 0))
    assert (opened.respond_by - NOW, opened.resolve_by - NOW) == (respond, resolve)


def test_a_repeated_cause_counts_and_opens_no_twin():
    events, state = run((ask(), 0), (ask("later"), 1), (ask("later", "S1"), 2), (ask("later", "S1"), 3))
    assert [type(event) for event in events] == [CaseOpened, CaseRepeated, CaseRepeated]
    assert (state.occurrences, state.severity, state.says) == (3, "S1", "later")


def test_a_cause_that_comes_back_within_a_day_reopens_the_case_and_later_opens_it_anew():
    solved = ResolveCase(by="ann", action="called")
    events, state = run((ask(), 0), (AssignCase(to="ann", by="bob"), 1), (solved, 2), (ask(), 25))
    assert isinstance(events[-1], CaseReopened)
    assert (state.occurrences, case.status(state)) == (2, "assigned")
    events, state = run((ask(), 0), (solved, 2), (ask(), 26))
    assert isinstance(events[-1], CaseOpened)
    assert state.occurrences == 1


def test_there_is_nothing_to_assign_or_resolve_in_a_case_that_is_unknown_or_over():
    events, _ = run((AssignCase(to="ann", by="bob"), 0), (ResolveCase(by="ann", action="x"), 0))
    assert [type(event) for event in events] == [CaseCommandRefused, CaseCommandRefused]
    events, _ = run((ask(), 0), (ResolveCase(by="ann", action="x"), 1), (ResolveCase(by="bob", action="y"), 2))
    assert isinstance(events[-1], CaseCommandRefused)


def test_the_house_resolving_what_is_not_there_is_nothing():
    events, state = run((ResolveCase(by="tradelane", action="cause gone"), 0))
    assert events == []
    events, state = run((ask(), 0), (ResolveCase(by="tradelane", action="cause gone"), 1))
    assert case.status(state) == "auto_resolved"


def test_what_is_said_about_a_case_stays_with_it_once():
    words = CommentCase(by="ann", says="called them", id="1")
    events, _ = run((ask(), 0), (words, 1), (words, 2), (CommentCase(by="ann", says="called them", id="2"), 3))
    assert [type(event) for event in events] == [CaseOpened, CaseCommented, CaseCommented]
    assert isinstance(run((words, 0))[0][-1], CaseCommandRefused)


def test_a_case_rests_until_its_time_and_news_wakes_it():
    rest = SnoozeCase(by="ann", until=NOW + 20 * HOUR, why="truck is on its way")
    events, state = run((ask(), 0), (rest, 1), (rest, 2))
    assert [type(event) for event in events] == [CaseOpened, CaseSnoozed]
    assert state.snoozed_until == NOW + 20 * HOUR
    assert state.is_open
    _, state = run((ask(), 0), (rest, 1), (ask("later still"), 2))
    assert state.snoozed_until is None
    done = ResolveCase(by="ann", action="accepted")
    events, state = run((ask(), 0), (rest, 1), (done, 2), (ask("once more"), 3))
    assert isinstance(events[-1], CaseReopened)
    assert state.snoozed_until is None


def test_what_rests_can_be_woken_and_what_is_awake_cannot():
    rest = SnoozeCase(by="ann", until=NOW + 20 * HOUR, why="truck is on its way")
    woken = SnoozeCase(by="ann", until=NOW + HOUR, why="taken back")
    events, state = run((ask(), 0), (rest, 1), (woken, 2), (woken, 3))
    assert [type(event) for event in events] == [CaseOpened, CaseSnoozed, CaseSnoozed]
    assert state.snoozed_until == NOW + HOUR


def test_a_case_that_is_given_back_is_nobodys():
    _, state = run((ask(), 0), (AssignCase(to="ann", by="bob"), 1), (AssignCase(to="", by="ann"), 2))
    assert (state.owner, case.status(state)) == ("", "open")


@pytest.mark.parametrize("hours", [-1, 0, 31 * 24])
def test_a_case_rests_for_some_time_that_is_to_come_and_not_for_ever(hours):
    events, state = run((ask(), 0), (SnoozeCase(by="ann", until=NOW + hours * HOUR, why="x"), 0))
    assert isinstance(events[-1], CaseCommandRefused)
    assert state.snoozed_until is None
