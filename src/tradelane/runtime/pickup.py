"""Fetch what partners drop in folders: archive first, settle after, so a crash in between costs only a second look."""

import asyncio
import contextlib
from collections.abc import Mapping
from hashlib import sha256

import structlog

from tradelane.formats.detect import MEDIA_TYPES, detect
from tradelane.model.finding import Unavailable
from tradelane.protocols.port import Inbound, Received
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.house import House
from tradelane.runtime.intake import TRANSPORT_ID_MAX, Intake
from tradelane.runtime.intake_pieces import take_pieces
from tradelane.runtime.read import is_x12

FILES_PER_TURN = 50

log = structlog.get_logger()


class Pickup:
    """Polls every partner's folder; ``inbound`` by partner folder name."""

    def __init__(self, house: House, intake: Intake, inbound: Mapping[str, Inbound]) -> None:
        self.house, self.intake, self.inbound = house, intake, inbound

    async def turn(self) -> int:
        """Take what lies there now; return how many files were settled."""
        settled = 0
        for name, folder in self.inbound.items():
            try:
                for received in await folder.receive(FILES_PER_TURN, self.house.now()):
                    settled += await self._take(name, folder, received)
            except Unavailable as why:
                log.warning("folder.unavailable", partner=name, why=str(why))
        return settled

    async def run(self, stop: asyncio.Event, seconds: float) -> None:
        """Poll until *stop*."""
        while not stop.is_set():
            if not await self.turn():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), seconds)

    async def _take(self, name: str, folder: Inbound, received: Received) -> int:
        for finding in received.findings:
            log.warning("folder.refused", partner=name, file=received.file_name, code=finding.code, says=finding.says)
        partner, now = self.house.registry.partners[name], self.house.now()
        if received.pieces is not None:
            answer = await take_pieces(
                self.house, partner, received, channel="folder", media_type="application/edi-x12", now=now
            )
        else:
            answer = await self.intake.take(
                partner,
                received.body,
                channel="folder",
                transport_id=_transport_id(received),
                media_type=_media_type(received),
                file_name=received.file_name,
                now=now,
            )
        if answer.status == 503:
            return 0
        crashpoint("before_settle")
        await folder.settle(received.id, self.house.now())
        return 1


def _transport_id(received: Received) -> str:
    """Return what a repeat is known by: the id itself, or its hash where a long file name makes too much of it."""
    return received.id if len(received.id) <= TRANSPORT_ID_MAX else sha256(received.id.encode()).hexdigest()


def _media_type(received: Received) -> str:
    """Return what a file is called, by how it begins; what looks like nothing may still be X12 that was cut."""
    known = MEDIA_TYPES.get(detect(received.body, received.file_name).format)
    return known or ("application/edi-x12" if is_x12(received.body, "") else "application/json")
