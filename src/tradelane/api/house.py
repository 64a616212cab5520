"""What the doors need of the house behind them. The composition root gives something of this shape."""

from datetime import datetime
from typing import Any, Protocol

from tradelane.model.command import Command
from tradelane.model.person import Deed
from tradelane.model.replay import DocumentsReplayed
from tradelane.partners.profile import Profile, Registry
from tradelane.protocols.openid.provider import Provider
from tradelane.runtime.carry_out import Choice, Order
from tradelane.runtime.carry_out import Page as ReplayedPage
from tradelane.runtime.reading import Reading
from tradelane.store.port import Kept, Store


class Answer(Protocol):
    """What the intake says to one transmission: an HTTP status, a JSON body, whether this was answered before."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """The answer as JSON; for a refusal an object that may hold ``findings``."""
        ...

    @property
    def replayed(self) -> bool:
        """Whether the same transport id had this very answer before."""
        ...


class Takes(Protocol):
    """Keeps a transmission durably and says so; the bytes are committed before it answers."""

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
        """Take one transmission of *partner*."""
        ...


class House(Protocol):
    """The house as the doors see it."""

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        ...

    @property
    def registry(self) -> Registry:
        """The partners and settings that hold now; read at every request."""
        ...

    @property
    def version(self) -> str:
        """The release."""
        ...

    @property
    def intake(self) -> Takes:
        """Who takes transmissions."""
        ...

    @property
    def identity_provider(self) -> Provider | None:
        """The company's own sign-in; None where the settings name none."""
        ...

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        ...

    async def ask(
        self, stream: str, command: Command, command_id: str, wait_seconds: float, deed: Deed | None = None
    ) -> bytes | None:
        """Put a command to an object and return the JSON array of events it led to; None: no answer yet.

        *deed*: who asks for it.
        """
        ...

    async def replay(self, choice: Choice, after: str, order: Order | None) -> ReplayedPage:
        """Return a page of what a replay comes to; with *order* carry it out."""
        ...

    async def replayed(self, replay: str) -> list[tuple[datetime, DocumentsReplayed]]:
        """Return what was recorded of a replay, page by page."""
        ...

    def translate(self, body: bytes, profile: Profile, media_type: str) -> Reading:
        """Read bytes as the house would read them now. Stores nothing."""
        ...

    async def read_again(self, kept: Kept, profile: Profile, id: str) -> Reading:
        """Read an archived transmission again; of one in pieces only the set whose document has this *id* is held."""
        ...

    async def health(self) -> dict[str, Any]:
        """Return ``ready``, ``says`` and whatever an operator should know, ready for JSON."""
        ...
