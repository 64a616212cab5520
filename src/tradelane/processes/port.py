"""What every process is: a small state per stream it listens to, and requests drawn from events.

A module of this room has this shape.
"""

from datetime import datetime
from typing import Any, Protocol

from tradelane.model.event import Event
from tradelane.model.policy import Context
from tradelane.model.request import Request


class Process(Protocol):
    """One flow across objects and time.

    ``NAME`` keys its state; ``LISTENS`` names the kinds of streams whose events it sees, each stream with a state of
    its own.
    """

    @property
    def NAME(self) -> str:
        """What its state is kept under."""
        ...

    @property
    def LISTENS(self) -> tuple[str, ...]:
        """The kinds of streams whose events it sees."""
        ...

    @property
    def State(self) -> type[Any]:
        """The shape of its state."""
        ...

    @property
    def initial(self) -> Any:
        """The state before the first event."""
        ...

    def evolve(self, state: Any, event: Event, at: datetime) -> Any:
        """Return *state* after *event*, recorded at *at*."""
        ...

    def react(self, state: Any, event: Event, stream: str, context: Context) -> list[Request]:
        """Return what *event* asks for; *state* is the state after it, *stream* the stream it happened on."""
        ...
