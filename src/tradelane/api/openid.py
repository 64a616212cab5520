"""People come through the company's own sign-in: a browser is sent there, and comes back with a code.

What was begun is kept by the browser alone, in a cookie of its own that is sent along when it comes back from
elsewhere, which the session's cookie is not. All of this is for browsers, so whatever happens is said on a page.
"""

import re
import secrets
from hmac import compare_digest
from typing import Any

import structlog
from litestar import Request, Response, get
from litestar.datastructures import Cookie
from msgspec import Struct

from tradelane.api.console import is_page
from tradelane.api.door import house_of
from tradelane.api.house import House
from tradelane.api.problem import not_found
from tradelane.api.signed_in import cookie_of
from tradelane.api.signing_in import opened, session_cookie, sign_in_deed, turned_away
from tradelane.api.small_page import not_in, onward
from tradelane.model.finding import Finding, Unavailable, Unreadable
from tradelane.model.person import Person
from tradelane.protocols.openid.provider import Provider
from tradelane.protocols.openid.token import refused
from tradelane.protocols.openid.way import Way, read
from tradelane.runtime.company_sign_in import Refused, person_for, wanted
from tradelane.store.port import StoreUnavailable

BY = "company"
WAY_SECONDS = 600
TO_LENGTH_MAX = 1000
CODE_LENGTH_MAX = 4096
_FAULT = re.compile(r"[a-z_]{1,60}")
_VISIBLE = re.compile(r"[\x21-\x5b\x5d-\x7e]*")

log = structlog.get_logger("tradelane.api")
Asked = Request[Any, Any, Any]


class CompanySignIn(Struct, frozen=True, kw_only=True):
    """The company's own sign-in: what people call it, and the address that leads there and back."""

    title: str
    at: str


def offered(house: House) -> CompanySignIn | None:
    """Return the company's own sign-in; None where the settings name none."""
    said = house.registry.settings.openid_connect
    if not said.issuer:
        return None
    title = said.title or said.issuer.split("/")[2]
    return CompanySignIn(title=title, at=f"{said.address.rstrip('/')}/session/openid")


@get("/session/openid", include_in_schema=False)
async def begin(request: Asked) -> Response[Any]:
    """Send the browser to the company's sign-in; ``to``: the page of ours that is wanted."""
    house, provider = _both(request)
    way = Way(secret=secrets.token_urlsafe(32), to=local(_one(request, "to")))
    try:
        address = await provider.where(way, house.now())
    except Unavailable as away:
        return _away(away, way.to)
    headers = {"location": address}
    return Response("", status_code=303, headers=headers, cookies=[_cookie(house, way.written(), WAY_SECONDS)])


@get("/session/openid/callback", include_in_schema=False)
async def finish(request: Asked) -> Response[Any]:
    """Take the browser back from the company's sign-in, signed in or told why not."""
    house, provider = _both(request)
    way = read(cookie_of(request.scope["headers"], _cookie(house, "", 0).key))
    to = local(way.to) if way else "/"
    try:
        person = await _who(house, provider, request, way)
        answer = onward(to)
        token = await opened(house, request, person, BY)
        answer.headers["set-cookie"] = session_cookie(token, secure=_secure(house))
    except (Unavailable, StoreUnavailable) as away:
        answer = _away(away, to)
    except Unreadable as refusal:
        answer = await _turned_away(house, request, refusal, to)
        if way is None or _foreign(refusal):
            return answer
    answer.cookies = [_cookie(house, "", 0)]
    return answer


def local(to: str) -> str:
    """Return *to* if it is a page of ours, else the first page: nobody is led elsewhere by us."""
    path, _, _ = to.partition("?")
    return to if len(to) <= TO_LENGTH_MAX and _VISIBLE.fullmatch(to) and is_page(path) else "/"


async def _who(house: House, provider: Provider, request: Asked, way: Way | None) -> Person:
    """Return who came back; raises `Unreadable` or `Unavailable`."""
    said, code = house.registry.settings.openid_connect, _code(request, way)
    assert way is not None
    claims = await provider.claims(code, way, _one(request, "iss"), wanted(said), house.now())
    return await person_for(house.store, said, claims, sign_in_deed(house, request, None, BY), house.now())


def _code(request: Asked, way: Way | None) -> str:
    """Return the code that the browser brings back; refused where it is not the browser that began."""
    if way is None:
        says = "This browser began no sign-in, or more than ten minutes ago."
        raise refused("no-cookie", says, "Sign in again; cookies must be allowed.")
    if not compare_digest(_one(request, "state").encode(), way.state.encode()):
        raise refused("state", "This sign-in was begun elsewhere, or in another window.", "Sign in again.")
    if fault := _one(request, "error"):
        told = f" ({fault})" if _FAULT.fullmatch(fault) else ""
        raise refused("not-let-in", f"The company's sign-in did not let you in{told}.")
    code = _one(request, "code")
    if not 0 < len(code) <= CODE_LENGTH_MAX:
        raise refused("no-code", "The company's sign-in did not say that you are signed in.")
    return code


async def _turned_away(house: House, request: Asked, refusal: Unreadable, to: str) -> Response[Any]:
    finding, status = refusal.findings[0], 403 if isinstance(refusal, Refused) else 400
    try:
        person = await house.store.person(refusal.name) if isinstance(refusal, Refused) and refusal.name else None
        await turned_away(house, request, person, BY, status, finding.says)
    except StoreUnavailable as away:
        return _away(away, to)
    log.warning("not signed in", code=finding.code)
    return not_in(status, finding, to)


def _foreign(refusal: Unreadable) -> bool:
    """Say whether somebody else may have sent the browser here, while it is on its way by itself."""
    return refusal.findings[0].code == "openid.state"


def _away(away: Exception, to: str) -> Response[Any]:
    if isinstance(away, StoreUnavailable):
        says = "Tradelane cannot look up anybody just now."
    else:
        says = f"The company's sign-in cannot be used just now: {away}"
        log.warning("the company's sign-in cannot be used", says=str(away))
    return not_in(503, Finding(code="openid.away", says=says, fix="Try again, or sign in with a password."), to)


def _both(request: Asked) -> tuple[House, Provider]:
    house = house_of(request)
    if house.identity_provider is None:
        raise not_found()
    return house, house.identity_provider


def _one(request: Asked, name: str) -> str:
    """Return a parameter of the address; empty when it is absent, or there twice."""
    found = request.query_params.getall(name, [])
    return found[0] if len(found) == 1 else ""


def _secure(house: House) -> bool:
    return house.registry.settings.openid_connect.address.startswith("https:")


def _cookie(house: House, value: str, seconds: int) -> Cookie:
    """Return the cookie of a sign-in on its way; where there is https, no neighbour of our name can put one there."""
    secure = _secure(house)
    key = "__Host-tradelane-way" if secure else "tradelane-way"
    return Cookie(key=key, value=value, path="/", httponly=True, samesite="lax", secure=secure, max_age=seconds)


HANDLERS = (begin, finish)
