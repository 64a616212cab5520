"""What a process asks for: a document sent, another object told, a timer set."""

from datetime import datetime

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.document import Document
from tradelane.model.event import Event


class Send(Struct, frozen=True, kw_only=True):
    """Send *document* to a partner; ``about`` hears what became of it.

    ``occasion`` tells two sendings of one cause apart.
    """

    document: Document
    to: str
    about: str
    occasion: str = ""


class Tell(Struct, frozen=True, kw_only=True):
    """Put *command* to another stream (or our own): at least once, one effect."""

    stream: str
    command: Command


class Wake(Struct, frozen=True, kw_only=True):
    """Record `TimerFired` with this name on our own stream at ``due``; setting a name again moves it."""

    name: str
    due: datetime


class Forget(Struct, frozen=True, kw_only=True):
    """Cancel a timer; forgetting an unknown one is nothing."""

    name: str


Request = Send | Tell | Wake | Forget


class TimerFired(Event, frozen=True, tag="timer.fired"):
    """A timer of this stream came due. Never early."""

    name: str
    due: datetime


class FireTimer(Command, frozen=True, tag="timer.fire"):
    """A timer came due. The runtime records `TimerFired` itself; what a decider returns for this command follows it."""

    name: str
    due: datetime
