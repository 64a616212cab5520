"""A large interchange of inventory reports through folder, archive and runtime on PostgreSQL: memory, and how fast.

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

from inbound import settings
from memory import inventory_846

from tradelane.app import compose, settle_memory
from tradelane.model import registry
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.identity import partition
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.pickup import Pickup
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.postgres import PostgresStore

MEGABYTES = 200
STREAM = "exchange/supplier1"
PEAK_MB_MAX = 400


async def through(megabytes: float) -> dict[str, object]:
    """Lay one file down, have it fetched and read to its end; return what that took."""
    root = Path(tempfile.mkdtemp(prefix="tradelane-bench-"))
    database = Embedded(root / "postgres")
    dsn = await database.start()
    try:
        await migrate.init(dsn)
        store = await PostgresStore.open(dsn)
        app = compose(store, settings(root), root)
        settle_memory()
        worker = app.make_worker()
        running = asyncio.create_task(worker.run())
        inbox = root / "inbox"
        inbox.mkdir()
        with (inbox / "inventory.x12").open("wb") as file:
            file.writelines(inventory_846(megabytes))
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
    """Measure it; *seconds* only keeps the shape of the other benches."""
    command = [sys.executable, str(Path(__file__)), str(megabytes)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said.splitlines()[-1])
    return found | {"goal_mb": PEAK_MB_MAX, "met": found["peak_mb"] <= PEAK_MB_MAX}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(through(float(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES))))
