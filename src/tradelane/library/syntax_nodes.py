"""Files that are trees (XML and its like) for the one reader and the one writer of the library."""

from collections.abc import Callable, Sequence
from functools import partial

from tradelane.formats import idoc, json_nodes, xml
from tradelane.formats import json as json_format
from tradelane.formats.json_kinds import UNKNOWN
from tradelane.formats.nodes import DecodedNodes
from tradelane.library.opened import Envelope, Opened, Piece, identity, no_outline
from tradelane.library.outline import outline
from tradelane.maps import Map
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, NodeMessage

READ_ONLY = ("carrier/", "gs1/")
"""The families of XML that others write to us, and we to nobody."""

OURS = "document"
"""The member by which our own JSON says which document it is."""


def opening(decode: Callable[[bytes], DecodedNodes]) -> Callable[[bytes, Sequence[Map]], Opened]:
    """Return how to open what *decode* reads."""

    def open_nodes(body: bytes, _: Sequence[Map]) -> Opened:
        decoded = decode(body)
        pieces = tuple(
            Piece(message=message, start=message.span[0], end=message.span[1], readable=not decoded.refused)
            for message in decoded.messages
        )
        return Opened(pieces=pieces, findings=decoded.findings, outline=partial(outline, pieces, decoded.findings))

    return open_nodes


def open_json(body: bytes, own: Sequence[Map]) -> Opened:
    """Open JSON: our own documents, or else what a standard or a carrier writes."""
    try:
        messages = json_format.decode(body)
    except Unreadable as unreadable:
        if any(_is_foreign(message) for message in json_nodes.decode(body).messages):
            return opening(json_nodes.decode)(body, own)
        return Opened(findings=unreadable.findings, outline=no_outline)
    return Opened(pieces=tuple(Piece(message=message) for message in messages), outline=no_outline)


def _is_foreign(message: NodeMessage) -> bool:
    """Say whether JSON is of others: no part of it says which document of ours it is, or tries to."""
    if (message.version, message.kind) != UNKNOWN:
        return True
    items = [one for one in message.root.children if one.name == json_nodes.ITEM] or [message.root]
    return bool(message.root.children) and not any(child.name == OURS for item in items for child in item.children)


def write_xml(messages: Sequence[BuiltMessage], envelope: Envelope, _: Map | None) -> bytes:
    """Write one XML document; several make no file."""
    if messages and messages[0].version.startswith(READ_ONLY):
        says = f"We read {messages[0].kind} and do not write it."
        raise Unreadable(Finding(code="translate.not-written", says=says, fix="Choose another syntax with --to."))
    if len(messages) != 1:
        says = f"{len(messages)} documents make no XML file: it holds one."
        raise Unreadable(Finding(code="translate.several", says=says, fix="Translate them one at a time."))
    around = xml.Envelope(
        sender=envelope.sender,
        receiver=envelope.receiver,
        payload=f"{envelope.control}@{identity(envelope.sender)[1]}",
        at=envelope.at,
        test=envelope.test,
    )
    return xml.encode(messages[0], around)


def write_idoc(messages: Sequence[BuiltMessage], envelope: Envelope, _: Map | None) -> bytes:
    """Write flat IDocs one after the other, numbered on."""
    sender, receiver = identity(envelope.sender)[1], identity(envelope.receiver)[1]
    return b"".join(
        idoc.encode(message, idoc.Envelope(sender=sender, receiver=receiver, at=envelope.at, control=number))
        for number, message in enumerate(messages, envelope.control)
    )
