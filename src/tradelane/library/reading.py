"""Read a file: whatever bytes they are become messages, documents, and findings about both. Pure."""

from itertools import chain

from msgspec import Struct

from tradelane import maps
from tradelane.formats.explain import Branch
from tradelane.formats.json_kinds import UNKNOWN as UNKNOWN_JSON
from tradelane.formats.xml.secrets import blotted
from tradelane.library.opened import Opened, Piece
from tradelane.library.shelf import Shelf
from tradelane.library.syntax import SYNTAXES, detect
from tradelane.library.syntax_table import UNKNOWN
from tradelane.maps import Lifted, Map
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Message, TreeMessage

FIXED = "fixed"
_, JSON = UNKNOWN_JSON


class ReadMessage(Struct, frozen=True, kw_only=True):
    """One message of a file: the map that read it, the document it means, what is wrong with it.

    No map: we have none for it (or it is our own JSON, which needs none). No document: it cannot be read.
    """

    piece: Piece
    map: Map | None = None
    document: Document | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def message(self) -> Message:
        """The message as the sender built it."""
        return self.piece.message


class ReadFile(Struct, frozen=True, kw_only=True):
    """A file that was read: which syntax it is in, its messages in order, and what is wrong outside of them.

    ``body`` is as it came but for secrets, which are blotted out byte by byte: what shows it shows none.
    """

    body: bytes
    syntax: str
    opened: Opened
    messages: tuple[ReadMessage, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents in it."""
        return tuple(each.document for each in self.messages if each.document is not None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong anywhere in it: the file and its envelopes first, then each message."""
        return (*self.opened.findings, *chain.from_iterable(each.findings for each in self.messages))

    @property
    def refused(self) -> bool:
        """Say whether any of it cannot be taken as it is."""
        return any(finding.severity == "error" for finding in self.findings)

    def tree(self) -> Branch | None:
        """Return the file as a tree with every problem where it stands; None for our own JSON."""
        return self.opened.outline([each.findings for each in self.messages])


def read(body: bytes, *, file_name: str = "", shelf: Shelf | None = None) -> ReadFile:
    """Read *body*: never raises, whatever the bytes are. *shelf* holds maps that go before the shipped ones."""
    shelf = shelf or Shelf()
    syntax, unknown = detect(body, file_name)
    if any(map.plan.syntax == FIXED for map in shelf.own):
        syntax, unknown = FIXED, None  # Nothing in such a file tells what it is; only its map does.
    opened = unknown or SYNTAXES[syntax].open(body, shelf.own)
    messages = tuple(read_piece(piece, shelf) for piece in opened.pieces)
    return ReadFile(body=blotted(body), syntax=syntax, opened=opened, messages=messages)


def lift(message: Message, map: Map | None) -> Lifted:
    """Return the document that *message* says by *map*; raises `Unreadable` with every finding."""
    if isinstance(message, TreeMessage):
        return maps.lift_json(message)
    if map is None:
        raise Unreadable(_no_map(message))
    return maps.lift(message, map)


def read_piece(piece: Piece, shelf: Shelf) -> ReadMessage:
    """Read one message of an opened file by the map for it."""
    if not piece.readable:
        return ReadMessage(piece=piece, findings=piece.findings)
    map = piece.map or (None if isinstance(piece.message, TreeMessage) else shelf.reading(piece.message))
    try:
        lifted = lift(piece.message, map)
    except Unreadable as unreadable:
        return ReadMessage(piece=piece, map=map, findings=(*piece.findings, *unreadable.findings))
    return ReadMessage(piece=piece, map=map, document=lifted.document, findings=(*piece.findings, *lifted.findings))


def _no_map(message: Message) -> Finding:
    what = {UNKNOWN: "these columns", JSON: "this JSON"}.get(message.kind, message.kind)
    says = f"We ship no map for {what}; what it holds is shown, not its meaning."
    fix = "Write one: `tradelane maps new` starts it from this file."
    if message.kind == JSON:
        fix += ' If it is a document of ours, say which: "document": "purchase_order".'
    return Finding(code="map.missing", says=says, fix=fix, severity="note", where=Place(transaction=message.control))
