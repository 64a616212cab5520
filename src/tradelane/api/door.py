"""What every door's function starts with: the house behind it, and who stands before it."""

from typing import Annotated, Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.params import PathParameter

from tradelane.api import access
from tradelane.api.house import House
from tradelane.api.problem import Problem, refusal
from tradelane.api.signed_in import signed_in
from tradelane.model.role import WORDS, Permission, holders, spoken
from tradelane.partners.lookup import Principal
from tradelane.partners.profile import Profile

Id = Annotated[str, PathParameter(min_length=1, max_length=300)]
Number = Annotated[
    str, PathParameter(min_length=1, max_length=300, description="The number; a slash in it is written ~1, a tilde ~0.")
]
Name = Annotated[str, PathParameter(min_length=1, max_length=200, description="The partner's name.")]

Connection = ASGIConnection[Any, Any, Any, Any]


async def for_operators(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let operators in, and people who are signed in and may do what the address is for, and nobody else."""
    scope: Any = connection.scope
    house: House = connection.app.state.house
    who = await asker(house, scope, harmless=handler.opt.get("harmless", False))
    permission: Permission = handler.opt["may"]
    if who.person is not None and permission not in who.person.can:
        raise await not_theirs(house, permission)
    scope["tradelane.operator"] = who


async def asker(house: House, scope: Any, *, harmless: bool = False) -> Principal:
    """Return who asks the process API: by a key, by a session, or at the machine itself while nobody works here."""
    person = await signed_in(house, scope, harmless=harmless) if access.caller(house, scope) is None else None
    if person is not None:
        scope["tradelane.caller"] = f"person/{person.name}"
        return Principal(kind="operator", name=person.name, person=person)
    found = access.operator(house, scope)
    if found is access.LOCAL and await house.store.people():
        says, fix = "People work here, so even this machine asks who it is.", "Sign in, or send an operator's key."
        raise refusal(401, "session.needed", says, fix, headers={"www-authenticate": 'Bearer realm="tradelane"'})
    return found


async def not_theirs(house: House, permission: Permission) -> Problem:
    """Return the refusal of what a person may not do: whose it is, and whom to ask."""
    roles = holders(permission)
    people = [each.title or each.name for each in await house.store.people() if permission in each.can]
    ask = f"Ask {people[0]}." if people else "Ask whoever manages people here."
    return refusal(403, "person.may-not", f"To {WORDS[permission]} is for {spoken(roles)}.", ask)


def sees_prices(request: Request[Any, Any, Any]) -> bool:
    """Say whether who asks may see prices and amounts."""
    person = operator_of(request).person
    return person is None or "see.prices" in person.can


def for_partners(connection: Connection, _: BaseRouteHandler) -> None:
    """Let partners in, and nobody else."""
    scope: Any = connection.scope
    scope["tradelane.partner"] = access.partner(connection.app.state.house, scope)


def house_of(request: Request[Any, Any, Any]) -> House:
    """Return the house."""
    return request.app.state.house


def operator_of(request: Request[Any, Any, Any]) -> Principal:
    """Return the operator who was let in."""
    scope: Any = request.scope
    return scope["tradelane.operator"]


def partner_of(request: Request[Any, Any, Any]) -> Profile:
    """Return the partner who was let in."""
    scope: Any = request.scope
    return scope["tradelane.partner"]
