"""Inbound 850 to durable: archive, journal, state and outbound work, documents per second beside the commit ceiling
of the same minute.
"""

import asyncio
import tempfile
import time
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from documents import purchase_order_850

from tradelane.app import compose, settle_memory
from tradelane.partners.profile import Company, Profile, Registry, SendSettings, Settings, X12Identity
from tradelane.store import migrate
from tradelane.store.embedded import Embedded
from tradelane.store.postgres import PostgresStore

SENDERS = 96
WARM_SECONDS = 1.0


def settings(root: Path, partners: int = 1) -> Registry:
    """Return one ERP and *partners* suppliers who fetch what is theirs; the first is the one the documents name."""
    known = {"erp": Profile(name="erp", role="erp", x12=X12Identity(id="ERP"))}
    for number in range(1, partners + 1):
        name = f"supplier{number}"
        known[name] = Profile(
            name=name,
            role="supplier",
            parties=(f"buyer_assigned:V{number}",),
            x12=X12Identity(id=f"S{number}" if number > 1 else "ACME"),
            send=SendSettings(channel="mailbox", syntax="x12"),
        )
    company = Company(name="Bench", x12=X12Identity(id="US"))
    return Registry(root=root, settings=Settings(company=company), partners=known, version="bench")


async def measure(
    dsn: str, root: Path, seconds: float, lines: int = 50, lanes: int = 1, partners: int = 1, *, views: bool = True
) -> dict[str, float]:
    """Feed 850s as fast as they are taken for *seconds*; return documents per second and what they cost.

    *views*: keep what people look at in step beside it, as one process that does everything does.
    """
    store = await PostgresStore.open(dsn)
    app = compose(store, settings(root, partners), root)
    settle_memory()
    worker = app.make_worker(lanes=lanes)
    worker.projector = worker.projector if views else None
    running = asyncio.create_task(worker.run())
    room = asyncio.Semaphore(2 * SENDERS)
    # Control numbers of their own for every measurement in one database: a millisecond holds no document.
    erp, numbers = app.registry.partners["erp"], count(time.time_ns() // 10**6 % 800_000_000)
    stamp, until = f"{time.time_ns() % 10**9}", time.perf_counter() + WARM_SECONDS + seconds

    async def sender() -> None:
        while time.perf_counter() < until:
            await room.acquire()  # Steady: no faster in than through.
            number = next(numbers)
            body = purchase_order_850(f"B{stamp}-{number}", lines, control=number)
            now = datetime.now(timezone.utc)
            answer = await app.intake.take(
                erp, body, channel="memory", transport_id="", media_type="application/edi-x12", file_name="", now=now
            )
            assert answer.status == 202, answer.body

    making = asyncio.create_task(make_room(worker, store.partitions, room))
    senders = [asyncio.create_task(sender()) for _ in range(SENDERS)]
    await asyncio.sleep(WARM_SECONDS)
    began, cpu, first, steps = time.perf_counter(), time.process_time(), released(worker), worker.lanes[0].steps
    await asyncio.sleep(seconds)
    took, spent, last, stepped = (
        time.perf_counter() - began,
        time.process_time() - cpu,
        released(worker),
        worker.lanes[0].steps,
    )
    await asyncio.gather(*senders)
    making.cancel()
    worker.stop()
    await running
    await store.close()
    done = max(1, last - first)
    return {
        "docs_per_s": done / took,
        "cpu_ms_per_doc": 1000 * spent / done,
        "docs_per_commit": done / max(1, stepped - steps),
    }


async def make_room(worker: object, partitions: int, room: asyncio.Semaphore) -> None:
    """Let as many more documents in as went through."""
    while len(worker.leads) < partitions:
        await asyncio.sleep(0.01)
    before = released(worker)
    while True:
        await asyncio.sleep(0.005)
        through = released(worker)
        for _ in range(through - before):
            room.release()
        before = through


def released(worker: object) -> int:
    """Return how many inbox items every led partition has finished."""
    return sum(part.inbox_to for lane in worker.lanes for part in lane.parts.values())


def run(seconds: float) -> dict[str, object]:
    """Measure on a database of our own: to durable (archive, journal, state, outbound work), then with the views too,
    which follow outside every step.
    """
    from ceiling import commits_per_second

    async def all_of_it() -> dict[str, object]:
        root = Path(tempfile.mkdtemp(prefix="tradelane-bench-"))
        database = Embedded(root / "postgres")
        dsn = await database.start()
        try:
            await migrate.init(dsn)
            before = await commits_per_second(dsn, min(seconds, 3))
            found = await measure(dsn, root, seconds, views=False)
            between = await commits_per_second(dsn, min(seconds, 3))
            whole = await measure(dsn, root, seconds)
            after = await commits_per_second(dsn, min(seconds, 3))
            ceiling, other = (before + between) / 2, (between + after) / 2
            return found | {
                "ceiling_commits_per_s": ceiling,
                "share_of_ceiling": found["docs_per_s"] / ceiling,
                "with_views": whole | {"ceiling_commits_per_s": other, "share_of_ceiling": whole["docs_per_s"] / other},
            }
        finally:
            await database.stop()

    return asyncio.run(all_of_it())


if __name__ == "__main__":
    print(run(5))
