"""After a restore (P10): two lives of one installation, and no control number or delivery id with two contents.

The partner's ledger lives through both. Between them a backup is brought back that knows nothing of half the trade.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from tests.runtime.bench_house import PARTNERS, Recorder, json_of, order

from tradelane import app as composition
from tradelane.app import App, compose, seen
from tradelane.model import registry
from tradelane.model.exchange import ControlNumbersSkipped
from tradelane.model.transmission import Delivery
from tradelane.partners.create import init
from tradelane.partners.profile import Company, Registry, Settings, X12Identity
from tradelane.protocols.port import Channel, Delivered
from tradelane.runtime.clock import SystemClock
from tradelane.runtime.restore import SKIP_LEAST, amount_to_skip
from tradelane.store import lineage, migrate
from tradelane.store.embedded import Embedded
from tradelane.store.migrate import StoreRefused
from tradelane.store.postgres import PostgresStore

pytestmark = pytest.mark.anyio

QUICK = {"fsync": "off", "full_page_writes": "off"}


@dataclass
class Partner(Recorder):
    """A partner whose ledger outlives ours: every content under every control number and every id."""

    contents: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    down: bool = False

    async def deliver(self, delivery: Delivery) -> Delivered:
        if self.down:
            return Delivered(result="unknown", says="cut")
        segments = delivery.body.decode("latin-1").split("~")
        self.contents[f"id {delivery.id}"].add(delivery.body)
        self.contents[f"interchange {segments[0].split('*')[13]}"].add(delivery.body)
        self.contents[f"group {segments[1].split('*')[6]}"].add(delivery.body)
        return await super().deliver(delivery)

    @property
    def doubled(self) -> list[str]:
        return [name for name, bodies in self.contents.items() if len(bodies) > 1]

    def orders(self) -> set[str]:
        segments = (s for one in self.taken for s in one.body.decode("latin-1").split("~"))
        return {segment.split("*")[3] for segment in segments if segment.startswith("BEG*")}


@dataclass
class Installation:
    """A folder with a database of its own, and partners that remember."""

    root: Path
    acme: Partner = field(default_factory=Partner)
    sent: int = 0

    def __post_init__(self) -> None:
        self.folder = self.root / "data" / "postgres"

    async def live(self, numbers: list[str], *, down: bool = False) -> None:
        """Start, take these orders, work until all is done that can be, and stop."""
        embedded = Embedded(self.folder, settings=QUICK)
        dsn = await embedded.start()
        try:
            await migrate.init(dsn)
            await lineage.recognise(dsn, seen(embedded))
            store = await PostgresStore.open(dsn, connections=4)
            settings = Settings(company=Company(name="Distributor", x12=X12Identity(id="US")))
            known = Registry(root=self.root, settings=settings, partners=PARTNERS, version="test")
            app = compose(store, known, self.root, clock=SystemClock(), random=Random())
            self.acme.down = down
            await self._trade(app, numbers)
            await store.close()
        finally:
            await embedded.stop()

    async def _trade(self, app: App, numbers: list[str]) -> None:
        worker = app.make_worker(channels=self._channel)
        await worker.settle()
        for number in numbers:
            self.sent += 1
            await app.intake.take(
                app.registry.partners["erp"],
                json_of(order(number)),
                channel="http",
                transport_id=f"t{self.sent}",
                media_type="application/json",
                file_name="",
                now=app.now(),
            )
        for _ in range(200):
            moved = await worker.turn()
            worker.woken("all")
            if not moved and (self.acme.down or set(numbers) <= self.acme.orders()):
                break
        await app.store.release(worker.name)

    def _channel(self, partner: str) -> Channel | None:
        return self.acme if partner == "acme" else None

    def back_up(self) -> None:
        _copy(self.folder, self.root / "backup")

    def bring_back(self) -> None:
        _copy(self.root / "backup", self.folder)

    async def put_in_order(self, reason: str = "disk died") -> composition.Restored:
        return await composition.restored(self.root, reason, "ana")


@pytest.fixture
def installation(monkeypatch) -> Iterator[Installation]:
    root = Path(tempfile.mkdtemp(prefix="tradelane-restore-"))
    root.chmod(0o755)
    init(root)
    (root / "data").mkdir(exist_ok=True)
    for name in ("erp", "acme"):
        folder = root / "partners" / name
        folder.mkdir(parents=True)
        role = "erp" if name == "erp" else "supplier"
        (folder / "profile.toml").write_text(
            f'name = "{name}"\nrole = "{role}"\n[x12]\nid = "{name.upper()}"\n'
            f'[send]\nchannel = "http"\nsyntax = "x12"\nurl = "http://{name}.example/"\n'
        )
    monkeypatch.setattr(composition, "Embedded", lambda folder: Embedded(folder, settings=QUICK))
    yield Installation(root)
    shutil.rmtree(root, ignore_errors=True)


async def test_no_number_and_no_id_is_used_for_two_contents_by_two_lives(installation):
    """The second life sends other orders, and one of the lost ones again."""
    at = installation
    await at.live(["A1", "A2"])
    await at.live(["A3"], down=True)
    at.back_up()
    await at.live(["B1", "B2", "B3"])
    at.bring_back()
    with pytest.raises(StoreRefused, match="tradelane db restored"):
        await at.live(["C1"])
    found = await at.put_in_order()
    assert (found.unknown, found.reason, found.by, found.partitions) == (1, "disk died", "ana", 64)
    [acme] = [one for one in found.skipped if one.partner == "acme"]
    assert acme.interchange_to == acme.interchange_from + found.amount == 3 + found.amount
    assert found.amount >= SKIP_LEAST
    before = len(at.acme.taken)
    await at.live(["B1", "C1", "C2"])
    assert at.acme.doubled == []
    assert {"A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2"} == at.acme.orders()
    resent = [one for one in at.acme.taken[before:] if b"*A3*" in one.body]
    assert len({one.id for one in at.acme.taken if b"*A3*" in one.body}) == 1, "sent again as it was, or not at all"
    assert len(resent) == 1


async def test_without_putting_in_order_the_ledger_would_show_it(installation, monkeypatch):
    """The control arm: a house that does not recognise its backup uses numbers and ids twice."""
    at = installation
    await at.live(["A1"])
    at.back_up()
    await at.live(["B1"])
    at.bring_back()

    async def blind(_dsn: str, _seen: object) -> None:
        pass

    monkeypatch.setattr(lineage, "recognise", blind)
    await at.live(["C1"])
    assert any(name.startswith("interchange") for name in at.acme.doubled)


async def test_the_same_backup_brought_back_twice_gives_no_number_of_its_first_time(installation, monkeypatch):
    at = installation
    await at.live(["A1"])
    at.back_up()
    await at.live(["B1"])
    for number in ("C", "D"):
        at.bring_back()
        await at.put_in_order()
        await at.live([f"{number}1", f"{number}2"])
        monkeypatch.setattr(SystemClock, "now", _later(SystemClock.now))
    assert at.acme.doubled == []


async def test_put_in_order_twice_is_harmless(installation):
    at = installation
    await at.live(["A1"])
    first = await at.put_in_order()
    second = await at.put_in_order("once more")
    assert second.skipped[0].interchange_from == first.skipped[0].interchange_to
    await at.live(["A2"])
    assert at.acme.doubled == []


@pytest.mark.parametrize("crash", ["restored_epochs:1", "restored_exchange:1", "restored_before_done:1"])
async def test_a_crash_between_its_steps_is_made_good_by_running_it_again(installation, crash):
    at = installation
    await at.live(["A1"], down=True)
    at.back_up()
    await at.live(["B1"])
    at.bring_back()
    command = ["db", "restored", "--reason", "disk died", "--home", str(at.root), "--json"]
    died = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradelane", *command),
        env=os.environ | {"TRADELANE_CRASH": crash},
        stdout=subprocess.PIPE,
    )
    await died.communicate()
    assert died.returncode == -9
    with pytest.raises(StoreRefused, match="tradelane db restored"):
        await at.live(["C1"])
    found = await at.put_in_order()
    assert found.unknown == 1
    await at.live(["B1", "C1"])
    assert at.acme.doubled == []
    assert await _skips(at) == 1


def test_the_amount_grows_with_the_time_that_is_missing():
    now = SystemClock().now()
    assert amount_to_skip(None, now) == SKIP_LEAST
    assert amount_to_skip(now - timedelta(seconds=1), now) == SKIP_LEAST
    assert amount_to_skip(now - timedelta(days=1), now) == 864_000
    assert amount_to_skip(now - timedelta(days=3650), now) < 999_999_999


async def _skips(at: Installation) -> int:
    """Return how often numbers were left out for acme."""
    embedded = Embedded(at.folder, settings=QUICK)
    store = await PostgresStore.open(await embedded.start(), connections=2)
    rows = await store.history("exchange/acme")
    await store.close()
    await embedded.stop()
    return sum(isinstance(registry.read_event(row.body, row.form), ControlNumbersSkipped) for row in rows)


def _later(now):
    return lambda self: now(self) + timedelta(days=1)


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", source, target], check=True)
