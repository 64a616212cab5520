"""The composition root: the only file that names concretes. Everything else is handed what it needs."""

import asyncio
import gc
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import aiohttp

from tradelane.domain import case, exchange, goods_receipt, invoice, invoice_book, purchase_order, replay, ship_notice
from tradelane.domain.port import Decider
from tradelane.model.command import Command
from tradelane.model.person import Deed
from tradelane.model.replay import DocumentsReplayed
from tradelane.partners import folder as settings_folder
from tradelane.partners.profile import Profile, Registry
from tradelane.processes import (
    acknowledgement,
    content_answer,
    control_numbers,
    inbound,
    invoice_match,
    line_delete,
    mailbox,
    order_cancel,
    order_response,
    receipt_reversal,
    self_billing,
)
from tradelane.processes import invoice_book as invoice_doubts
from tradelane.processes.port import Process
from tradelane.protocols import egress
from tradelane.protocols.folder import FolderDrop, FolderPickup, prepare
from tradelane.protocols.http import HttpChannel
from tradelane.protocols.openid.provider import Provider
from tradelane.protocols.port import Channel
from tradelane.protocols.sftp import SftpDrop, SftpPickup
from tradelane.protocols.sftp_server import SftpAccess, SftpServer
from tradelane.runtime import carry_out
from tradelane.runtime.ask import Asker
from tradelane.runtime.clock import Clock, from_environment
from tradelane.runtime.company_sign_in import client_of
from tradelane.runtime.house import House
from tradelane.runtime.intake import Intake
from tradelane.runtime.pickup import Pickup
from tradelane.runtime.project import Projector
from tradelane.runtime.read import Reading, read
from tradelane.runtime.read_kept import read_again
from tradelane.runtime.restore import Restored, amount_to_skip, put_in_order
from tradelane.runtime.rooms import kinds
from tradelane.runtime.work import Worker
from tradelane.store import lineage, migrate
from tradelane.store.embedded import Embedded
from tradelane.store.port import Kept, Store
from tradelane.store.postgres import PostgresStore
from tradelane.views import VIEWS

DECIDERS: tuple[Decider, ...] = (
    purchase_order,
    ship_notice,
    goods_receipt,
    invoice,
    invoice_book,
    case,
    exchange,
    replay,
)
PROCESSES: tuple[Process, ...] = (
    order_response,
    order_cancel,
    line_delete,
    inbound,
    invoice_match,
    invoice_doubts,
    receipt_reversal,
    self_billing,
    acknowledgement,
    control_numbers,
    content_answer,
    mailbox,
)
KINDS = kinds(DECIDERS, PROCESSES)


@dataclass
class App:
    """One process's Tradelane: what the doors need, and the worker that does what they queue."""

    house: House
    root: Path
    session: aiohttp.ClientSession | None = None
    version: str = field(default_factory=lambda: version("tradelane"))
    _channels: dict[str, Channel | None] = field(default_factory=dict)
    _sftp: dict[str, SftpServer] = field(default_factory=dict)
    _provider: Provider | None = None

    def __post_init__(self) -> None:
        self.intake = Intake(self.house)
        self.asker = Asker(self.house)
        self.projector = Projector(self.house, VIEWS)
        self.worker: Worker | None = None

    # --- what the doors ask of it -----------------------------------------------------------------------------------
    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self.house.store

    @property
    def registry(self) -> Registry:
        """All partners and the house's settings, as they are now."""
        return self.house.registry

    @property
    def identity_provider(self) -> Provider | None:
        """The company's own sign-in, as the settings that hold now name it."""
        client = client_of(self.root, self.registry.settings.openid_connect)
        if client is not None and (self._provider is None or self._provider.client != client):
            assert self.session is not None, "the company's sign-in needs the process's HTTP session"
            self._provider = Provider(self.session, client)
        return self._provider if client is not None else None

    def now(self) -> datetime:
        """Return the present instant."""
        return self.house.now()

    def new_id(self) -> str:
        """Return a new id."""
        return self.house.new_id()

    async def ask(
        self, stream: str, command: Command, command_id: str, wait_seconds: float, deed: Deed | None = None
    ) -> bytes | None:
        """Ask an object and await its answer."""
        return await self.asker.ask(stream, command, command_id, wait_seconds, deed)

    async def replay(self, choice: carry_out.Choice, after: str, order: carry_out.Order | None) -> carry_out.Page:
        """Return a page of what a replay comes to; with *order* carry it out."""
        return await carry_out.page(self.house, choice, after, order)

    async def replayed(self, replay: str) -> list[tuple[datetime, DocumentsReplayed]]:
        """Return what was recorded of a replay, page by page."""
        return await carry_out.recorded(self.house, replay)

    def translate(self, body: bytes, profile: Profile, media_type: str) -> Reading:
        """Read bytes as said by *profile*: decode and lift are pure, so the meaning is not stored."""
        return read(self.house, profile, body, media_type)

    async def read_again(self, kept: Kept, profile: Profile, id: str) -> Reading:
        """Read an archived transmission again; of one in pieces only the set whose document has this *id* is held."""
        return await read_again(self.house, kept, profile, id)

    async def health(self) -> dict[str, Any]:
        """Say how things stand: what is led here, how far the views are behind."""
        ends = await self.store.ends()
        places = await self.store.view_places("purchase_order", VIEWS[0].VERSION)
        behind = sum(max(0, end - places.get(part, 0)) for part, end in ends.items())
        lanes = (
            []
            if self.worker is None
            else [{"leads": len(lane.parts), "steps": lane.steps} for lane in self.worker.lanes]
        )
        waiting = {} if self.worker is None else dict(self.worker.deliverer.waiting())
        return {
            "ready": True,
            "says": "Up, and the database answers.",
            "lanes": lanes,
            "backlog": {"views": behind, "deliveries": waiting},
            "places": {str(part): end for part, end in sorted(ends.items())},
        }

    # --- the worker -------------------------------------------------------------------------------------------------
    def channel(self, partner: str) -> Channel | None:
        """Return the channel a partner's documents leave by; None when the partner fetches them."""
        if partner not in self._channels:
            self._channels[partner] = self._channel(self.registry.partners.get(partner))
        return self._channels[partner]

    def _channel(self, profile: Profile | None) -> Channel | None:
        if profile is None or profile.send.channel == "mailbox":
            return None
        if profile.send.channel == "folder":
            return FolderDrop(self.root / "data" / profile.send.folder)
        if profile.send.channel == "sftp":
            return SftpDrop(self.sftp_server(profile), profile.sftp.drop, self.root / "data" / "sent" / profile.name)
        assert self.session is not None, "an HTTP partner needs the process's HTTP session"
        return HttpChannel(self.session, profile.send.url, profile.send.timeout_seconds)

    def make_worker(
        self, name: str = "", lanes: int = 1, channels: Callable[[str], Channel | None] | None = None
    ) -> Worker:
        """Return this process's worker, not yet started."""
        name = name or f"{socket.gethostname()}-{os.getpid()}-{self.new_id()[-6:]}"
        self.worker = Worker(self.house, name, channels or self.channel, self.projector, lanes)
        return self.worker

    def make_pickup(self) -> Pickup:
        """Return the collector of what partners drop in folders."""
        folders = [profile.receive.folder for profile in self.registry.partners.values()]
        folders += [p.send.folder for p in self.registry.partners.values() if p.send.channel == "folder"]
        for name in filter(None, folders):
            prepare(self.root / "data" / name)
        inbound_folders = {
            name: FolderPickup(
                self.root / "data" / profile.receive.folder,
                self.registry.settings.server.body_bytes_max,
                profile.receive.settle_seconds,
            )
            for name, profile in self.registry.partners.items()
            if profile.receive.folder
        }
        return Pickup(self.house, self.intake, inbound_folders)

    def make_sftp_pickups(self) -> list[Pickup]:
        """Return a collector for each partner with an SFTP server of its own, so that none waits for another's."""
        made: list[Pickup] = []
        for name, profile in self.registry.partners.items():
            if profile.sftp.pick_up:
                spool = self.root / "data" / "spool" / name
                shutil.rmtree(spool, ignore_errors=True)  # What a process before us fetched is fetched again.
                pickup = SftpPickup(
                    self.sftp_server(profile),
                    profile.sftp.pick_up,
                    spool,
                    bytes_max=self.registry.settings.server.body_bytes_max,
                    settle_seconds=profile.sftp.settle_seconds,
                    poll_seconds=profile.sftp.poll_seconds,
                    remove=profile.sftp.remove,
                )
                made.append(Pickup(self.house, self.intake, {name: pickup}, "sftp"))
        return made

    def sftp_server(self, profile: Profile) -> SftpServer:
        """Return the connection to a partner's SFTP server, the same for all that goes there."""
        if profile.name not in self._sftp:
            self._sftp[profile.name] = SftpServer(sftp_access(self.root, self.registry, profile))
        return self._sftp[profile.name]

    async def close(self) -> None:
        """Let go of what leads out of the house."""
        for server in self._sftp.values():
            await server.close()
        if self.session is not None:
            await self.session.close()


def sftp_access(root: Path, registry: Registry, profile: Profile) -> SftpAccess:
    """Return how a partner's SFTP server is reached; the secrets lie beside the settings, in ``secrets/``."""
    said, secrets = profile.sftp, root / "secrets"
    return SftpAccess(
        host=said.host,
        port=said.port,
        user=said.user,
        host_key=said.host_key,
        key=secrets / said.key if said.key else None,
        password=secrets / said.password if said.password else None,
        timeout_seconds=said.timeout_seconds,
        allow=registry.settings.egress_allow,
    )


def compose(
    store: Store,
    registry: Registry,
    root: Path,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    session: aiohttp.ClientSession | None = None,
) -> App:
    """Put a Tradelane together around a store and a folder of settings."""
    house = House(
        store=store, registry=registry, kinds=KINDS, clock=clock or from_environment(), random=random or SystemRandom()
    )
    return App(house, root, session)


def settle_memory() -> None:
    """Tell the collector that what is loaded stays, and to look less often: documents are trees without cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@dataclass
class Running:
    """An App with all it stands on: the database it started, if it did, and the HTTP session."""

    app: App
    database: Embedded | None

    async def close(self) -> None:
        """Let go of everything, the database last."""
        await self.app.close()
        await self.app.store.close()
        if self.database is not None:
            await self.database.stop()


async def database(root: Path) -> tuple[str, Embedded | None]:
    """Return the database's address: yours by TRADELANE_DATABASE_URL, else one of our own, started under *root*."""
    if url := os.environ.get("TRADELANE_DATABASE_URL"):
        return url, None
    embedded = Embedded(root / "data" / "postgres")
    return await embedded.start(), embedded


def seen(embedded: Embedded | None) -> lineage.Seen | None:
    """Return what a database of our own is known by, should it have been copied back; yours is known by itself."""
    if embedded is None:
        return None
    return lineage.Seen(note=embedded.note, control=embedded.cluster / "global" / "pg_control")


async def restored(root: Path, reason: str, by: str, amount: int = 0, *, clock: Clock | None = None) -> Restored:
    """Put a database that was brought back from a backup in order, so that work may begin in it; return what was done.

    Each step may be the last before a crash: run again, it goes on, and what was done is not done again.
    """
    dsn, embedded = await database(root)
    store = None
    try:
        await migrate.init(dsn)
        restore, worked_until = await lineage.begin(dsn)
        store = await PostgresStore.open(dsn, connections=4)
        settings = await asyncio.to_thread(settings_folder.load, root)
        house = compose(store, settings, root, clock=clock).house
        now = house.now()
        partitions = await lineage.begin_life(dsn, now)
        amount = amount or amount_to_skip(worked_until, now)
        skipped, unknown, offered = await put_in_order(house, restore, amount, by, reason)
        await lineage.finish(dsn, seen(embedded))
        return Restored(
            reason=reason,
            by=by,
            worked_until=worked_until,
            partitions=partitions,
            amount=amount,
            skipped=tuple(skipped),
            unknown=unknown,
            offered=offered,
        )
    finally:
        if store is not None:
            await store.close()
        if embedded is not None:
            await embedded.stop()


async def start(
    root: Path,
    *,
    clock: Clock | None = None,
    random: Random | None = None,
    connections: int = 8,
    works: bool = False,
) -> Running:
    """Read the settings, start or reach the database, migrate it, and return a Tradelane ready to work.

    *works*: it will do the work of an installation, so a database brought back from a backup is refused.
    """
    registry = await asyncio.to_thread(settings_folder.load, root)
    dsn, embedded = await database(root)
    await migrate.init(dsn)
    if works:
        try:
            await lineage.recognise(dsn, seen(embedded))
        except migrate.StoreRefused:
            if embedded is not None:
                await embedded.stop()
            raise
    store = await PostgresStore.open(dsn, connections=connections)
    session = egress.session(registry.settings.egress_allow)
    return Running(compose(store, registry, root, clock=clock, random=random, session=session), embedded)
