"""A decoded message: what the partner wrote, in the partner's own structure, with the place of every piece."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from tradelane.model.finding import Finding


class Delimiters(Struct, frozen=True):
    """The separators one interchange declared. ``repetition`` is empty before X12 00402 and EDIFACT syntax 4.

    ``release`` (EDIFACT and TRADACOMS, usually "?") takes from the character after it any other meaning than its own.
    """

    segment: str = "~"
    element: str = "*"
    component: str = ">"
    repetition: str = ""
    release: str = ""


def cut(text: str, sign: str, release: str = "") -> list[str]:
    """Return what stands between the *sign* characters of *text*; a released one does not count.

    >>> cut("a+b?+c+", "+", "?")
    ['a', 'b?+c', '']
    """
    if not release or release not in text:
        return text.split(sign)
    pieces, held = list[str](), list[str]()
    for piece in text.split(sign):
        held.append(piece)
        if (len(piece) - len(piece.rstrip(release))) % 2 == 0:
            pieces.append(sign.join(held))
            held.clear()
    return [*pieces, sign.join(held)] if held else pieces


def bare(text: str, release: str = "") -> str:
    """Return *text* as it was meant, its release characters taken out.

    >>> bare("50?+ a??b", "?")
    '50+ a?b'
    """
    if not release or release not in text:
        return text
    return re.sub(re.escape(release) + "(.?)", r"\1", text, flags=re.DOTALL)


class Segment(Struct, frozen=True, gc=False):
    """One segment: its tag, its elements as written (components unsplit, release characters still in), its byte range,
    its position (ST or UNH is 1).
    """

    tag: str
    elements: tuple[str, ...]
    start: int = -1
    end: int = -1
    position: int = 0

    def element(self, number: int) -> str:
        """Return element *number*, counted from 1 as the standard does; empty when absent."""
        return self.elements[number - 1] if number <= len(self.elements) else ""


class SegmentMessage:
    """One X12 transaction set (ST to SE) or EDIFACT message (UNH to UNT) as text; segments are cut only when asked for.

    ``text`` runs from the S of ST to the end of SE, its segment terminator left out; ``offset`` is the byte position
    of that S in the transmission (text is decoded latin-1, so characters are bytes; ``charset`` says what they are
    meant to be, empty: UTF-8 where it can be). ``kind`` is ST01, ``control`` ST02, ``version`` GS08. ``binary`` are the
    places in ``text`` of the data of BIN and BDS segments, where delimiters mean nothing.

    Of ``UNH+1+ORDERS:D:96A:UN:EAN008`` the kind is ORDERS, the version D96A, the ``association`` EAN008.
    """

    def __init__(
        self,
        kind: str,
        control: str,
        version: str,
        text: str,
        delimiters: Delimiters,
        offset: int = 0,
        binary: tuple[tuple[int, int], ...] = (),
        *,
        association: str = "",
        charset: str = "",
    ) -> None:
        self.kind, self.control, self.version, self.association = kind, control, version, association
        self.text, self.delimiters, self.offset, self.binary = text, delimiters, offset, binary
        self.charset = charset

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments ST to SE with their places; white space around a terminator belongs to no segment."""
        return tuple(self._cut())

    def _cut(self) -> Iterator[Segment]:
        separator, release, number = self.delimiters.element, self.delimiters.release, 0
        trailing = "\r\n" if self.delimiters.segment not in "\r\n" else "\r\n "
        for place, piece, data in self._pieces():
            begun = piece.lstrip("\r\n\t ")
            start = self.offset + place + len(piece) - len(begun)
            written = begun if data else begun.rstrip(trailing)
            if written:
                number += 1
                tag, *elements = cut(written[: len(written) - data], separator, release)
                if data:
                    elements[-1] += written[len(written) - data :]
                yield Segment(tag, tuple(elements), start, start + len(written), number)

    def _pieces(self) -> Iterator[tuple[int, str, int]]:
        """Yield what stands between terminators: its place, its text, and how many characters of binary data end it."""
        place, terminator = 0, self.delimiters.segment
        for begin, end in (*self.binary, (len(self.text), -1)):
            before = cut(self.text[place:begin], terminator, self.delimiters.release)
            held = before.pop() if end >= 0 else ""
            for piece in before:
                yield place, piece, 0
                place += len(piece) + len(terminator)
            if end >= 0:
                yield place, held + self.text[begin:end], end - begin
                place = end + len(terminator)


class Node(Struct, gc=False):
    """One named piece of a tree: an XML element, a JSON member, a record, a row, a cell. Attributes: children "@name".

    ``value`` is its own text as written (numbers too: nothing is rounded on the way), empty when it holds only others.
    What occurs many times stands many times among ``children``. ``start`` and ``end`` are its bytes in the
    transmission, -1 where unknown; ``where`` is its place for a person where bytes say little: "row 4, column Qty".
    """

    name: str
    value: str = ""
    children: list["Node"] = []
    start: int = -1
    end: int = -1
    where: str = ""


class PackedNodes(Struct, frozen=True, kw_only=True, gc=False):
    """The nodes of a tree as rows of four numbers of 32 bits, in the order in which they begin.

    Which of ``names`` it has (attributes: "@name"), how deep it stands, where in ``texts`` (UTF-8) its value begins
    and how many bytes it has. ``start`` and ``end`` are the bytes of the outermost node in the transmission.
    """

    names: tuple[str, ...]
    rows: bytes
    texts: bytes
    start: int
    end: int

    @property
    def root(self) -> str:
        """The name of the outermost node."""
        return self.names[memoryview(self.rows).cast("i")[0]]

    def said(self, name: str) -> str:
        """Return the value of the first node of that name right below the root; empty when there is none."""
        if name not in self.names:
            return ""
        numbers, wanted = memoryview(self.rows).cast("i"), self.names.index(name)
        names, depths = numbers[0::4].tolist(), numbers[1::4].tolist()
        found = zip(names, depths, strict=True)
        at = next((n for n, (one, depth) in enumerate(found) if one == wanted and depth == 1), 0)
        start, length = numbers[4 * at + 2], numbers[4 * at + 3]
        return self.texts[start : start + length].decode() if at else ""


class NodeMessage:
    """One document of a syntax that is a tree, whatever it is written in; ``syntax`` is the format's name ("xml").

    ``kind`` says what it is in that syntax ("Order", "ORDERS05", "shipment-event"), ``version`` of which edition,
    ``control`` the number the syntax gives the message, if any. ``root`` is the outermost node, or what makes it when
    somebody asks; ``packed`` are the same nodes for who needs no objects.
    """

    def __init__(
        self,
        syntax: str,
        kind: str,
        root: Node | Callable[[], Node],
        version: str = "",
        control: str = "",
        *,
        packed: PackedNodes | None = None,
    ) -> None:
        self.syntax, self.kind, self.version, self.control = syntax, kind, version, control
        self._root, self.packed = root, packed

    @cached_property
    def root(self) -> Node:
        """The outermost node."""
        return self._root if isinstance(self._root, Node) else self._root()

    @property
    def span(self) -> tuple[int, int]:
        """The bytes of the message in the transmission."""
        return (self.packed.start, self.packed.end) if self.packed else (self.root.start, self.root.end)


class TreeMessage:
    """One body of canonical JSON: plain values as msgspec decodes them, and the bytes they came from."""

    def __init__(self, kind: str, tree: dict[str, Any], body: bytes) -> None:
        self.kind, self.tree, self.body = kind, tree, body
        self.control, self.version = "", ""


Message = SegmentMessage | NodeMessage | TreeMessage


class BuiltMessage(Struct, frozen=True):
    """What a map lowers a document to, before an envelope.

    Segments between ST and SE or UNH and UNT (both left out; a composite's components already joined and released),
    one tree of nodes, or one canonical JSON tree.
    """

    kind: str
    version: str = ""
    segments: tuple[tuple[str, ...], ...] = ()
    tree: msgspec.Raw = msgspec.Raw(b"")
    root: Node | None = None
    findings: tuple[Finding, ...] = ()
