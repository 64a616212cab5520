"""The fast path: a set's text becomes JSON text by `str.replace`, msgspec decodes that into typed segments, generated
code builds the document.

It reads what is in order and refuses all else, without a word: the exact path then reads the message again and
explains. Whatever it does return, the exact path would return too, with no findings; a property test holds both to
that.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tradelane.maps.dictionary import Segment
from tradelane.maps.forms import Bad
from tradelane.maps.generated import generate
from tradelane.maps.generated_places import Refused
from tradelane.maps.plan import Plan
from tradelane.maps.structure import OPEN, Move
from tradelane.model.document import Document
from tradelane.model.message import SegmentMessage

_JSON_SIGNS = frozenset('",[]\\')


class Fast:
    """The fast path of one map."""

    def __init__(self, plan: Plan) -> None:
        kinds = {tag: _segment_type(tag, plan.segments.get(tag)) for tag in {*plan.places.known, "ST"}}
        self._kind = plan.kind
        self._decode = msgspec.json.Decoder(list[reduce(or_, kinds.values())]).decode
        self._blank: list[Any] = [None] * plan.places.size
        self._moves = _linked(kinds, plan.places.states)
        self._build, self._splits = generate(plan)

    def lift(self, message: SegmentMessage) -> Document | None:
        """Return the document, or None when the exact path should look."""
        text = _as_json(message, self._splits)
        if text is None or message.kind != self._kind:
            return None
        try:
            return self._build(self._placed(self._decode(text)), message.delimiters.component)
        except (msgspec.DecodeError, Refused, Bad, KeyError):
            return None

    def _placed(self, segments: list[Any]) -> list[Any]:
        """Put every segment in its place, as `structure.place` does; a segment without a place raises KeyError."""
        here = self._blank.copy()
        here[0] = segments[0]
        stack, moves = [here], self._moves
        del segments[0]
        for segment in segments:
            ups, slot, size, moves = moves[segment.__class__]
            if ups:
                del stack[-ups:]
                here = stack[-1]
            if size:
                inner = [None] * size
                inner[0] = segment
                if slot:
                    if here[slot] is None:
                        here[slot] = [inner]
                    else:
                        here[slot].append(inner)
                stack.append(inner)
                here = inner
            elif slot:
                kept = here[slot]
                if kept is None:
                    here[slot] = [segment]
                else:
                    kept.append(segment)
        return stack[0]


def compile_fast(plan: Plan) -> Fast:
    """Return the fast path of a plan."""
    return Fast(plan)


def _linked(kinds: dict[str, type[Any]], states: Sequence[dict[str, Move]]) -> dict[type[Any], Any]:
    """Return the placing table by class; each move holds the table that holds after it."""
    tables: list[dict[type[Any], Any]] = [{} for _ in states]
    for table, moves in zip(tables, states, strict=True):
        for tag, (ups, slot, mode, size, state) in moves.items():
            table[kinds[tag]] = (ups, slot, size if mode == OPEN else 0, tables[state])
    return tables[0]


def _as_json(message: SegmentMessage, splits: bool) -> str | None:
    """Return the set as a JSON array of arrays of strings; None where replacing characters would not be reading."""
    text, signs = message.text, message.delimiters
    segment, element = signs.segment, signs.element
    if (
        not text.isascii()
        or '"' in text
        or "\\" in text
        or "\x7f" in text
        or segment in _JSON_SIGNS
        or element in _JSON_SIGNS
    ):
        return None
    if signs.repetition and signs.repetition in text:
        return None
    if "\n" in text and segment != "\n":
        text = text.replace(segment + "\r\n", segment).replace(segment + "\n", segment)
    listed = '[["' + text.replace(segment, '"],["').replace(element, '","') + '"]]'
    # Trailing blanks are padding, which only the exact path takes off: now a quote follows them.
    if ' "' in listed or (splits and " " + signs.component in text):
        return None
    return listed


def _segment_type(tag: str, facts: Segment | None) -> type[Any]:
    """Return the type of one segment: an array whose first item is the tag.

    What no map reads is skipped without being made.
    """
    if facts is None:
        return msgspec.defstruct(f"Segment{tag}", [], tag=tag, array_like=True, frozen=True, gc=False)
    elements: list[Any] = []
    for number, (length, must) in enumerate(zip(facts.lengths, facts.required, strict=True), 1):
        kind: Any = (
            Annotated[str, Meta(min_length=1 if must else None, max_length=length or None)] if length or must else str
        )
        # Every element up to the last that must be filled has to be written, if only as nothing between two separators.
        elements.append((f"e{number}", kind) if number <= facts.required_last else (f"e{number}", kind, ""))
    return msgspec.defstruct(
        f"Segment{tag}", elements, tag=tag, array_like=True, frozen=True, gc=False, forbid_unknown_fields=True
    )
