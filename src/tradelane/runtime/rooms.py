"""The rooms the corridor walks through, handed in: which decider and which processes own which streams."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from tradelane.domain.port import Decider
from tradelane.model.event import Event
from tradelane.processes.port import Process


@dataclass
class Book:
    """One stream in memory: its object's state, the states of the processes that listen, and how far it is kept.

    Only the leader of the stream's partition holds one, so it is never stale while the fence holds.
    """

    stream: str
    state: Any
    processes: dict[str, Any]
    version: int = 0
    partner: str = ""
    kept_version: int = 0
    kept_at: datetime | None = None


@dataclass(frozen=True)
class Kind:
    """All that owns one kind of stream, and the codec of what is kept beside it."""

    decider: Decider
    processes: tuple[Process, ...]
    kept: type[Any] = field(repr=False)
    decoder: msgspec.json.Decoder[Any] = field(repr=False)
    fold: str = ""

    def new(self, stream: str) -> Book:
        """Return the book of a stream in which nothing happened yet."""
        return Book(stream, self.decider.initial, {process.NAME: process.initial for process in self.processes})

    def evolve(self, book: Book, event: Event, at: datetime) -> None:
        """Fold one event into *book*."""
        book.state = self.decider.evolve(book.state, event)
        for process in self.processes:
            book.processes[process.NAME] = process.evolve(book.processes[process.NAME], event, at)
        book.version += 1
        book.partner = getattr(event, "supplier", "") or book.partner or getattr(event, "partner", "")

    def encode(self, book: Book) -> bytes:
        """Return what is kept of *book*, as JSON."""
        return msgspec.json.encode({"state": book.state, "processes": book.processes, "partner": book.partner})

    def decode(self, stream: str, version: int, state: bytes, at: datetime) -> Book:
        """Return the book that was kept at *version*."""
        kept = self.decoder.decode(state)
        processes = {process.NAME: getattr(kept.processes, process.NAME) for process in self.processes}
        return Book(stream, kept.state, processes, version, kept.partner, version, at)


def kind(decider: Decider, processes: tuple[Process, ...]) -> Kind:
    """Return the owner of *decider*'s streams; its fold's fingerprint covers the shapes of every state kept."""
    listening = tuple(process for process in processes if decider.STREAM in process.LISTENS)
    states = msgspec.defstruct("Processes", [(process.NAME, process.State, process.initial) for process in listening])
    kept = msgspec.defstruct("Kept", [("state", decider.State), ("processes", states), ("partner", str, "")])
    shapes = msgspec.json.encode(msgspec.json.schema(kept), order="sorted")
    fold = sha256(shapes + str(getattr(decider, "FOLD", 1)).encode()).hexdigest()[:16]
    return Kind(decider, listening, kept, msgspec.json.Decoder(kept), fold)


def kinds(deciders: tuple[Decider, ...], processes: tuple[Process, ...]) -> Mapping[str, Kind]:
    """Return every kind of stream by its name; a process listening where nobody decides is a bug of ours."""
    owned = {decider.STREAM: kind(decider, processes) for decider in deciders}
    unknown = {name for process in processes for name in process.LISTENS} - owned.keys()
    assert not unknown, f"processes listen to streams nobody decides for: {sorted(unknown)}"
    return owned
