"""Partners for operators: how it goes with each, without any secret of theirs."""

from typing import Any

from litestar import Request, get
from msgspec import Struct

from tradelane.api.door import Name, house_of
from tradelane.api.paging import After, Limit, Page, closed, opened, page
from tradelane.api.problem import not_found
from tradelane.api.records import read_rows
from tradelane.partners.profile import Profile
from tradelane.views import partner
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


HANDLERS = (partners, partner_by_name)
