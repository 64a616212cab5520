"""Exceptions are ranked by money and by the hours that are left."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.views.happenings import START, folded, history

from tradelane.model.case import CaseAssigned, CaseOpened, CaseReopened, CaseRepeated, CaseResolved
from tradelane.model.event import Event
from tradelane.views import case

STREAM = "case/c-1"


def opened(hours: float = 24, amount: int = 0) -> CaseOpened:
    return CaseOpened(
        kind="LATE_ANSWER",
        about="purchase_order/4711",
        says="No order confirmation.",
        role="procurement",
        respond_by=START,
        resolve_by=START + timedelta(hours=hours),
        amount_at_stake=Decimal(amount),
        partner="kestrel",
    )


def shown(*events: Event) -> Any:
    return folded(case, history(STREAM, events))["c-1"]


def rank(*events: Event) -> float:
    return case.columns(shown(*events)).rank


def test_a_case_lives_from_opened_to_resolved_and_back() -> None:
    assigned = CaseAssigned(to="ana", by="bo")
    resolved = CaseResolved(by="ana", action="called_supplier", note="they had a strike")
    again = CaseReopened(says="Still none.", respond_by=START, resolve_by=START + timedelta(hours=4))
    assert shown(opened()).state == "open"
    assert (shown(opened(), assigned).state, shown(opened(), assigned).owner) == ("assigned", "ana")
    row = shown(opened(), assigned, resolved)
    assert (row.state, row.resolved_by, row.note) == ("resolved", "ana", "they had a strike")
    back = shown(opened(), assigned, resolved, again)
    assert (back.state, back.says, back.occurrences, back.resolved_by) == ("assigned", "Still none.", 2, "")


def test_the_same_cause_again_counts_and_opens_no_twin() -> None:
    row = shown(opened(amount=10), CaseRepeated(says="Again.", severity="S2", amount_at_stake=Decimal(50)))
    assert (row.occurrences, row.severity, row.amount_at_stake, row.state) == (2, "S2", Decimal(50), "open")


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.floats(1, 200), st.floats(1, 200))
def test_more_money_or_less_time_comes_first(amount: int, more: int, hours: float, fewer: float) -> None:
    assert rank(opened(hours, amount + more)) > rank(opened(hours, amount))
    assert rank(opened(hours, amount)) > rank(opened(hours + fewer, amount))


def test_what_is_resolved_stands_after_everything_else() -> None:
    resolved = rank(opened(1, 10**9), CaseResolved(by="ana", action="done"))
    assert resolved < rank(opened(10_000, 0))
