"""Open a session, or put on record why none was opened: the same whichever way somebody comes."""

import secrets
from typing import Any

from litestar import Request
from msgspec.structs import replace

from tradelane.api.deeds import deed_of
from tradelane.api.house import House
from tradelane.api.signed_in import COOKIE, kept
from tradelane.model.person import Deed, Person, Session
from tradelane.partners.lookup import Principal

RECORD = "record"
"""Stands for the address where tries are counted for the record: no client has it."""

Asked = Request[Any, Any, Any]


def address_of(request: Asked) -> str:
    """Return where the request comes from."""
    return str((request.scope.get("client") or ("",))[0])


async def opened(house: House, request: Asked, person: Person, by: str) -> str:
    """Open a session for *person*, who came *by* this way, put it on record, and return its secret."""
    token, now = secrets.token_urlsafe(32), house.now()
    session = Session(
        token_sha256=kept(token), person=person.name, opened_at=now, seen_at=now, address=address_of(request)
    )
    await house.store.open_session(session)
    await house.store.end_deed(sign_in_deed(house, request, person, by), 200, "")
    return token


async def turned_away(house: House, request: Asked, person: Person | None, by: str, status: int, says: str) -> None:
    """Put on record that a sign-in was refused, and why.

    What strangers type is not kept, and neither is every try: for each person, and for all whom we do not know
    together, the first few, then ever fewer. So nobody can fill the record.
    """
    name = person.name if person else ""
    if await house.store.try_sign_in(name, RECORD, house.now()) == 0:
        await house.store.end_deed(sign_in_deed(house, request, person, by), status, says)


def sign_in_deed(house: House, request: Asked, person: Person | None, by: str) -> Deed:
    """Return the record of a sign-in *by* some way; of nobody, while nobody knows who it is."""
    who = Principal(kind="operator", name=person.name if person else "", person=person)
    return replace(deed_of(house, request, who, "sign in"), by=by)


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the cookie that carries a session's secret: no page reads it, no request from elsewhere brings it."""
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"
