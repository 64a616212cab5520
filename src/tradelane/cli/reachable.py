"""Does the database that TRADELANE_DATABASE_URL names let us in? Asked first, so that the answer is a sentence."""

import os

import asyncpg

from tradelane.cli.say import Trouble

SECONDS = 10
ADVICE = "Check TRADELANE_DATABASE_URL, or leave it out for a database of our own."


async def check_database() -> None:
    """Say what to do when the database named cannot be reached; where none is named, ours will be made."""
    url = os.environ.get("TRADELANE_DATABASE_URL")
    if not url:
        return
    try:
        connection = await asyncpg.connect(url, timeout=SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as why:
        raise Trouble(f"The database cannot be used: {_said(why)}. {ADVICE}") from None
    await connection.close()


def _said(why: Exception) -> str:
    """Return the reason in its own words; the address, which may hold a password, is not repeated."""
    if isinstance(why, TimeoutError):
        return f"it does not answer within {SECONDS} seconds"
    return (why.strerror if isinstance(why, OSError) and why.strerror else str(why)).rstrip(".")
