"""One seeded run of everything on a virtual clock: practice partners that misbehave, a store that fails, workers that
die.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from tradelane.app import App, compose
from tradelane.cli.summary import Summary, summarise
from tradelane.partners.folder import load
from tradelane.store.port import Store
from tradelane.testing.clock import VirtualClock
from tradelane.testing.drive import Drive
from tradelane.testing.facts import Journal, gather, read_journal
from tradelane.testing.faulty_store import FaultyStore
from tradelane.testing.twins.config_folder import write_config
from tradelane.testing.twins.erp import Purchasing
from tradelane.testing.twins.judge import judge
from tradelane.testing.twins.network import Network

START = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
LIFE = timedelta(days=90)


@dataclass
class Rehearsed:
    """What one run came to."""

    app: App
    drive: Drive
    network: Network
    journal: Journal
    summary: Summary
    failures: int
    deaths: int


async def rehearse(
    root: Path,
    store: Store,
    clock: VirtualClock,
    seed: int,
    orders: int,
    *,
    rate: float = 0.01,
    deaths: float = 0.02,
    cancellations: float = 0.01,
) -> Rehearsed:
    """Run *orders* orders to their end on *store* and judge what happened."""
    network = Network(seed, purchasing=Purchasing(orders=orders, days=5, cancellations=cancellations))
    write_config(network, root, {name: "http://127.0.0.1:9/" for name in network.members})
    faulty = FaultyStore(store, seed, rate)
    app = compose(faulty, load(root), root, clock=clock, random=Random(seed))  # pyright: ignore[reportArgumentType]
    drive = Drive(app, network, clock)
    killer = Random(f"killer {seed}")
    died = 0
    await drive.begin()
    while (due := await drive.next_at()) is not None and due < START + LIFE:
        await drive.run(due + timedelta(seconds=1))
        if killer.random() < deaths:
            died += 1
            clock.advance(timedelta(seconds=10))
            assert drive.worker is not None
            await store.release(drive.worker.name)  # The dead one's lease runs out, by whichever clock the store keeps.
            await drive.hire(f"driver-{died}")
    journal = await read_journal(store)
    broken = judge(network, await gather(store))
    return Rehearsed(app, drive, network, journal, summarise(journal, broken, 0.0), faulty.failures, died)
