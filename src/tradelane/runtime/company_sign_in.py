"""Whom the company's sign-in means: somebody who works here, somebody it may make, or nobody.

An account there is known by its subject, which never changes and is never given to another. Only at the first time is
somebody found by name; from then on whoever gets the same name there is not taken for them.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.finding import Finding, Unavailable, Unreadable
from tradelane.model.person import NAME, Deed, Person
from tradelane.model.role import RoleName
from tradelane.partners.profile import OpenIdConnect
from tradelane.protocols.openid.provider import Client
from tradelane.store.port import Store

TITLE_LENGTH_MAX = 100
_ASK = "Ask whoever manages people here."


class Refused(Unreadable):
    """Whoever comes is known there but is not let in here; ``name``: who they would be, if somebody."""

    def __init__(self, finding: Finding, name: str = "") -> None:
        super().__init__(finding)
        self.name = name


class Bind(Struct, frozen=True, kw_only=True):
    """Somebody who works here comes for the first time."""

    person: Person
    subject: str


class Make(Struct, frozen=True, kw_only=True):
    """Somebody new, whom the settings give a role."""

    person: Person


def client_of(root: Path, said: OpenIdConnect) -> Client | None:
    """Return who we are there, with the secret in ``secrets/`` beside the settings; None where none are written."""
    if not said.issuer:
        return None
    return Client(
        issuer=said.issuer,
        client_id=said.client_id,
        secret=root / "secrets" / said.client_secret if said.client_secret else None,
        redirect_uri=said.redirect_uri,
        scopes=said.scopes,
        timeout_seconds=said.timeout_seconds,
    )


def wanted(said: OpenIdConnect) -> tuple[str, ...]:
    """Return the claims by which we know whom it means."""
    return (said.name_claim, said.roles_claim, "name") if said.roles else (said.name_claim,)


def subject_of(said: OpenIdConnect, claims: Mapping[str, Any]) -> str:
    """Return how an account there is kept here."""
    return f"{said.issuer}|{claims['sub']}"


def name_of(said: OpenIdConnect, claims: Mapping[str, Any]) -> str:
    """Return the name that somebody goes by here; raises `Refused`."""
    name = claims.get(said.name_claim)
    if not isinstance(name, str) or not name:
        says = f"The company's sign-in does not say your {said.name_claim}."
        raise _refused("no-name", says, "Ask whoever looks after it to add that claim, or to ask for its scope.")
    if said.name_claim == "email" and claims.get("email_verified", True) not in (True, "true"):
        raise _refused("email", f"Nobody has checked that {name[:100]} is your address.", "Confirm it there first.")
    # What is no ASCII could become another's name by being made small.
    small = name.lower() if name.isascii() else name
    if not NAME.fullmatch(small):
        raise _refused("bad-name", f"{name[:100]!r} is no name to sign in with here.", _ASK)
    return small


def decide(
    said: OpenIdConnect, claims: Mapping[str, Any], bound: Person | None, named: Person | None, now: datetime
) -> Person | Bind | Make:
    """Return whom it means, of whom the account there is *bound* to and who is *named* so; raises `Refused`."""
    known = bound or named
    if known is not None and known.disabled:
        raise _refused("disabled", f"{known.name} may no longer sign in here.", _ASK, known.name)
    if bound is not None:
        return bound
    name, subject = name_of(said, claims), subject_of(said, claims)
    if named is None:
        return Make(person=_made(said, claims, name, subject, now))
    if named.subject.startswith(f"{said.issuer}|"):
        says = f"{name} has come by another account of the company's sign-in before."
        raise _refused("another", says, f"{_ASK} They let the account be chosen anew: tradelane user company.", name)
    return Bind(person=named, subject=subject)


async def person_for(store: Store, said: OpenIdConnect, claims: Mapping[str, Any], deed: Deed, now: datetime) -> Person:
    """Return whom it means, kept as such; *deed*: who asked, where the account is bound or made. Raises `Refused`."""
    subject = subject_of(said, claims)
    bound = await store.person(subject=subject)
    named = None if bound else await store.person(name_of(said, claims))
    match decide(said, claims, bound, named, now):
        case Bind(person=person):
            kept = await store.bind_person(
                person.name, person.subject, subject, [_about(deed, person, "know by the company's sign-in")]
            )
        case Make(person=person):
            kept = await store.make_person(person, [_about(deed, person, "add a person")])
        case person:
            kept = True
    if not kept:
        raise Unavailable(f"{person.name} was changed at this very moment. Sign in again.")
    return person


def _made(said: OpenIdConnect, claims: Mapping[str, Any], name: str, subject: str, now: datetime) -> Person:
    """Return somebody new; refused where the settings give no role to what the claim holds."""
    if not said.roles:
        says = f"Nobody called {name} works here."
        raise _refused("unknown", says, "Whoever manages people here adds you: tradelane user add.")
    role = role_of(said, claims)
    if role is None:
        says = f"The company's sign-in puts {name} into no group that works here."
        raise _refused("no-role", says, _ASK)
    told = claims.get("name")
    title = " ".join(told.split())[:TITLE_LENGTH_MAX] if isinstance(told, str) else ""
    fits = title and title.isprintable()
    return Person(name=name, title=title if fits else name, role=role, subject=subject, changed_at=now)


def role_of(said: OpenIdConnect, claims: Mapping[str, Any]) -> RoleName | None:
    """Return the first role of the settings that fits what the claim holds; None where none does."""
    held = claims.get(said.roles_claim)
    groups = held if isinstance(held, list) else [held]
    return next((role for group, role in said.roles.items() if group in groups), None)


def _about(deed: Deed, person: Person, action: str) -> Deed:
    return replace(deed, who=person.name, role=person.role, action=action, about=f"person/{person.name}")


def _refused(code: str, says: str, fix: str, name: str = "") -> Refused:
    return Refused(Finding(code=f"openid.{code}", says=says, fix=fix), name)
