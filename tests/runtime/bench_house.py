"""A small Tradelane on a memory store for tests: an ERP, an X12 supplier, a JSON supplier, a warehouse; deliveries
are kept in lists.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec

from tradelane.app import App, compose
from tradelane.model import registry
from tradelane.model.event import Event
from tradelane.model.party import Identifier, ItemIds, Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.transmission import Delivery
from tradelane.partners.profile import (
    Company,
    Profile,
    Registry,
    SendSettings,
    Settings,
    X12Identity,
)
from tradelane.protocols.port import Channel, Delivered
from tradelane.runtime.arrival import Answer
from tradelane.runtime.work import Worker
from tradelane.store.port import Store
from tradelane.testing.clock import VirtualClock
from tradelane.testing.memory_store import MemoryStore

START = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)

PARTNERS = {
    "erp": Profile(
        name="erp",
        role="erp",
        x12=X12Identity(id="ERP"),
        send=SendSettings(channel="http", syntax="json", url="http://erp"),
    ),
    "acme": Profile(
        name="acme",
        role="supplier",
        parties=("buyer_assigned:V1",),
        x12=X12Identity(id="ACME"),
        send=SendSettings(channel="http", syntax="x12", url="http://acme"),
    ),
    "lumen": Profile(
        name="lumen",
        role="supplier",
        parties=("buyer_assigned:V2",),
        x12=X12Identity(id="LUMEN"),
        send=SendSettings(channel="http", syntax="json", url="http://lumen"),
    ),
    "depot": Profile(
        name="depot",
        role="warehouse",
        parties=("buyer_assigned:W1",),
        x12=X12Identity(id="DEPOT"),
        send=SendSettings(channel="mailbox", syntax="x12"),
    ),
}


@dataclass
class Recorder:
    """A channel that keeps what it is given, or answers what it is told to."""

    taken: list[Delivery] = field(default_factory=list)
    answers: list[Delivered] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> Delivered:
        self.taken.append(delivery)
        return self.answers.pop(0) if self.answers else Delivered(result="accepted")


@dataclass
class Bench:
    """The system under test and its surroundings."""

    app: App
    clock: VirtualClock
    store: Store
    channels: dict[str, Recorder] = field(default_factory=dict)
    worker: Worker | None = None
    sent: int = 0

    def channel(self, partner: str) -> Channel | None:
        profile = self.app.registry.partners[partner]
        return None if profile.send.channel == "mailbox" else self.channels.setdefault(partner, Recorder())

    async def hire(self, name: str = "w1") -> Worker:
        self.worker = self.app.make_worker(name=name, channels=self.channel)
        self.store.on_change(self.worker.woken)
        await self.worker.settle()
        return self.worker

    async def send(self, partner: str, body: bytes, key: str = "") -> Answer:
        self.sent += 1
        return await self.app.intake.take(
            self.app.registry.partners[partner],
            body,
            channel="http",
            transport_id=key or f"t{self.sent}",
            media_type="application/json" if body.startswith(b"{") else "application/edi-x12",
            file_name="",
            now=self.clock.now(),
        )

    async def work(self) -> None:
        assert self.worker is not None
        while await self.worker.turn():
            pass

    async def history(self, stream: str) -> list[Event]:
        return [registry.read_event(row.body, row.form) for row in await self.store.history(stream)]

    async def cases(self) -> list[dict[str, object]]:
        return [msgspec.json.decode(row.body) for row in await self.store.view_rows("case", limit=100)]


async def bench(tmp_path: Path, store: Store | None = None, partners: dict[str, Profile] | None = None) -> Bench:
    """Return a bench with a worker that leads everything."""
    clock = VirtualClock(START)
    store = store or MemoryStore(now=clock.now)
    settings = Settings(company=Company(name="Distributor", x12=X12Identity(id="US")))
    known = Registry(root=tmp_path, settings=settings, partners=partners or PARTNERS, version="test")
    made = Bench(compose(store, known, tmp_path, clock=clock, random=Random(1)), clock, store)
    await made.hire()
    return made


def order(number: str, *, supplier: str = "V1", quantity: str = "10", version: int = 0) -> PurchaseOrder:
    """Return an order of one line."""
    return PurchaseOrder(
        number=number,
        ordered_on=START.date(),
        buyer=Party(name="Distributor"),
        supplier=Party(identifiers=(Identifier("buyer_assigned", supplier),)),
        currency="USD",
        version=version,
        lines=(
            OrderLine(
                number="1",
                item=ItemIds(buyer_item="SKU-1"),
                quantity=Quantity(Decimal(quantity), "EA"),
                price=UnitPrice(Decimal("2.50")),
                deliver_on=(START + timedelta(days=14)).date(),
            ),
        ),
    )


def json_of(document: object) -> bytes:
    """Return canonical JSON."""
    return registry.encode(document)


def x12(sender: str, kind: str, functional_id: str, *segments: str, control: int = 1, receiver: str = "US") -> bytes:
    """Return one interchange with one set of *segments*."""
    body = [f"ST*{kind}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    envelope = f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*260302*0800*U*00401*{control:09}*0*P*>"
    group = f"GS*{functional_id}*{sender}*{receiver}*20260302*0800*{control}*X*004010"
    return ("~".join([envelope, group, *body, f"GE*1*{control}", f"IEA*1*{control:09}"]) + "~").encode()


def response_855(number: str, *, control: int = 1, quantity: str = "10", sender: str = "ACME") -> bytes:
    """Return an 855 that accepts line 1 of an order."""
    return x12(
        sender,
        "855",
        "PR",
        f"BAK*00*AD*{number}*20260302****SO-{number}*20260302",
        "PO1*1*10*EA*2.5**BP*SKU-1",
        f"ACK*IA*{quantity}*EA*067*20260316",
        "CTT*1",
        control=control,
    )
