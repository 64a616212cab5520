"""What every way across the boundary is: a channel delivers, an inbound hands out until it is told that we have it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from tradelane.model.finding import Finding
from tradelane.model.transmission import Delivery


class Delivered(Struct, frozen=True, kw_only=True):
    """What became of one attempt.

    ``retry``: surely not taken, try later (``after``: seconds the other side asked for). ``refused``: not taken, and
    trying again will not help (``disable``: send nothing there any more). ``unknown``: it may have been taken; the
    same bytes under the same id settle it (promise P5).
    """

    result: Literal["accepted", "retry", "refused", "unknown"]
    says: str = ""
    after: float | None = None
    disable: bool = False


class Channel(Protocol):
    """One partner's way out."""

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Make one attempt.

        The world's faults are answers, never exceptions; delivering one id twice is delivering it once.
        """
        ...


class Received(Struct, frozen=True, kw_only=True):
    """Bytes that wait for us. ``id`` stands for this name with these bytes: settle with it, and know a repeat by it.

    What is too large to hold comes without ``body``, in ``pieces``: whoever takes them checks the SHA-256 at the end,
    for another file may have come in between.
    """

    id: str
    file_name: str
    body: bytes
    sha256: str
    size: int
    findings: tuple[Finding, ...] = ()
    pieces: Callable[[], Iterator[bytes]] | None = None


class Inbound(Protocol):
    """One partner's way in, where we fetch.

    Both methods raise `Unavailable` when the other side does not answer now.
    """

    async def receive(self, limit: int, at: datetime) -> list[Received]:
        """Return what waits, oldest first, at most *limit*; the same again until settled, so a crash loses nothing."""
        ...

    async def settle(self, id: str, at: datetime, why: str = "") -> None:
        """Take it away: we have it durably. Settling twice is settling once.

        With *why* it was refused: nobody else has it then, so it is kept where its partner sees it, the reason beside.
        """
        ...
