"""Files that are trees (XML and its like) for the one reader and the one writer of the library."""

from collections.abc import Callable, Sequence
from functools import partial

from tradelane.formats import xml
from tradelane.formats.nodes import DecodedNodes
from tradelane.library.opened import Envelope, Opened, Piece
from tradelane.library.outline import outline
from tradelane.maps import Map
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage


def opening(decode: Callable[[bytes], DecodedNodes]) -> Callable[[bytes, Sequence[Map]], Opened]:
    """Return how to open what *decode* reads."""

    def open_nodes(body: bytes, _: Sequence[Map]) -> Opened:
        decoded = decode(body)
        pieces = tuple(
            Piece(message=message, start=message.root.start, end=message.root.end, readable=not decoded.refused)
            for message in decoded.messages
        )
        return Opened(pieces=pieces, findings=decoded.findings, outline=partial(outline, pieces, decoded.findings))

    return open_nodes


def write_xml(messages: Sequence[BuiltMessage], _: Envelope, __: Map | None) -> bytes:
    """Write one XML document; several make no file."""
    if len(messages) != 1:
        says = f"{len(messages)} documents make no XML file: it holds one."
        raise Unreadable(Finding(code="translate.several", says=says, fix="Translate them one at a time."))
    return xml.encode(messages[0])
