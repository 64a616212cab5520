"""What lies in the inbox: a transmission to read, or a command with the identity of the document that caused it."""

import re
from hashlib import sha256

import msgspec
from msgspec import Struct

from tradelane.model import registry
from tradelane.model.command import Command
from tradelane.model.document import Document
from tradelane.model.identity import derived_id, document_identity, partition
from tradelane.store.port import Item


class Handed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a command item.

    ``identity`` (hex) and ``content`` (SHA-256 of the canonical JSON) guard against doubling.
    """

    command: msgspec.Raw
    partner: str = ""
    identity: str = ""
    content: str = ""
    document_type: str = ""
    number: str = ""


class Arrived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a transmission item: where its bytes lie and how they came.

    ``sets_done``: handed over before a yield.
    """

    archive: str
    partner: str
    sha256: str
    size: int
    channel: str
    received_at: str
    media_type: str = ""
    file_name: str = ""
    transport_id: str = ""
    sets_done: int = 0


_handed = msgspec.json.Decoder(Handed)
_arrived = msgspec.json.Decoder(Arrived)


def handed(item: Item) -> Handed:
    """Return the command item's body."""
    return _handed.decode(item.body)


def arrived(item: Item) -> Arrived:
    """Return the transmission item's body."""
    return _arrived.decode(item.body)


def command_item(id: str, stream: str, command: Command, owner: str, count: int, *, reply: bool = False) -> Item:
    """Return an item that asks *stream* to do *command*."""
    body = registry.encode(Handed(command=msgspec.Raw(registry.encode(command)), partner=owner))
    part = partition(stream, count)
    return Item(id=id, part=part, kind="command", stream=stream, owner=owner, body=body, reply=reply)


def document_item(id: str, stream: str, command: Command, document: Document, partner: str, count: int) -> Item:
    """Return an item that brings *document* to its home stream, with its identity and its content's hash."""
    canonical = registry.encode(document)
    named = document_identity(document, partner)
    content = content_hash(canonical)
    body = Handed(
        command=msgspec.Raw(registry.encode(command)),
        partner=partner,
        identity=sha256("\x1f".join(named or (partner, registry.tag(type(document)), content)).encode()).hexdigest(),
        content=content,
        document_type=registry.tag(type(document)),
        number=number_of(document),
    )
    part = partition(stream, count)
    return Item(id=id, part=part, kind="command", stream=stream, owner=partner, body=registry.encode(body))


_SOURCE = re.compile(rb',"source_[a-z]+":"(?:[^"\\]|\\.)*"')
# The value of a quantity comes first in it; that of a reference or an identifier does not, and is no number.
_TRAILING = re.compile(rb'((?:\{"value|"(?:amount|per|total|rejected))":"-?\d+)(?:\.0+|(\.\d*?[1-9])0+)"')
_DEFAULTS = (b',"per":"1"', b',"rejected":"0"')


def content_hash(canonical: bytes) -> str:
    """Return the SHA-256 of what a document means.

    How a syntax coded it, trailing zeros of amounts, and amounts that go without saying do not count.
    """
    plain = _TRAILING.sub(rb'\1\2"', _SOURCE.sub(b"", canonical))
    for default in _DEFAULTS:
        plain = plain.replace(default, b"")
    return sha256(plain).hexdigest()


def number_of(document: Document) -> str:
    """Return the business number people call *document* by."""
    for name in ("number", "order_number", "group"):
        if value := getattr(document, name, ""):
            return str(value)
    return ""


def caused_id(stream: str, version: int, ordinal: int, purpose: str) -> str:
    """Return the id of what an event causes; no partition is in it, so it survives another partition count."""
    return derived_id(stream, version, ordinal, purpose)
