"""What happens, as it happens: a stream of server-sent events that can be taken up again where it was left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Struct

from tradelane.api.access import header
from tradelane.api.door import house_of, sees_prices
from tradelane.api.house import House
from tradelane.api.prices import event_without
from tradelane.api.problem import refusal, unavailable
from tradelane.api.signed_in import still_may
from tradelane.model.event import Recorded
from tradelane.model.identity import stream_kind
from tradelane.model.registry import tag
from tradelane.runtime.project import recorded
from tradelane.store.port import Store, StoreUnavailable
from tradelane.views.glossary import says
from tradelane.views.trace import link

LISTENERS_MAX = 100
ROWS_PER_TURN = 200
HEARTBEAT_SECONDS = 15.0

Kind = Annotated[str, QueryParameter(max_length=40, description="Only changes of this kind, e.g. purchase_order.")]
From = Annotated[str, QueryParameter(name="from", pattern="^(now|start)$", description="now (default) or start.")]


Shown = Callable[[str, str], str]
"""What of an event's sentence may be heard, by the event's type."""


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened, in a sentence, and where to read more."""

    at: datetime
    kind: str
    about: str
    type: str
    version: int
    says: str
    link: str = ""


def _all(_: str, says: str) -> str:
    return says


class Bell:
    """Rings for everybody who waits when something was written. One per house: the store cannot forget a listener."""

    def __init__(self, store: Store) -> None:
        self._waiting: set[asyncio.Event] = set()
        self.listeners = 0
        store.on_change(self.ring)

    def ring(self, what: str) -> None:
        """Wake all who wait."""
        if what == "journal":
            for event in self._waiting:
                event.set()

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring, at most so long; say whether it rang."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(event)
        return True


@get(
    "/events",
    opt={"may": "see.orders"},
    summary="Everything that happens, as server-sent events",
    media_type="text/event-stream",
)
async def events(request: Request[Any, Any, Any], kind: Kind = "", start: From = "now") -> ServerSentEvent:
    """Follow all changes. Send the last id you had as Last-Event-ID to go on from there; a heartbeat comes when all
    is quiet.
    """
    house, bell = house_of(request), request.app.state.bell
    if bell.listeners >= LISTENERS_MAX:
        raise unavailable(10)
    last = header(request.scope["headers"], b"last-event-id")
    places = read_places(last, house.store.partitions) if last else {}
    if not last and start == "now":
        places = await house.store.ends()
    full = {part: places.get(part, 0) for part in range(house.store.partitions)}
    shown = _all if sees_prices(request) else event_without
    may = partial(still_may, house, request.scope, "see.orders")
    return ServerSentEvent(_told(house, bell, full, kind, request.app.state.heartbeat_seconds, shown, may))


async def _told(
    house: House,
    bell: Bell,
    places: dict[int, int],
    kind: str,
    heartbeat: float,
    shown: Shown,
    may: Callable[[], Awaitable[bool]],
) -> AsyncIterator[ServerSentEventMessage]:
    bell.listeners += 1
    try:
        yield ServerSentEventMessage(comment="listening", id=write_places(places), retry=2000)
        while True:
            try:
                if not await may():
                    return
                found = await house.store.journal(places, ROWS_PER_TURN)
            except StoreUnavailable:
                found = []
            if not found:
                if not await bell.heard(heartbeat):
                    yield ServerSentEventMessage(comment="still here")
                continue
            places |= {row.part: row.sequence for row in found}
            changes = sorted((recorded(row) for row in found), key=lambda r: (r.recorded_at, r.partition, r.sequence))
            told = [change(r, shown) for r in changes if not kind or stream_kind(r.stream) == kind]
            for one in told[:-1]:
                yield _message(one)
            # Only the last of a stretch carries the place: who is cut off before it hears the stretch again,
            # and misses nothing.
            for one in told[-1:]:
                yield _message(one, write_places(places))
    finally:
        bell.listeners -= 1


def change(happened: Recorded, shown: Shown = _all) -> Change:
    """Return an event as listeners hear it: its sentence as it may be *shown* to them."""
    kind, _, about = happened.stream.partition("/")
    return Change(
        at=happened.recorded_at,
        kind=kind,
        about=about,
        type=tag(type(happened.event)),
        version=happened.version,
        says=shown(tag(type(happened.event)), says(happened.event)),
        link=link(happened.stream),
    )


def write_places(places: dict[int, int]) -> str:
    """Return how far a listener has heard, as an id: ``3:120,5:7``."""
    return ",".join(f"{part}:{place}" for part, place in sorted(places.items()) if place) or "0:0"


def read_places(text: str, partitions: int) -> dict[int, int]:
    """Return how far an id says that a listener has heard."""
    places: dict[int, int] = {}
    for piece in text.split(","):
        part, _, place = piece.partition(":")
        if not (part.isascii() and part.isdigit() and place.isascii() and place.isdigit() and len(place) < 19):
            raise _bad_place()
        if int(part) >= partitions:
            raise _bad_place()
        places[int(part)] = int(place)
    return places


def _bad_place() -> Exception:
    says, fix = "The Last-Event-ID is none of ours.", "Send the id of the last event you had, or none."
    return refusal(400, "request.last-event-id", says, fix)


def _message(one: Change, id: str | None = None) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(one).decode(), event=one.kind, id=id)


HANDLERS = (events,)
