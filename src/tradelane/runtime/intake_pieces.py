"""Take in what is too large to hold: piece by piece into the archive, then, whole and unchanged, into the inbox."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from msgspec.structs import replace

from tradelane.partners.profile import Profile
from tradelane.protocols.port import Received
from tradelane.runtime.arrival import Answer, archived_as, problem, queued, receipt_for, replayed
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.house import House
from tradelane.store.port import Arrival, StoreUnavailable


async def take_pieces(
    house: House, partner: Profile, received: Received, *, channel: str, media_type: str, now: datetime
) -> Answer:
    """Archive *received* as said by *partner* and queue it; 202 only after all of it is committed.

    The same id gets the same answer. Bytes that changed while they were read are not taken: 503, look again.
    """
    assert received.pieces is not None
    named = (channel, received.id, media_type, received.file_name)
    archived = archived_as(house, partner, received.sha256, *named, now)
    digest = receipt_for(archived, b"").digest
    try:
        if received.id and (standing := await house.store.receipt(archived.part, digest)) is not None:
            return replayed(standing, received.sha256)
        crashpoint("before_archive")
        count, came, pieces = 0, sha256(), received.pieces()
        while piece := await asyncio.to_thread(_next, pieces):
            came.update(piece)
            await house.store.keep(replace(archived, body=piece), count)
            crashpoint("after_piece")
            count += 1
        if came.hexdigest() != received.sha256:
            return problem(503, "transport.changed", "It changed while we read it; we look again.", retry_after=2)
        item, answer = queued(archived, received.size, pieces=count)
        arrival = Arrival(items=(item,), receipt=receipt_for(archived, answer) if received.id else None)
        (taken,) = await house.store.put([arrival])
    except StoreUnavailable:
        says = "We cannot store it safely just now; nothing was taken. Try again."
        return problem(503, "store.unavailable", says, retry_after=5)
    crashpoint("after_archive_before_answer")
    return Answer(202, answer) if taken.repeats is None else replayed(taken.repeats, received.sha256)


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
