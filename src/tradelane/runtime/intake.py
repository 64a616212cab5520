"""Take what arrives: check who speaks, commit the bytes together with what must happen to them, and only then say yes.

Arrivals that come together share one commit. What cannot be committed is refused in a way that invites another try.
"""

import asyncio
from collections import deque
from datetime import datetime
from hashlib import sha256

import structlog

from tradelane.formats import edifact, x12
from tradelane.model.finding import Finding, Place
from tradelane.partners.edifact_names import names
from tradelane.partners.lookup import belongs
from tradelane.partners.profile import Profile
from tradelane.protocols.port import Received
from tradelane.runtime.arrival import Answer, archived_as, problem, queued, receipt_for, replayed
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.house import House, remember
from tradelane.runtime.intake_pieces import take_pieces
from tradelane.runtime.read import is_edifact, is_x12
from tradelane.runtime.read_pieces import HELD_BYTES_MAX, readable_in_pieces
from tradelane.store.port import Arrival, StoreUnavailable, Taken

ARRIVALS_MAX = 2_000
BYTES_MAX = 256 * 1024 * 1024
PER_COMMIT = 200
PIECE_BYTES = 1024 * 1024
TRANSPORT_ID_MAX = 255

log = structlog.get_logger()


class Intake:
    """The way in for bytes, shared by every door of the process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._waiting: deque[tuple[Arrival, asyncio.Future[Taken]]] = deque()
        self._size = 0
        self._writer: asyncio.Task[None] | None = None
        self.refused = 0

    @property
    def busy(self) -> bool:
        """Say whether anything waits for its commit."""
        return bool(self._waiting) or (self._writer is not None and not self._writer.done())

    async def take(
        self,
        partner: Profile,
        body: bytes,
        *,
        channel: str,
        transport_id: str,
        media_type: str,
        file_name: str,
        now: datetime,
    ) -> Answer:
        """Archive *body* as said by *partner* and queue it; 202 only after the commit.

        The same transport id gets the same answer.
        """
        if len(transport_id) > TRANSPORT_ID_MAX or not transport_id.isprintable():
            return problem(
                400,
                "transport.bad-id",
                "The idempotency key is too long or not printable; use up to 255 plain characters.",
            )
        if stranger := stranger_in(partner, body, media_type):
            self.refused += 1
            log.warning("security.identity_not_yours", partner=partner.name, said=stranger.value)
            says = f"{stranger.value} is not an identity registered for you; send under your own."
            return problem(403, stranger.code, says, finding=stranger)
        if len(self._waiting) >= ARRIVALS_MAX or self._size + len(body) > BYTES_MAX:
            return problem(
                503, "overloaded", "We have more waiting than we can take in now; try again shortly.", retry_after=2
            )
        if len(body) > HELD_BYTES_MAX and readable_in_pieces(partner, body, media_type):
            return await self._in_pieces(partner, body, channel, transport_id, media_type, file_name, now)
        return await self._commit(partner, body, channel, transport_id, media_type, file_name, now)

    async def _in_pieces(
        self,
        partner: Profile,
        body: bytes,
        channel: str,
        transport_id: str,
        media_type: str,
        file_name: str,
        now: datetime,
    ) -> Answer:
        """Archive in pieces what will be read in pieces, although it came whole."""
        received = Received(
            id=transport_id,
            file_name=file_name,
            body=b"",
            sha256=sha256(body).hexdigest(),
            size=len(body),
            pieces=lambda: (body[place : place + PIECE_BYTES] for place in range(0, len(body), PIECE_BYTES)),
        )
        self._size += len(body)
        try:
            return await take_pieces(self.house, partner, received, channel=channel, media_type=media_type, now=now)
        finally:
            self._size -= len(body)

    async def _commit(
        self,
        partner: Profile,
        body: bytes,
        channel: str,
        transport_id: str,
        media_type: str,
        file_name: str,
        now: datetime,
    ) -> Answer:
        digest = sha256(body).hexdigest()
        archived = archived_as(self.house, partner, digest, channel, transport_id, media_type, file_name, now, body)
        item, answer = queued(archived, len(body))
        receipt = receipt_for(archived, answer) if transport_id else None
        crashpoint("before_archive")
        remember(self.house, archived.id, body)
        try:
            taken = await self._write(Arrival(items=(item,), archived=archived, receipt=receipt), len(body))
        except StoreUnavailable:
            self.house.recent.pop(archived.id, None)
            return problem(
                503,
                "store.unavailable",
                "We cannot store it safely just now; nothing was taken. Try again.",
                retry_after=5,
            )
        crashpoint("after_archive_before_answer")
        if taken.repeats is None:
            return Answer(202, answer)
        self.house.recent.pop(archived.id, None)
        return replayed(taken.repeats, archived.sha256)

    async def _write(self, arrival: Arrival, size: int) -> Taken:
        future: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, future))
        self._size += size
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        try:
            return await future
        finally:
            self._size -= size

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), PER_COMMIT))]
            try:
                taken = await self.house.store.put([arrival for arrival, _ in batch])
            except Exception as why:
                unavailable = why if isinstance(why, StoreUnavailable) else StoreUnavailable(str(why))
                if not isinstance(why, StoreUnavailable):
                    log.error("intake.failed", why=str(why), exc_info=why)
                for _, future in batch:
                    if not future.done():
                        future.set_exception(unavailable)
            else:
                for (_, future), each in zip(batch, taken, strict=True):
                    if not future.done():
                        future.set_result(each)


def stranger_in(partner: Profile, body: bytes, media_type: str) -> Finding | None:
    """Return where EDI bytes, or their beginning, first name a sender that is not the partner; None when all are it."""
    if is_edifact(body):
        senders = [one.sender for one in edifact.identities(body) if one.sender.id]
        others = [one for one in senders if not names(partner.edifact, one.id, one.qualifier)]
        return _not_yours(f"UNB {others[0].id}:{others[0].qualifier}", "UNB", 2) if others else None
    if not is_x12(body, media_type):
        return None
    for found in x12.identities(body):
        if not found.sender.strip():
            continue  # Cut short: unreadable, not another's. It is kept, and answered with what is wrong with it.
        if not belongs(partner, found.sender_qualifier, found.sender, ""):
            return _not_yours(f"ISA06 {found.sender_qualifier}:{found.sender}", "ISA", 6)
        for group in found.group_senders:
            if not belongs(partner, found.sender_qualifier, found.sender, group):
                return _not_yours(f"GS02 {group}", "GS", 2)
    return None


def _not_yours(said: str, segment: str, element: int) -> Finding:
    return Finding(
        code="identity.not-yours",
        says=f"{said} is not an identity registered for you.",
        fix="Send under your own identity, or ask us to register this one for you.",
        where=Place(segment=segment, element=element),
        value=said,
    )
