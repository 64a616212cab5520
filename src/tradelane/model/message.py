"""A decoded message: what the partner wrote, in the partner's own structure, with the place of every piece."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from tradelane.model.finding import Finding


class Delimiters(Struct, frozen=True):
    """The separators one interchange declared. ``repetition`` is empty before X12 00402."""

    segment: str = "~"
    element: str = "*"
    component: str = ">"
    repetition: str = ""


class Segment(Struct, frozen=True):
    """One segment: its tag, its elements as written (components unsplit), its byte range, its position (ST is 1)."""

    tag: str
    elements: tuple[str, ...]
    start: int = -1
    end: int = -1
    position: int = 0

    def element(self, number: int) -> str:
        """Return element *number*, counted from 1 as the standard does; empty when absent."""
        return self.elements[number - 1] if number <= len(self.elements) else ""


class SegmentMessage:
    """One X12 transaction set, ST to SE, kept as text; segments are cut only when asked for.

    ``text`` runs from the S of ST to the end of SE, its segment terminator left out; ``offset`` is the byte position
    of that S in the transmission (text is decoded latin-1, so characters are bytes). ``kind`` is ST01, ``control``
    ST02, ``version`` GS08. ``binary`` are the places in ``text`` of the data of BIN and BDS segments, where delimiters
    mean nothing.
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
    ) -> None:
        self.kind, self.control, self.version = kind, control, version
        self.text, self.delimiters, self.offset, self.binary = text, delimiters, offset, binary

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments ST to SE with their places; white space around a terminator belongs to no segment."""
        return tuple(self._cut())

    def _cut(self) -> Iterator[Segment]:
        separator, number = self.delimiters.element, 0
        trailing = "\r\n" if self.delimiters.segment not in "\r\n" else "\r\n "
        for place, piece, data in self._pieces():
            begun = piece.lstrip("\r\n\t ")
            start = self.offset + place + len(piece) - len(begun)
            bare = begun if data else begun.rstrip(trailing)
            if bare:
                number += 1
                tag, *elements = bare[: len(bare) - data].split(separator)
                if data:
                    elements[-1] += bare[len(bare) - data :]
                yield Segment(tag, tuple(elements), start, start + len(bare), number)

    def _pieces(self) -> Iterator[tuple[int, str, int]]:
        """Yield what stands between terminators: its place, its text, and how many characters of binary data end it."""
        place, terminator = 0, self.delimiters.segment
        for begin, end in (*self.binary, (len(self.text), -1)):
            before = self.text[place:begin].split(terminator)
            held = before.pop() if end >= 0 else ""
            for piece in before:
                yield place, piece, 0
                place += len(piece) + len(terminator)
            if end >= 0:
                yield place, held + self.text[begin:end], end - begin
                place = end + len(terminator)


class TreeMessage:
    """One JSON body: plain values as msgspec decodes them, and the bytes they came from."""

    def __init__(self, kind: str, tree: dict[str, Any], body: bytes) -> None:
        self.kind, self.tree, self.body = kind, tree, body
        self.control, self.version = "", ""


Message = SegmentMessage | TreeMessage


class BuiltMessage(Struct, frozen=True):
    """What a map lowers a document to, before an envelope.

    X12 segments between ST and SE (both left out), or one JSON tree.
    """

    kind: str
    version: str = ""
    segments: tuple[tuple[str, ...], ...] = ()
    tree: msgspec.Raw = msgspec.Raw(b"")
    findings: tuple[Finding, ...] = ()
