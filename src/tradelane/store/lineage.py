"""Know a database that was brought back from a backup: its lineage is another than where its last work was done.

A folder of our own database that was copied back has the lineage of the original; it is known by a token that is
renewed at every start, and by a note beside the folder which says the last one.
"""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from tradelane.store.migrate import StoreRefused, format_of, locked
from tradelane.store.record import EPOCHS_PER_LIFE

RESTORED = (
    "this database was brought back from a backup, copied or moved since work was last done in it. What was sent after "
    "the backup is unknown to it, so it could give control numbers a second time. Stop all processes, then run "
    "`tradelane db restored --reason WHY` once."
)

_BEGIN = """
update store_format set restoring = coalesce(restoring, $1)
returning restoring, (select max(at) from step where not takeover and config <> '') as worked_until
"""


class Seen(Struct, frozen=True, kw_only=True):
    """What a database of our own is known by: the note beside its folder, and a file that is never replaced within."""

    note: Path
    control: Path

    def tokens(self) -> list[str]:
        """Return the tokens that the note knows; none where it is missing, or about another copy of the folder."""
        try:
            noted = json.loads(self.note.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [str(token) for token in noted["tokens"]] if noted.get("file") == self._file() else []

    def write(self, tokens: Iterable[str]) -> None:
        """Note *tokens*, whole or not at all."""
        half = self.note.with_suffix(".half")
        with half.open("w", encoding="utf-8") as file:
            json.dump({"tokens": list(tokens), "file": self._file()}, file)
            file.flush()
            os.fsync(file.fileno())
        half.rename(self.note)

    def _file(self) -> int:
        return self.control.stat().st_ino


async def recognise(dsn: str, seen: Seen | None) -> None:
    """Take note that work begins here; refuse a database that is not the one in which it was last done."""
    async with locked(dsn) as connection:
        await format_of(connection)
        row: Any = await connection.fetchrow("select lineage, place, lineage() as here from store_format")
        moved = row["lineage"] is not None and row["lineage"] != row["here"]
        older = seen is not None and row["place"] and row["place"] not in seen.tokens()
        if moved or older:
            raise StoreRefused(RESTORED)
        await _settle(connection, seen, row["place"] or "")


async def begin(dsn: str) -> tuple[str, datetime | None]:
    """Return the id of the restore that is to be put in order, the same until `finish`; and when work was last done.

    Refused while anybody works in it.
    """
    async with locked(dsn) as connection:
        await format_of(connection)
        busy = await connection.fetch("select id from worker where until > clock_timestamp() order by id")
        if busy:
            names = ", ".join(row["id"] for row in busy)
            raise StoreRefused(f"{names} may still work in it: stop all processes, wait ten seconds, and run it again.")
        fresh = secrets.token_hex(16)
        row: Any = await connection.fetchrow(_BEGIN, fresh)
        return row["restoring"], row["worked_until"]


async def begin_life(dsn: str, at: datetime) -> int:
    """Let the epochs of all partitions jump to those of a life that begins *at*; return how many partitions."""
    async with locked(dsn) as connection:
        parts: Any = await connection.fetchval("select begin_life($1)", int(at.timestamp()) * EPOCHS_PER_LIFE)
        return parts


async def finish(dsn: str, seen: Seen | None) -> None:
    """Write down that the restore is in order: work may begin here."""
    async with locked(dsn) as connection:
        await connection.execute("update store_format set restoring = null")
        await _settle(connection, seen, "")


async def _settle(connection: Any, seen: Seen | None, known: str) -> None:
    """Renew the token on both sides. Whoever dies in between is known by the one or the other."""
    fresh = secrets.token_hex(16) if seen else None
    if seen and fresh:
        seen.write([known, fresh])
    await connection.execute("update store_format set lineage = lineage(), place = coalesce($1, place)", fresh)
    if seen and fresh:
        seen.write([fresh])
