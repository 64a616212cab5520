"""Who works here, for those who give work to one another: names and roles, no secrets."""

from typing import Any

from litestar import Request, get
from msgspec import Struct

from tradelane.api.door import house_of
from tradelane.model.person import initials
from tradelane.model.role import TITLES


class Colleague(Struct, frozen=True, kw_only=True):
    """One person as others see them."""

    name: str
    title: str
    initials: str
    role: str


class Colleagues(Struct, frozen=True, kw_only=True):
    """Everybody who can sign in."""

    items: tuple[Colleague, ...]


@get("/people", opt={"may": "work.cases"}, summary="Who works here")
async def people(request: Request[Any, Any, Any]) -> Colleagues:
    """List everybody who is not shut out."""
    found = [each for each in await house_of(request).store.people() if not each.disabled]
    return Colleagues(
        items=tuple(
            Colleague(name=one.name, title=one.title, initials=initials(one.title), role=TITLES[one.role])
            for one in found
        )
    )


HANDLERS = (people,)
