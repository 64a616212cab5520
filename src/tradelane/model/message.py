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
    """One segment: its tag, its elements as written (components unsplit), its byte range in the transmission, its position (ST is 1)."""

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

    ``text`` runs from the S of ST to the end of SE, its segment terminator left out; ``offset`` is the byte position of that S in the
    transmission (text is decoded latin-1, so characters are bytes). ``kind`` is ST01, ``control`` ST02, ``version`` GS08.
    """

    def __init__(self, kind: str, control: str, version: str, text: str, delimiters: Delimiters, offset: int = 0) -> None:
        self.kind, self.control, self.version = kind, control, version
        self.text, self.delimiters, self.offset = text, delimiters, offset

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments ST to SE with their places; white space around a terminator belongs to no segment."""
        return tuple(self._cut())

    def _cut(self) -> Iterator[Segment]:
        place, number = 0, 0
        terminator, separator = self.delimiters.segment, self.delimiters.element
        for piece in self.text.split(terminator):
            bare = piece.strip("\r\n") if terminator not in "\r\n" else piece.strip("\r\n ")
            if bare:
                number += 1
                start = self.offset + place + piece.index(bare)
                tag, *elements = bare.split(separator)
                yield Segment(tag, tuple(elements), start, start + len(bare), number)
            place += len(piece) + len(terminator)


class TreeMessage:
    """One JSON body: plain values as msgspec decodes them, and the bytes they came from."""

    def __init__(self, kind: str, tree: dict[str, Any], body: bytes) -> None:
        self.kind, self.tree, self.body = kind, tree, body
        self.control, self.version = "", ""


Message = SegmentMessage | TreeMessage


class BuiltMessage(Struct, frozen=True):
    """What a map lowers a document to, before an envelope: X12 segments between ST and SE (both left out), or one JSON tree."""

    kind: str
    version: str = ""
    segments: tuple[tuple[str, ...], ...] = ()
    tree: msgspec.Raw = msgspec.Raw(b"")
    findings: tuple[Finding, ...] = ()
