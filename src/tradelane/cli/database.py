"""The database: make it, bring it up to date, ask how it is."""

import asyncio
from pathlib import Path

from cyclopts import App

from tradelane.app import database
from tradelane.cli.home import home
from tradelane.cli.options import Home, Json
from tradelane.cli.reachable import check_database
from tradelane.cli.say import as_json, out
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


async def _with(root: Path, what: str):  # noqa: ANN202
    await check_database()
    dsn, embedded = await database(root)
    try:
        return await {"init": migrate.init, "migrate": migrate.migrate, "status": migrate.status}[what](dsn)
    finally:
        if embedded is not None:
            await embedded.stop()
