"""What needs a person today: every exception that is not ended, most urgent first, and the sums over them.

The counts are taken from the very rows that are shown, so they add up.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from litestar import Request, get
from msgspec import Struct

from tradelane.api.door import house_of, sees_prices
from tradelane.api.house import House
from tradelane.api.paging import LIMIT_MAX, rows
from tradelane.api.prices import cases_without
from tradelane.views import case
from tradelane.views.today import STATUSES, Status, status_of

SHOWN_MAX = 2000
"""So many are looked at; who has more has another problem than their order."""


class Count(Struct, frozen=True, kw_only=True):
    """How many exceptions are of one status, and how much money is at stake in them."""

    status: Status
    count: int
    amount: Decimal


class TodayProblem(Struct, frozen=True, kw_only=True):
    """One exception with its status."""

    status: Status
    case: case.CaseRow


class Today(Struct, frozen=True, kw_only=True):
    """All of them but those that somebody lets rest.

    ``more``: there are others, less urgent, that are neither shown nor counted. ``now``: the time here, by which the
    time that is left is told.
    """

    now: datetime

    count: int
    amount: Decimal
    first_due: datetime | None
    counts: tuple[Count, ...]
    problems: tuple[TodayProblem, ...]
    resting: int
    more: bool


@get("/today", opt={"may": "see.orders"}, summary="What needs a person today, with sums")
async def today(request: Request[Any, Any, Any]) -> Today:
    """List every exception that is not ended."""
    found, more = await _unended(house_of(request))
    now = house_of(request).now()
    resting = [row for row in found if row.snoozed_until and row.snoozed_until > now]
    found = [row for row in found if not (row.snoozed_until and row.snoozed_until > now)]
    found = found if sees_prices(request) else cases_without(found)
    problems = tuple(TodayProblem(status=status_of(row.kind), case=row) for row in found)
    due = [row.resolve_by for row in found if row.resolve_by]
    return Today(
        now=now,
        count=len(problems),
        amount=_sum(problems),
        first_due=min(due, default=None),
        counts=tuple(_count(status, problems) for status in STATUSES),
        problems=problems,
        resting=len(resting),
        more=more,
    )


async def _unended(house: House) -> tuple[list[case.CaseRow], bool]:
    """Return what is open or assigned: it ranks before everything that is resolved."""
    found: list[case.CaseRow] = []
    after = ""
    while len(found) < SHOWN_MAX:
        page, after = await rows(house, case, LIMIT_MAX, after)
        open_rows = [row for row in page if row.state != "resolved"]
        found += open_rows
        if not after or len(open_rows) < len(page):
            return found, False
    return found, True


def _count(status: Status, problems: tuple[TodayProblem, ...]) -> Count:
    inside = tuple(each for each in problems if each.status == status)
    return Count(status=status, count=len(inside), amount=_sum(inside))


def _sum(problems: tuple[TodayProblem, ...]) -> Decimal:
    return sum((each.case.amount_at_stake for each in problems), Decimal(0))


HANDLERS = (today,)
