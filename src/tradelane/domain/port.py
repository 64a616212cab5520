"""What every decider is: a state, a pure `decide`, a pure `evolve`. A module of this room has this shape."""

from typing import Any, Protocol

from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.policy import Context


class Decider(Protocol):
    """One business object's rules.

    ``STREAM`` is the kind of stream it decides for; ``State`` a msgspec struct (its JSON is kept beside the stream);
    ``initial`` the state of a stream in which nothing happened. `decide` twice with the same input and the state in
    between yields nothing the second time.
    """

    @property
    def STREAM(self) -> str:
        """The kind of stream it decides for."""
        ...

    @property
    def State(self) -> type[Any]:
        """The shape of its state."""
        ...

    @property
    def initial(self) -> Any:
        """The state of a stream in which nothing happened."""
        ...

    def decide(self, command: Command, state: Any, context: Context) -> list[Event] | Defer:
        """Return what happens because of *command*: a refusal is an event, nothing is [], too early is a `Defer`."""
        ...

    def evolve(self, state: Any, event: Event) -> Any:
        """Return *state* after *event*; events it does not care about change nothing.

        Never consults a clock or a calendar.
        """
        ...
