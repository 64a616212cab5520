"""People who work here: add one, list them, change a password or a role, shut one out."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, TypeVar

from cyclopts import App, Parameter
from rich.table import Table

from tradelane.app import database
from tradelane.cli.cases import me
from tradelane.cli.home import home
from tradelane.cli.options import Home, Json
from tradelane.cli.reachable import check_database
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.model.identity import new_id
from tradelane.model.person import Deed, Person
from tradelane.model.role import ROLES, TITLES
from tradelane.runtime import password as passwords
from tradelane.runtime import people
from tradelane.store import migrate
from tradelane.store.postgres import PostgresStore

T = TypeVar("T")

app = App(name="user", help="People who work here: add one, list them, change a password or a role, shut one out.")
Name = Annotated[str, Parameter(help="The name to sign in with: small letters, digits, dashes, or an e-mail address.")]
Role = Annotated[str, Parameter(help=f"What the person may do: {', '.join(ROLES)}.")]
Ask = Annotated[bool, Parameter(help="Ask for the password, or read it from the input; else one is made and shown.")]
Why = Annotated[str, Parameter(help="Why, for the record of what was done.")]


@app.command
def add(
    name: Name,
    /,
    *,
    role: Role,
    title: Annotated[str, Parameter(help="The person's name as people read it.")] = "",
    ask: Ask = False,
    company: Annotated[bool, Parameter(help="No password: only through the company's own sign-in.")] = False,
    why: Why = "",
    home_: Home = None,
) -> None:
    """Add a person; the password is shown once."""
    password = "" if company else _asked(name) if ask else passwords.made()

    async def adding(store: PostgresStore) -> Person:
        now = datetime.now(timezone.utc)
        return await people.add(store, name, title, role, password, now, [_deed("add a person", name, why, now)])

    made = with_store(home(home_), adding)
    out.print(f"[green]✓[/] {plain(made.title)} can sign in as [bold]{made.name}[/]: {TITLES[made.role]}.")
    _shown(password, ask)


@app.command(name="list")
def list_(*, home_: Home = None, json: Json = False) -> None:
    """List the people, with what each may do."""
    found = with_store(home(home_), lambda store: store.people())
    if json:
        as_json([_public(person) for person in found])
        return
    if not found:
        out.print("Nobody yet: on this machine everybody may do everything, elsewhere only who has a key.")
        out.print("Add the first one: [bold]tradelane user add NAME --role admin[/].")
        return
    table = Table("Name", "Person", "Role", "Signs in", title="Who works here?")
    table.title_justify = "left"
    for person in found:
        table.add_row(person.name, plain(person.title), TITLES[person.role], _ways(person))
    out.print(table)


@app.command
def password(name: Name, /, *, ask: Ask = False, why: Why = "", home_: Home = None) -> None:
    """Give a person a new password; it signs them out everywhere."""
    chosen = _asked(name) if ask else passwords.made()
    _changed(home(home_), name, "give a new password", why, password=chosen)
    out.print(f"[green]✓[/] {name} has a new password.")
    _shown(chosen, ask)


@app.command
def role(name: Name, role: Role, /, *, why: Why = "", home_: Home = None) -> None:
    """Give a person another role; it signs them out everywhere."""
    changed = _changed(home(home_), name, f"give the role {role}", why, role=role)
    out.print(f"[green]✓[/] {name} is now: {TITLES[changed.role]}.")


@app.command
def company(name: Name, /, *, why: Why = "", home_: Home = None) -> None:
    """Let a person come only through the company's own sign-in: the password goes, and which account there is theirs
    is found anew at the next sign-in. It signs them out everywhere.
    """

    async def changing(store: PostgresStore) -> Person:
        now, person = datetime.now(timezone.utc), await _known(store, name)
        deed = _deed("let in by the company alone", name, why, now)
        return await people.by_company_alone(store, person, now, [deed])

    with_store(home(home_), changing)
    out.print(f"[green]✓[/] {name} signs in through the company, and has no password any more.")


@app.command
def disable(name: Name, /, *, why: Why = "", home_: Home = None) -> None:
    """Shut a person out, at once and everywhere; what they did stays on record."""
    _changed(home(home_), name, "shut out", why, disabled=True)
    out.print(f"[green]✓[/] {name} can no longer sign in.")


@app.command
def enable(name: Name, /, *, why: Why = "", home_: Home = None) -> None:
    """Let a person in again who was shut out."""
    _changed(home(home_), name, "let in again", why, disabled=False)
    out.print(f"[green]✓[/] {name} can sign in again.")


def with_store(root: Path, work: Callable[[PostgresStore], Awaitable[T]]) -> T:
    """Do *work* in the installation's database, whether Tradelane runs or not."""

    async def doing() -> T:
        await check_database()
        dsn, embedded = await database(root)
        try:
            await migrate.init(dsn)
            store = await PostgresStore.open(dsn, connections=1)
            try:
                return await work(store)
            finally:
                await store.close()
        finally:
            if embedded is not None:
                await embedded.stop()

    return asyncio.run(doing())


def _changed(root: Path, name: str, action: str, why: str, **what: Any) -> Person:
    async def changing(store: PostgresStore) -> Person:
        now = datetime.now(timezone.utc)
        person = await _known(store, name)
        return await people.change(store, person, now, deeds=[_deed(action, name, why, now)], **what)

    return with_store(root, changing)


async def _known(store: PostgresStore, name: str) -> Person:
    person = await store.person(name)
    if person is None:
        raise Trouble(f"There is nobody called {name}. `tradelane user list` shows who there is.")
    return person


def _ways(person: Person) -> str:
    """Return how somebody signs in, for the list."""
    if person.disabled:
        return "no more"
    if person.password:
        return "password and company" if person.subject else "password"
    return "company" if person.subject else "company, not yet"


def _deed(action: str, name: str, why: str, now: datetime) -> Deed:
    id, about = new_id(now, passwords.CHANCE), f"person/{name}"
    return Deed(id=id, at=now, who=me(), role="admin", by="command line", action=action, about=about, why=why)


def _asked(name: str) -> str:
    """Return the password somebody types, twice at a terminal, or the first line of the input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(f"Password for {name}: ")
    if getpass.getpass("Once more: ") != first:
        raise Trouble("The two are not the same; nothing was changed.")
    return first


def _shown(password: str, asked: bool) -> None:
    if password and not asked:
        out.print(f"Password, shown this once: [bold]{password}[/]")


def _public(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "title": person.title,
        "role": person.role,
        "password": bool(person.password),
        "company": bool(person.subject),
        "disabled": person.disabled,
    }
