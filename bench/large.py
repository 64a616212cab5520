"""A large file of inventory reports through folder, archive and runtime on PostgreSQL: memory, and how fast.

It runs in a process of its own, whose peak memory counts; the database is another.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from inbound import settings
from memory import FORMATS
from msgspec.structs import replace

from tradelane.app import compose, settle_memory
from tradelane.model import registry
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.identity import partition
from tradelane.model.table import Dialect
from tradelane.partners.profile import EdifactIdentity, Registry, TableSettings
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.pickup import Pickup
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.postgres import PostgresStore

MEGABYTES = 200
STREAM = "exchange/supplier1"
PEAK_MB_MAX = 400
READ = ("x12", "edifact", "csv")


def agreed(root: Path) -> Registry:
    """Return a supplier that sends its stock in any of the formats."""
    known = settings(root)
    supplier = replace(
        known.partners["supplier1"],
        edifact=EdifactIdentity(id="ACME", qualifier="ZZZ"),
        tables=TableSettings(takes=("inventory_report",), dialect=Dialect(delimiter=",")),
    )
    return replace(known, partners={**known.partners, "supplier1": supplier})


async def through(megabytes: float, name: str = "x12") -> dict[str, object]:
    """Lay one file down, have it fetched and read to its end; return what that took."""
    made, file_name, _ = FORMATS[name]
    root = Path(tempfile.mkdtemp(prefix="tradelane-bench-"))
    database = Embedded(root / "postgres")
    dsn = await database.start()
    try:
        await migrate.init(dsn)
        store = await PostgresStore.open(dsn)
        app = compose(store, agreed(root), root)
        settle_memory()
        worker = app.make_worker()
        running = asyncio.create_task(worker.run())
        inbox = root / "inbox"
        inbox.mkdir()
        with (inbox / file_name).open("wb") as file:
            file.writelines(made(megabytes))
        before = _peak_mb()
        began = time.perf_counter()
        settled = await Pickup(app.house, app.intake, {"supplier1": FolderPickup(inbox)}).turn()
        fetched = time.perf_counter() - began
        await _done(store)
        took, peak = time.perf_counter() - began, _peak_mb()
        taken = await _taken(store)
        worker.stop()
        await running
        await store.close()
        return {
            "format": name,
            "megabytes": megabytes,
            "settled": settled,
            "outcome": str(taken.outcome),
            "sets_listed": len(taken.sets),
            "notes": [str(finding) for finding in taken.findings][:3],
            "fetched_seconds": round(fetched, 1),
            "seconds": round(took, 1),
            "peak_mb_before": before,
            "peak_mb": peak,
        }
    finally:
        await database.stop()


async def _done(store: PostgresStore) -> None:
    """Wait until nothing of it is left to do."""
    part, begun = partition(STREAM, store.partitions), False
    while not begun or any(row.kind == "transmission" for row in await store.pending([part])):
        await asyncio.sleep(1)
        begun = begun or bool(await store.streams([STREAM]))


async def _taken(store: PostgresStore) -> TransmissionTaken:
    (row,) = [row for row in await store.history(STREAM) if row.type == registry.tag(TransmissionTaken)]
    return registry.read_event(row.body, row.form)


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def run(seconds: float = 0.0, megabytes: float = MEGABYTES) -> dict[str, object]:
    """Measure each format; *seconds* only keeps the shape of the other benches."""
    found = {name: _run(megabytes, name) for name in READ}
    met = all(each["peak_mb"] <= PEAK_MB_MAX for each in found.values())
    return {"formats": found, "goal_mb": PEAK_MB_MAX, "met": met}


def _run(megabytes: float, name: str) -> dict[str, Any]:
    """Measure one format in a process of its own."""
    command = [sys.executable, str(Path(__file__)), str(megabytes), name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(said.splitlines()[-1])


if __name__ == "__main__":
    wanted, *named = sys.argv[1:] or [str(MEGABYTES)]
    print(json.dumps(asyncio.run(through(float(wanted), *named))))
