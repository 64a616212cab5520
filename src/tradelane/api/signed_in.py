"""Whose session a request carries: the cookie, the word that goes with it, and what is kept of them."""

from hashlib import sha256
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any

from tradelane.api import access
from tradelane.api.house import House
from tradelane.api.problem import refusal
from tradelane.model.person import Person
from tradelane.model.role import Permission

COOKIE = "tradelane"
WORD = b"x-csrf-token"
TOUCH_SECONDS = 60


async def signed_in(house: House, scope: Any, *, harmless: bool = False) -> Person | None:
    """Return whose session the request carries, if it is still good.

    What may change something is refused without the session's word; *harmless*: nothing is changed, so a plain form
    may ask for it.
    """
    token = token_of(scope["headers"])
    if not token:
        return None
    now = house.now()
    found = await house.store.session(kept(token), now)
    if found is None:
        return None
    session, person = found
    if (
        not harmless
        and scope["method"] not in ("GET", "HEAD")
        and not compare_digest(word_of(token), access.header(scope["headers"], WORD))
    ):
        says, fix = "The request does not carry the word of your session.", "Load the page again."
        raise refusal(403, "session.word", says, fix)
    if (now - session.seen_at).total_seconds() > TOUCH_SECONDS:
        await house.store.touch_session(session.token_sha256, now)
    return person


async def still_may(house: House, scope: Any, permission: Permission) -> bool:
    """Say whether who was let in may still be told; to be told is no reason for a session to go on."""
    if scope["tradelane.operator"].person is None:
        return True
    found = await house.store.session(kept(token_of(scope["headers"])), house.now())
    return found is not None and permission in found[1].can


def token_of(headers: access.Headers) -> str:
    """Return the secret in the session's cookie; empty without one."""
    return cookie_of(headers, COOKIE)


def cookie_of(headers: access.Headers, name: str) -> str:
    """Return what a cookie of ours holds; empty without one."""
    try:
        found = SimpleCookie(access.header(headers, b"cookie")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def word_of(token: str) -> str:
    """Return the word that goes with a session's secret, which it does not give away."""
    return sha256(f"word/{token}".encode()).hexdigest()[:32] if token else ""


def kept(token: str) -> str:
    """Return what is kept of a session's secret."""
    return sha256(token.encode()).hexdigest()
