"""What lies in the inbox: a transmission to read, or a command with the identity of the document that caused it."""

import re
from collections.abc import Iterator
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from tradelane.model import registry
from tradelane.model.command import Command
from tradelane.model.document import Document
from tradelane.model.identity import derived_id, document_identity, partition
from tradelane.model.origin import Origin
from tradelane.store.port import Item


class Handed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a command item.

    ``identity`` (hex) and ``content`` (SHA-256 of the canonical JSON) guard against doubling. ``again``: the item of a
    document that is replayed; ``ends``: the cases about it, over once it has its effect. ``origin``: how it came, where
    its sender takes an answer to it.
    """

    command: msgspec.Raw
    partner: str = ""
    identity: str = ""
    content: str = ""
    document_type: str = ""
    number: str = ""
    again: str = ""
    ends: tuple[str, ...] = ()
    origin: Origin | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """A command in memory, on its way to an object. Most are carried out in the step that asks for them, so the item's
    body is only written when it has to be kept: ask for it by `written`.
    """

    item: Item
    handed: Handed
    command: Command

    def written(self) -> Item:
        """Return the item with its body."""
        body = structs.replace(self.handed, command=msgspec.Raw(registry.encode(self.command)))
        return structs.replace(self.item, body=registry.encode(body))


class Arrived(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a transmission item: where its bytes lie and how they came.

    ``sets_done``: handed over before a yield. ``pieces``: it is kept in so many, because it is too large to hold.
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
    pieces: int = 0


_handed = msgspec.json.Decoder(Handed)
_arrived = msgspec.json.Decoder(Arrived)


def handed(item: Item) -> Handed:
    """Return the command item's body."""
    return _handed.decode(item.body)


def arrived(item: Item) -> Arrived:
    """Return the transmission item's body."""
    return _arrived.decode(item.body)


def ask(id: str, stream: str, command: Command, owner: str, count: int, *, reply: bool = False) -> Asked:
    """Return what asks *stream* to do *command*."""
    return _asked(id, stream, owner, count, reply, Handed(command=_UNWRITTEN, partner=owner), command)


def ask_document(
    id: str, stream: str, command: Command, document: Document, canonical: bytes, partner: str, count: int
) -> Asked:
    """Return what brings *document*, whose *canonical* JSON is at hand, to its home stream, with its identity and its
    content's hash.
    """
    named = document_identity(document, partner)
    content = content_hash(canonical)
    handed = Handed(
        command=_UNWRITTEN,
        partner=partner,
        identity=sha256("\x1f".join(named or (partner, registry.tag(type(document)), content)).encode()).hexdigest(),
        content=content,
        document_type=registry.tag(type(document)),
        number=number_of(document),
    )
    return _asked(id, stream, partner, count, False, handed, command)


_UNWRITTEN = msgspec.Raw(b"")


def _asked(id: str, stream: str, owner: str, count: int, reply: bool, handed: Handed, command: Command) -> Asked:
    part = partition(stream, count)
    item = Item(id=id, part=part, kind="command", stream=stream, owner=owner, body=b"", reply=reply)
    return Asked(item=item, handed=handed, command=command)


_SOURCE = re.compile(rb',"source_[a-z]+":"(?:[^"\\]|\\.)*"')
# The value of a quantity comes first in it; that of a reference or an identifier does not, and is no number.
_AMOUNT = re.compile(rb'(?:\{"value|"(?:amount|per|total|rejected))":"-?\d+')
_IDLE_ZEROS = re.compile(rb'(\.\d*?)0+"')
_AMOUNT_MAX = 80
_DEFAULTS = (b',"per":"1"', b',"rejected":"0"')


def content_hash(canonical: bytes) -> str:
    """Return the SHA-256 of what a document means.

    How a syntax coded it, trailing zeros of amounts, and amounts that go without saying do not count.
    """
    plain = _SOURCE.sub(b"", canonical) if b',"source_' in canonical else canonical
    plain = b"".join(_without_idle_zeros(plain))
    for default in _DEFAULTS:
        plain = plain.replace(default, b"")
    return sha256(plain).hexdigest()


def _without_idle_zeros(plain: bytes) -> Iterator[bytes]:
    """Yield *plain* in pieces, the zeros left out that end an amount's decimals. Few texts hold a candidate."""
    place = 0
    for zeros in _IDLE_ZEROS.finditer(plain):
        key = plain.rfind(b'":"', max(zeros.start() - _AMOUNT_MAX, 0), zeros.start())
        begin = max(plain.rfind(b'"', 0, max(key, 0)), 0)
        begin -= plain.startswith(b'{"value', begin - 1)
        if _AMOUNT.fullmatch(plain, begin, zeros.start()):
            yield plain[place : zeros.start()]
            yield zeros[1].rstrip(b".")
            place = zeros.end() - 1
    yield plain[place:]


def number_of(document: Document) -> str:
    """Return the business number people call *document* by."""
    for name in ("number", "order_number", "group", "shipment", "tender"):
        if value := getattr(document, name, ""):
            return str(value)
    return ""


def caused_id(stream: str, version: int, ordinal: int, purpose: str) -> str:
    """Return the id of what an event causes; no partition is in it, so it survives another partition count."""
    return derived_id(stream, version, ordinal, purpose)
