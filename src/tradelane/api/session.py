"""People sign in: a name and a password for a cookie that a page cannot read, and a word that it must send back.

A cookie goes along wherever a browser is led, so whoever changes anything with one also sends the session's word in
a header, which only a page of ours can know. Tries are slowed down by name and address together: nobody can keep
another out from elsewhere.
"""

from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import Request, Response, delete, get, post
from msgspec import Meta, Struct
from msgspec.structs import replace

from tradelane.api import access
from tradelane.api.asking import body_of
from tradelane.api.deeds import deed_of
from tradelane.api.door import asker, house_of
from tradelane.api.openid import CompanySignIn, offered
from tradelane.api.problem import Problem, refusal
from tradelane.api.signed_in import kept, signed_in, token_of, word_of
from tradelane.api.signing_in import address_of, opened, session_cookie, turned_away
from tradelane.model.person import Person, initials
from tradelane.model.role import PERMISSIONS, TITLES, Permission
from tradelane.partners.lookup import Principal
from tradelane.runtime import password as passwords

BY = "password"


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign in."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=passwords.LENGTH_MAX)]


class Me(Struct, frozen=True, kw_only=True):
    """Who is asking and what they may do. Without a name it is nobody yet: a page asks who it is. ``word`` goes along
    with every change; ``demo``: nobody had to sign in; ``practice``: the partners here are practice partners, which
    can be switched off. ``company``: how else nobody can become somebody.
    """

    name: str
    title: str
    initials: str
    role: str
    may: tuple[Permission, ...]
    word: str = ""
    demo: bool = False
    practice: bool = False
    company: CompanySignIn | None = None


NOBODY = Me(name="", title="", initials="", role="", may=())


@get("/session", summary="Who am I, and what may I do", tags=["session"])
async def who_am_i(request: Request[Any, Any, Any]) -> Me:
    """Say who is asking. That nobody is signed in yet is an answer; a key that is nobody's is refused."""
    house, scope = house_of(request), request.scope
    keyed = access.caller(house, dict(scope)) is not None
    try:
        me = _me(await asker(house, scope), token_of(scope["headers"]))
    except Problem as problem:
        if keyed or problem.status != 401:
            raise
        return replace(NOBODY, company=offered(house))
    practice = "tradelane.practice" in scope
    if practice and me.demo:
        me = replace(me, title="Demo user", initials=initials("Demo user"))
    return replace(me, practice=practice)


@post("/session", status_code=200, summary="Sign in", tags=["session"])
async def sign_in(request: Request[Any, Any, Any]) -> Response[Me]:
    """Open a session; a wrong name and a wrong password are the same answer, and take as long."""
    house, asked = house_of(request), await body_of(request, SignIn)
    _from_here(request.scope)
    address, now = address_of(request), house.now()
    wait = await house.store.try_sign_in(asked.name, address, now)
    if wait:
        says = f"There were too many tries for {asked.name} from here."
        fix = f"Try again in {wait} seconds."
        raise refusal(429, "session.wait", says, fix, headers={"retry-after": str(wait)})
    person = await house.store.person(asked.name)
    hashed = person.password if person and not person.disabled else ""
    if not await passwords.matches(hashed, asked.password) or person is None:
        await turned_away(house, request, person, BY, 401, _why_not(person))
        raise refusal(401, "session.refused", "The name or the password is wrong.", "Try again, or ask for a new one.")
    await house.store.forget_tries(asked.name, address)
    token = await opened(house, request, person, BY)
    who = Principal(kind="operator", name=person.name, person=person)
    return Response(_me(who, token), headers={"set-cookie": session_cookie(token, secure=_secure(request))})


@delete("/session", status_code=204, summary="Sign out", tags=["session"])
async def sign_out(request: Request[Any, Any, Any]) -> Response[None]:
    """End the session, wherever it is used; like every change, it needs the session's word and is on record."""
    house = house_of(request)
    person = await signed_in(house, request.scope)
    if person is not None:
        await house.store.end_session(kept(token_of(request.scope["headers"])))
        who = Principal(kind="operator", name=person.name, person=person)
        await house.store.end_deed(deed_of(house, request, who, "sign out"), 204, "")
    return Response(
        None, status_code=204, headers={"set-cookie": f"{session_cookie('', secure=_secure(request))}; Max-Age=0"}
    )


def _me(who: Principal, token: str) -> Me:
    person = who.person
    if person is None:
        local = who is access.LOCAL
        title = "Operator" if local else who.name
        return Me(name=who.name, title=title, initials=initials(title), role="", may=PERMISSIONS, demo=local)
    may: tuple[Permission, ...] = tuple(each for each in PERMISSIONS if each in person.can)
    title = person.title or person.name
    return Me(
        name=person.name,
        title=title,
        initials=initials(title),
        role=TITLES[person.role],
        may=may,
        word=word_of(token),
    )


def _from_here(scope: Any) -> None:
    """Refuse to be signed in by a page elsewhere: it would make a person act as somebody it knows."""
    origin, host = access.header(scope["headers"], b"origin"), access.header(scope["headers"], b"host")
    if origin and urlsplit(origin).netloc != host:
        says, fix = "The request comes from a page elsewhere.", "Sign in at this address itself."
        raise refusal(403, "session.elsewhere", says, fix)


def _why_not(person: Person | None) -> str:
    """Return for the record what the answer does not give away."""
    if person is None:
        return "Nobody is called so here."
    if person.disabled:
        return "Shut out."
    return "The password is wrong." if person.password else "Comes through the company's own sign-in alone."


def _secure(request: Request[Any, Any, Any]) -> bool:
    """Say whether the browser speaks https, with us or with a proxy before us: then the page's origin says so."""
    origin = access.header(request.scope["headers"], b"origin")
    return request.scope.get("scheme") == "https" or origin.startswith("https:")


HANDLERS = (who_am_i, sign_in, sign_out)
