"""Fetch what partners lay down for us: archive first, settle after, so a crash in between costs only a second look."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Literal

import structlog

from tradelane.formats.detect import MEDIA_TYPES, detect
from tradelane.model.finding import Finding, Place, Unavailable
from tradelane.partners.profile import Profile
from tradelane.protocols.port import Inbound, Received
from tradelane.runtime.arrival import Answer, problem
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.handed import ask
from tradelane.runtime.house import House
from tradelane.runtime.intake import TRANSPORT_ID_MAX, Intake, stranger_in
from tradelane.runtime.intake_pieces import take_pieces
from tradelane.runtime.read import is_x12
from tradelane.runtime.read_pieces import readable_in_pieces
from tradelane.runtime.refused import letter, refused
from tradelane.store.port import Arrival, StoreUnavailable

FILES_PER_TURN = 50

log = structlog.get_logger()


class Pickup:
    """Polls where every partner lays files down for us; ``inbound`` by partner, all of one *channel*."""

    def __init__(
        self,
        house: House,
        intake: Intake,
        inbound: Mapping[str, Inbound],
        channel: Literal["folder", "sftp"] = "folder",
    ) -> None:
        self.house, self.intake, self.inbound, self.channel = house, intake, inbound, channel
        self._asked: set[str] = set()

    async def turn(self) -> int:
        """Take what lies there now; return how many files were settled."""
        return sum([await self._visit(name) for name in self.inbound])

    async def _visit(self, name: str) -> int:
        settled, found, inbound = 0, list[Received](), self.inbound[name]
        with self._heard(name):
            found = await inbound.receive(FILES_PER_TURN, self.house.now())
        for received in found:
            with self._heard(name):  # One that cannot be moved away does not stop those behind it.
                settled += await self._take(name, inbound, received)
        return settled

    @contextlib.contextmanager
    def _heard(self, name: str) -> Iterator[None]:
        try:
            yield
        except Unavailable as why:
            log.warning(f"{self.channel}.unavailable", partner=name, why=str(why))

    async def run(self, stop: asyncio.Event, seconds: float) -> None:
        """Poll until *stop*."""
        while not stop.is_set():
            if not await self.turn():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), seconds)

    async def _take(self, name: str, folder: Inbound, received: Received) -> int:
        try:
            answer = await self._brought(self.house.registry.partners[name], received)
            if answer.status == 503:
                return 0
            if answer.finding is not None and received.id not in self._asked:
                await self._refused(name, received, answer.finding)
        except StoreUnavailable as why:
            log.warning("store.unavailable", why=str(why))
            return 0
        crashpoint("before_settle")
        now = self.house.now()
        await folder.settle(received.id, now, letter(name, received, answer.finding, now) if answer.finding else "")
        self._asked.discard(received.id)
        return 1

    async def _brought(self, partner: Profile, received: Received) -> Answer:
        """Take a file in; what cannot be taken is not kept here at all, least of all as an empty body."""
        media_type, findings, now = "", received.findings, self.house.now()
        if received.pieces is not None:
            media_type, findings = await asyncio.to_thread(_looked, partner, received, received.pieces)
        if findings:
            return problem(422, findings[0].code, findings[0].says, finding=findings[0])
        if received.pieces is not None:
            return await take_pieces(
                self.house, partner, received, channel=self.channel, media_type=media_type, now=now
            )
        return await self.intake.take(
            partner,
            received.body,
            channel=self.channel,
            transport_id=_transport_id(received),
            media_type=_media_type(received.body, received.file_name),
            file_name=received.file_name,
            now=now,
        )

    async def _refused(self, name: str, received: Received, finding: Finding) -> None:
        """Ask a person, durably: nobody waits for an answer here, and nothing of the file is kept but where it lies."""
        log.warning(
            f"{self.channel}.refused", partner=name, file=received.file_name, code=finding.code, says=finding.says
        )
        asked = refused(name, received, finding)
        told = ask(self.house.new_id(), asked.stream, asked.command, name, self.house.store.partitions)
        await self.house.store.put([Arrival(items=(told.written(),))])
        self._asked.add(received.id)  # Where it cannot be moved away it is looked at again, but asked about once.


def _transport_id(received: Received) -> str:
    """Return what a repeat is known by: the id itself, or its hash where a long file name makes too much of it."""
    return received.id if len(received.id) <= TRANSPORT_ID_MAX else sha256(received.id.encode()).hexdigest()


def _media_type(head: bytes, file_name: str) -> str:
    """Return what a file is called, by how it begins; what looks like nothing may still be X12 that was cut."""
    known = MEDIA_TYPES.get(detect(head, file_name).format)
    return known or ("application/edi-x12" if is_x12(head, "") else "application/json")


def _looked(
    partner: Profile, received: Received, pieces: Callable[[], Iterator[bytes]]
) -> tuple[str, tuple[Finding, ...]]:
    """Return what a file that is too large to hold is called, and whether that is a reason not to take it."""
    head = next(pieces(), b"")
    media_type = _media_type(head, received.file_name)
    if stranger := stranger_in(partner, head, media_type):
        return media_type, (stranger,)
    if readable_in_pieces(partner, head, media_type):
        return media_type, ()
    says = f"The file has {received.size} bytes, and only X12, EDIFACT, CSV and fixed-width files may be so large."
    fix = "Send it in several files."
    return media_type, (Finding(code="transmission.too-large", says=says, fix=fix, where=Place(start=0)),)
