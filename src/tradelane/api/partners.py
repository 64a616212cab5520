"""Partners for operators: how it goes with each, without any secret of theirs."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import QueryParameter
from msgspec import Struct

from tradelane.api.door import Name, house_of
from tradelane.api.house import House
from tradelane.api.paging import LIMIT_MAX, After, Limit, Page, closed, opened, page
from tradelane.api.problem import not_found
from tradelane.api.records import read_rows
from tradelane.partners.profile import Profile
from tradelane.store.port import ViewRow
from tradelane.views import case, document, partner
from tradelane.views.trace import unescaped


class PartnerAnswer(Struct, frozen=True, kw_only=True):
    """One partner: who it is, by what it sends and receives, and how that goes. No counters yet: nothing was
    exchanged.
    """

    name: str
    title: str
    role: str
    channel: str
    syntax: str
    test: bool
    identities: tuple[str, ...]
    exchanged: partner.PartnerRow | None = None


class PartnerDay(Struct, frozen=True, kw_only=True):
    """What came from the partner and went to it on one day, and the exceptions that were opened."""

    on: date
    came: int
    went: int
    problems: int


class PartnerDays(Struct, frozen=True, kw_only=True):
    """The days one after the other. ``more``: there were more exceptions than are counted."""

    days: tuple[PartnerDay, ...]
    more: bool = False


Days = Annotated[int, QueryParameter(ge=1, le=90, description="How many days, 1 to 90.")]
CASES_MAX = 5_000


@get("/partners", opt={"may": "see.orders"}, summary="All partners and how it goes with each")
async def partners(request: Request[Any, Any, Any], limit: Limit = 100, after: After = "") -> Page[PartnerAnswer]:
    """List partners by name."""
    house, start = house_of(request), opened(after)
    names = sorted(name for name in house.registry.partners if name > start)
    shown, cursor = names[:limit], closed(names[limit - 1]) if len(names) > limit else ""
    found = await house.store.view_keys(partner.NAME, shown) if shown else {}
    rows = {row.name: row for row in read_rows(found.values(), partner.PartnerRow)}
    return page(request, [_answer(house.registry.partners[name], rows.get(name)) for name in shown], cursor)


@get("/partners/{name:str}", opt={"may": "see.orders"}, summary="One partner")
async def partner_by_name(request: Request[Any, Any, Any], name: Name) -> PartnerAnswer:
    """Show one partner."""
    house = house_of(request)
    profile = house.registry.partners.get(unescaped(name))
    if profile is None:
        raise not_found()
    found = await house.store.view_keys(partner.NAME, [profile.name])
    rows = read_rows(found.values(), partner.PartnerRow)
    return _answer(profile, rows[0] if rows else None)


@get("/partners/{name:str}/days", opt={"may": "see.orders"}, summary="What came, went and went wrong, day by day")
async def partner_days(request: Request[Any, Any, Any], name: Name, days: Days = 30) -> PartnerDays:
    """Count documents and exceptions by day, as UTC has the days, today last; a day without any is there too."""
    house, key = house_of(request), unescaped(name)
    if key not in house.registry.partners:
        raise not_found()
    first = house.now().astimezone(UTC).date() - timedelta(days=days - 1)
    since = datetime.combine(first, time(), UTC)
    found = await house.store.view_days(document.NAME, partner=key, since=since)
    counts = Counter({(day, mark): count for day, mark, count in found})
    opened, more = await _opened_since(house, key, since)
    counts.update((at.astimezone(UTC).date(), "case") for at in opened)
    return PartnerDays(
        days=tuple(
            PartnerDay(on=day, came=counts[day, "in"], went=counts[day, "out"], problems=counts[day, "case"])
            for day in (first + timedelta(days=n) for n in range(days))
        ),
        more=more,
    )


async def _opened_since(house: House, partner: str, since: datetime) -> tuple[list[datetime], bool]:
    """Return when exceptions with the partner were opened, and whether there were too many to look at."""
    kept: list[ViewRow] = []
    until = house.now() + timedelta(days=1)
    while len(kept) < CASES_MAX:
        after = kept[-1].key if kept else ""
        page = await house.store.view_between(case.NAME, since, until, partner=partner, after=after, limit=LIMIT_MAX)
        kept += page
        if len(page) < LIMIT_MAX:
            break
    opened = [row.opened_at for row in read_rows(kept, case.CaseRow) if row.opened_at and row.opened_at >= since]
    return opened, len(kept) >= CASES_MAX


def _answer(profile: Profile, row: partner.PartnerRow | None) -> PartnerAnswer:
    named = (f"{profile.x12.qualifier}:{profile.x12.id}",) if profile.x12.id else ()
    return PartnerAnswer(
        name=profile.name,
        title=profile.title,
        role=profile.role,
        channel=profile.send.channel,
        syntax=profile.send.syntax,
        test=profile.test,
        identities=(*named, *profile.parties),
        exchanged=row,
    )


HANDLERS = (partners, partner_by_name, partner_days)
