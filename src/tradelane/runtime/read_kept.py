"""Read an archived transmission again: whole, or where it was kept in pieces a few of its sets at a time.

Of what is kept in pieces only those sets are held that somebody asks for; the others leave a mark.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

from tradelane.model.identity import derived_id
from tradelane.partners.profile import Profile
from tradelane.runtime.handed import Arrived
from tradelane.runtime.house import House
from tradelane.runtime.read import read
from tradelane.runtime.read_pieces import Pieces
from tradelane.runtime.reading import LET_GO, Reading, ReadInterchange
from tradelane.store.port import Kept, Store

PIECES_AT_ONCE = 4
SETS_AT_ONCE = 25
Wanted = Callable[[int, ReadInterchange, int], bool]
"""Says whether a set is asked for: by its interchange's place in the file and its own place in the interchange."""


async def bytes_of(store: Store, kept: Kept) -> AsyncIterator[bytes]:
    """Yield the bytes of a transmission as they came, some pieces at a time."""
    if not kept.pieces:
        archived = await store.archive(kept.archived.id)
        yield archived.body if archived is not None else b""
        return
    for first in range(0, kept.pieces, PIECES_AT_ONCE):
        for piece in await store.pieces(kept.archived.part, kept.archived.id, first, PIECES_AT_ONCE):
            yield piece


async def size_of(store: Store, kept: Kept) -> int:
    """Return how many bytes came."""
    return sum([len(piece) async for piece in bytes_of(store, kept)])


async def read_again(house: House, kept: Kept, profile: Profile, id: str) -> Reading:
    """Return what a transmission says today; of one in pieces only the set is held whose document has this *id*."""
    if kept.pieces:
        size = await size_of(house.store, kept)
        return await read_pieces_again(house, profile, kept, size, lambda o, _, place: named(kept, o, place) == id)
    body = b"".join([chunk async for chunk in bytes_of(house.store, kept)])
    return await asyncio.to_thread(read, house, profile, body, kept.archived.media_type)


def named(kept: Kept, ordinal: int, place: int) -> str:
    """Return the id of the document at this place in this interchange."""
    return derived_id(f"{kept.archived.id}.{ordinal}", place)


async def read_pieces_again(house: House, profile: Profile, kept: Kept, size: int, wanted: Wanted) -> Reading:
    """Return what a transmission in pieces says; of its sets, those that are *wanted*, and `LET_GO` for the others."""
    pieces = Pieces(house, profile, kept.archived.part, arrived_then(kept, size))
    reading, looked = pieces.reading, dict[int, int]()
    while not reading.done:
        await pieces.fill()
        await asyncio.to_thread(reading.advance, SETS_AT_ONCE)
        for ordinal, each in enumerate(reading.interchanges):
            for place in range(looked.get(ordinal, 0), len(each.sets)):
                if not wanted(ordinal, each, place):
                    each.sets[place] = LET_GO
            looked[ordinal] = len(each.sets)
    return reading


def arrived_then(kept: Kept, size: int) -> Arrived:
    """Return what had a transmission of this *size* read when it came."""
    archived = kept.archived
    return Arrived(
        archive=archived.id,
        partner=archived.partner,
        sha256=archived.sha256,
        size=size,
        channel=archived.channel,
        received_at=archived.received_at.isoformat(),
        media_type=archived.media_type,
        file_name=archived.file_name,
        transport_id=archived.transport_id,
        pieces=kept.pieces,
    )
