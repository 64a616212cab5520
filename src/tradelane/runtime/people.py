"""Accounts of people as doors and the command line change them: one write each, with the record of who asked."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.person import NAME, NAME_RULE, Deed, Person
from tradelane.model.role import ROLES, RoleName
from tradelane.runtime import password as passwords
from tradelane.store.port import Store


async def add(
    store: Store, name: str, title: str, role: str, password: str, now: datetime, deeds: Sequence[Deed] = ()
) -> Person:
    """Make an account; without a password it signs in through the company alone."""
    if not NAME.fullmatch(name):
        raise _wrong("person.name", f"{name[:80]!r} is no name to sign in with.", NAME_RULE, "name")
    if await store.person(name) is not None:
        raise _wrong("person.exists", f"There is somebody called {name} already.", "Choose another name.", "name")
    made = Person(name=name, title=title or name, role=_role(role), password=_hashed(password, name), changed_at=now)
    await store.keep_person(made, deeds)
    return made


async def change(
    store: Store,
    person: Person,
    now: datetime,
    *,
    title: str | None = None,
    role: str | None = None,
    disabled: bool | None = None,
    password: str | None = None,
    deeds: Sequence[Deed] = (),
) -> Person:
    """Change what is said; another role, another password or being shut out signs the person out everywhere."""
    changed = replace(
        person,
        title=person.title if title is None else title or person.name,
        role=person.role if role is None else _role(role),
        disabled=person.disabled if disabled is None else disabled,
        password=person.password if password is None else _hashed(password, person.name),
        changed_at=now,
    )
    await _somebody_left(store, person, changed)
    ends = (changed.role, changed.disabled, changed.password) != (person.role, person.disabled, person.password)
    await store.keep_person(changed, deeds, sign_out=ends)
    return changed


async def by_company_alone(store: Store, person: Person, now: datetime, deeds: Sequence[Deed] = ()) -> Person:
    """Take somebody's password, and forget which account of the company's sign-in is theirs; sign them out."""
    if not await store.bind_person(person.name, person.subject, ""):
        says = f"{person.name} came through the company's sign-in at this very moment."
        raise _wrong("person.changed", says, "Do it again.", "name")
    changed = replace(person, password="", subject="", changed_at=now)
    await store.keep_person(changed, deeds, sign_out=True)
    return changed


async def _somebody_left(store: Store, before: Person, after: Person) -> None:
    """Refuse the change after which nobody could manage people any more."""
    if "manage.people" not in before.can or "manage.people" in after.can:
        return
    if not any("manage.people" in each.can for each in await store.people() if each.name != before.name):
        says = f"{before.name} is the last one who may manage people."
        raise _wrong("person.last", says, "Give somebody else the role admin first.", "role")


def _role(role: str) -> RoleName:
    named = role.strip().lower().replace(" ", "_").replace("-", "_")
    if named not in ROLES:
        raise _wrong("person.role", f"There is no role {role[:80]!r}.", f"Choose one of {', '.join(ROLES)}.", "role")
    return named


def _hashed(password: str, name: str) -> str:
    if not password:
        return ""
    if why := passwords.too_weak(password, name):
        raise _wrong("person.password", why, "Choose a longer one, or let us make one.", "password")
    return passwords.hashed(password)


def _wrong(code: str, says: str, fix: str, field: str) -> Unreadable:
    return Unreadable(Finding(code=code, says=says, fix=fix, where=Place(path=field)))
