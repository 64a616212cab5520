"""A file with its envelopes open, whatever its syntax: the shape every syntax gives, so that one reader reads all."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from tradelane.formats.explain import Branch
from tradelane.maps import Map
from tradelane.model.finding import Finding
from tradelane.model.message import BuiltMessage, Message

Outline = Callable[[Sequence[tuple[Finding, ...]]], Branch | None]
"""Draws a file as a tree, given what is wrong with each of its messages in turn."""


class Piece(Struct, frozen=True, kw_only=True):
    """One message in a file, the bytes it takes, who says it to whom, and what is wrong with its syntax.

    ``readable`` is false when it, or an envelope around it, is so wrong that nothing may be made of it. ``map`` is the
    one by which it was told from its neighbours, where that takes one (rows).
    """

    message: Message
    map: Map | None = None
    start: int = -1
    end: int = -1
    sender: str = ""
    receiver: str = ""
    findings: tuple[Finding, ...] = ()
    readable: bool = True


class Opened(Struct, frozen=True, kw_only=True):
    """A file with its envelopes open; ``findings`` are about the file and the envelopes, outermost first."""

    pieces: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()
    outline: Outline


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around the messages we write; ids are ``qualifier:id``, or the id alone."""

    sender: str = "ZZ:SENDER"
    receiver: str = "ZZ:RECEIVER"
    control: int = 1
    test: bool = False
    at: datetime


class Syntax(Struct, frozen=True, kw_only=True):
    """One syntax: what people call it, how a file is opened, and how built messages become one (None: never).

    Both may need maps: one's own when opening, the one by which the messages were built when writing.
    """

    title: str
    open: Callable[[bytes, Sequence[Map]], Opened]
    write: Callable[[Sequence[BuiltMessage], Envelope, Map | None], bytes] | None = None


def no_outline(_: Sequence[tuple[Finding, ...]]) -> None:
    """Draw nothing: the syntax has no structure that people would not see in the meaning."""


def identity(said: str) -> tuple[str, str]:
    """Return qualifier and id of ``qualifier:id``; an id alone has no qualifier."""
    qualifier, colon, id = said.partition(":")
    return (qualifier, id) if colon else ("", said)
