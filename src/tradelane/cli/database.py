"""The database: make it, bring it up to date, ask how it is."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from tradelane.app import database
from tradelane.app import restored as put_in_order
from tradelane.cli.cases import me
from tradelane.cli.home import home
from tradelane.cli.options import Home, Json
from tradelane.cli.reachable import check_database
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.runtime import logs
from tradelane.runtime.restore import SKIP_MOST, Restored
from tradelane.store import migrate

app = App(name="db", help="The database: make it, bring it up to date, ask how it is.")


@app.command
def init(*, home_: Home = None) -> None:
    """Make the tables, in a database of our own under the home folder or in yours (TRADELANE_DATABASE_URL)."""
    asyncio.run(_with(home(home_), "init"))
    out.print("[green]✓[/] The database is ready.")


@app.command(name="migrate")
def migrate_(*, home_: Home = None) -> None:
    """Bring the tables up to date."""
    applied = asyncio.run(_with(home(home_), "migrate")) or []
    out.print(
        "[green]✓[/] " + (f"Applied {', '.join(applied)}." if applied else "Nothing to do: the tables are up to date.")
    )


@app.command
def status(*, home_: Home = None, json: Json = False) -> None:
    """Say how the tables stand."""
    found = asyncio.run(_with(home(home_), "status"))
    if json:
        as_json(found)
    else:
        out.print(f"Level {found.level}.")
        out.print(
            f"Applied: {', '.join(found.applied) or 'nothing'}. Waiting: {', '.join(found.waiting) or 'nothing'}."
        )


@app.command
def restored(
    *,
    reason: Annotated[str, Parameter(help="Why it was restored; kept with every number left out.")],
    skip: Annotated[int, Parameter(help="How many control numbers to leave out for each partner.")] = 0,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Put a database in order that was brought back from a backup, copied or moved; then work may begin in it."""
    if not reason.strip():
        raise Trouble("Say why it was restored with --reason.")
    if skip < 0 or skip > SKIP_MOST:
        raise Trouble(f"--skip is a number from 1 to {SKIP_MOST:,}.")
    found = asyncio.run(_restored(home(home_), reason.strip(), skip))
    if json:
        as_json(found)
        return
    until = f"{found.worked_until:%Y-%m-%d %H:%M} UTC" if found.worked_until else "never"
    out.print(f"[green]✓[/] In order. Work was last done in it: {until}.")
    out.print("Whoever still works with the old database is ignored from now on.")
    out.print(f"{found.amount:,} control numbers are left out for each partner:")
    table = Table("Partner", "Interchange", "Group", box=None, padding=(0, 2, 0, 2))
    for one in found.skipped:
        interchange = f"{one.interchange_from} → {one.interchange_to}"
        table.add_row(plain(one.partner), interchange, f"{one.group_from} → {one.group_to}")
    out.print(table)
    out.print(f"{found.unknown} deliveries may have arrived or not: each is sent again with its bytes and numbers.")
    out.print(f"{found.offered} documents wait to be fetched, some of them perhaps a second time, under their old ids.")
    out.print("Ask the partners to send again what they sent after the backup; what you have twice is done once.")


async def _restored(root: Path, reason: str, skip: int) -> Restored:
    logs.configure()
    await check_database()
    return await put_in_order(root, reason, me(), skip)


async def _with(root: Path, what: str):  # noqa: ANN202
    await check_database()
    dsn, embedded = await database(root)
    try:
        return await {"init": migrate.init, "migrate": migrate.migrate, "status": migrate.status}[what](dsn)
    finally:
        if embedded is not None:
            await embedded.stop()
