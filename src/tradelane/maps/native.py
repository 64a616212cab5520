"""The compiled core: the text of a set or message becomes canonical JSON in C, and msgspec makes the document of it.

It reads what is in order and refuses all else, without a word; what it returns, the exact path would return too, with
no findings, and the JSON is what `registry.encode` would make of the document. Property tests hold it to that. The
core is optional: where no compiler was at hand when Tradelane was installed, `extension` is None and the path of
`maps/fast.py` reads the same.
"""

from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from tradelane.maps.dictionary import Composite
from tradelane.maps.finishers import FINISHERS
from tradelane.maps.named_spots import NAMED
from tradelane.maps.native_fields import DEPTH_MAX, FieldWriter, only
from tradelane.maps.native_tree import SYNTAX as TREE_SYNTAX
from tradelane.maps.native_tree import TREES, TreeFieldWriter, TreePlaces
from tradelane.maps.native_words import Program, Unsupported
from tradelane.maps.plan import Plan
from tradelane.maps.structure import Loop, Places
from tradelane.model.document import Document
from tradelane.model.message import Delimiters, NodeMessage, SegmentMessage
from tradelane.model.registry import encode

FORMAT = 3
"""Which programs are written here, as in compiled/lift.h: a core compiled before they changed is not used."""

try:
    from tradelane.maps import _lift
except ImportError:
    extension = None
else:
    extension = _lift if _lift.FORMAT == FORMAT else None

_HEAD = 12
_MIXER = 2654435761
_LAYOUT = "\r\n\t "
_NESTED_MAX = 2 * DEPTH_MAX - 2


class Native:
    """The compiled path of one map."""

    def __init__(self, plan: Plan, lift: Callable[..., bytes | None]) -> None:
        self._kind, self._named = plan.kind, plan.syntax in NAMED
        self._lift, self._program = lift, write_program(plan)
        self._decode = msgspec.json.Decoder(plan.document).decode
        self._finishers = [FINISHERS[name] for name in plan.after]

    def lift(self, message: SegmentMessage) -> tuple[Document, bytes] | None:
        """Return the document and its canonical JSON, or None when the exact path should look."""
        signs = _named_signs(message.delimiters) if self._named else _signs(message.delimiters)
        if message.kind != self._kind or message.binary or signs is None:
            return None
        if self._named and message.delimiters.repetition and message.delimiters.repetition in message.text:
            return None
        try:
            raw = message.text.encode("latin-1")
            if not message.text.isascii():
                if message.charset and not self._named:
                    return None
                raw = raw.decode(message.charset or "utf-8").encode()
            json = self._lift(self._program, raw, *signs)
            return None if json is None else _finished(self._finishers, self._decode(json), json)
        except (UnicodeError, msgspec.ValidationError):
            return None


class NativeTree:
    """The compiled path of one map over nodes."""

    def __init__(self, plan: Plan, lift_nodes: Callable[..., bytes | None]) -> None:
        self.kind, self._syntax = plan.kind, plan.syntax
        self._lift, (self._program, self._names) = lift_nodes, write_tree_program(plan)
        self._decode = msgspec.json.Decoder(plan.document).decode
        self._finishers = [FINISHERS[name] for name in plan.after]

    def lift(self, message: NodeMessage) -> tuple[Document, bytes] | None:
        """Return the document and its canonical JSON, or None when the exact path should look."""
        nodes = message.packed
        if nodes is None or message.kind != self.kind or message.syntax != self._syntax:
            return None
        kinds = array("i", [self._names.get(name, 0) for name in nodes.names]).tobytes()
        json = self._lift(self._program, nodes.rows, nodes.texts, kinds)
        try:
            return None if json is None else _finished(self._finishers, self._decode(json), json)
        except msgspec.ValidationError:
            return None


def _finished(finishers: Sequence[Callable[[Any], Any]], document: Any, json: bytes) -> tuple[Document, bytes]:
    lifted = document
    for finish in finishers:
        document = finish(document)
    return document, json if document is lifted else encode(document)


def compiled() -> bool:
    """Say whether the compiled core is at hand; without it everything is read all the same, only slower."""
    return extension is not None


def compile_native(plan: Plan) -> Native | NativeTree | None:
    """Return the compiled path of a plan; None without a compiled core, and for a plan that asks more of it."""
    if extension is None:
        return None
    try:
        return Native(plan, extension.lift) if plan.tree is None else NativeTree(plan, extension.lift_nodes)
    except Unsupported:
        return None


def write_program(plan: Plan) -> bytes:
    """Return the program by which the compiled core reads what *plan* says; raises `Unsupported`."""
    only(
        plan, "name", "version", "kind", "standard", "document", "record", "places", "segments", "counts", "after",
        "before", "when", "syntax",
    )  # fmt: skip
    program = Program(_HEAD)
    places = plan.places
    kinds = [places.root.tag, *sorted(places.known - {places.root.tag})]
    numbers = {tag: number for number, tag in enumerate(kinds)}
    bits, table = _hashed(numbers)
    writer = FieldWriter(program, plan.counts)
    counts = program.listed([writer.spot(count.spot) for count in plan.counts])
    record = writer.record(plan.record)
    writer.check_totals()
    return program.finished(
        (
            program.block(*table),
            bits,
            len(kinds),
            _moves(program, places, numbers),
            program.block(*(_facts(program, plan, tag) for tag in kinds)),
            places.size,
            1 + max(len(loop.slots) for loop in places.root.walk()),
            _required(program, places.root),
            record,
            counts,
            int(plan.syntax in NAMED),
        )
    )


def write_tree_program(plan: Plan) -> tuple[bytes, dict[str, int]]:
    """Return the same of a plan of nodes, and the number of each name in it; raises `Unsupported`."""
    only(
        plan, "name", "version", "kind", "standard", "document", "record", "places", "segments", "after", "before",
        "syntax", "tree",
    )  # fmt: skip
    if plan.syntax not in TREES:
        raise Unsupported(f"nodes of {plan.syntax}")
    places, program = TreePlaces(plan), Program(_HEAD)
    record = TreeFieldWriter(program, ()).record(places.record)
    return program.finished(
        (
            0,
            0,
            len(places.names) + 1,
            places.moves(program),
            0,
            1 + len(places.root.slots),
            1 + max(len(loop.slots) for loop in places.loops),
            _required(program, places.root),
            record,
            program.listed(()),
            TREE_SYNTAX,
        )
    ), places.names


@lru_cache(maxsize=256)
def _signs(delimiters: Delimiters) -> tuple[int, int, int, int] | None:
    """Return the separators as numbers, 0 for no release character; None where they are not as the core knows them."""
    signs = delimiters.segment, delimiters.element, delimiters.component
    if delimiters.release or not all(len(sign) == 1 and sign.isascii() for sign in signs):
        return None
    return ord(signs[0]), ord(signs[1]), ord(signs[2]), 0


@lru_cache(maxsize=256)
def _named_signs(delimiters: Delimiters) -> tuple[int, int, int, int] | None:
    """Return the same of a syntax that may have a release character, which is none of the others."""
    signs, release = _signs(replace(delimiters, release="")), delimiters.release
    inner = delimiters.element, delimiters.component, release
    if signs is None or len(release) > 1 or any(sign in _LAYOUT for sign in inner if sign):
        return None
    if release and (not release.isascii() or release < " " or ord(release) in signs):
        return None
    return (*signs[:3], ord(release) if release else 0)


def _hashed(numbers: dict[str, int]) -> tuple[int, list[int]]:
    """Return an open-addressed table of kinds by tag, at most half full, and the number of bits of a place in it."""
    bits = (2 * len(numbers)).bit_length()
    table = [0, 0] * (1 << bits)
    for tag, number in numbers.items():
        raw = tag.encode()
        if len(raw) not in (2, 3):
            raise Unsupported(f"the segment {tag}")
        key = int.from_bytes(raw.ljust(3, b"\0"), "big")
        at = (key * _MIXER & 0xFFFFFFFF) >> (32 - bits)
        while table[2 * at]:
            at = (at + 1) % (1 << bits)
        table[2 * at : 2 * at + 2] = [key, number]
    return bits, table


def _moves(program: Program, places: Places, numbers: dict[str, int]) -> int:
    """Return the place of the placing table: by state and kind, where the move stands that `structure.place` makes."""
    if max(_nested(places.root)) > _NESTED_MAX:
        raise Unsupported("loops nested too deep")
    made: dict[tuple[int, ...], int] = {}
    table: list[int] = []
    for moves in places.states:
        row = [0] * len(numbers)
        for tag, move in moves.items():
            row[numbers[tag]] = made.setdefault(move, program.block(*move))
        table += row
    return program.block(*table)


def _nested(loop: Loop, depth: int = 1) -> list[int]:
    return [depth, *(below for inner in loop.loops.values() for below in _nested(inner, depth + 1))]


def _facts(program: Program, plan: Plan, tag: str) -> int:
    facts = plan.segments.get(tag)
    if facts is None:
        return 0
    if plan.syntax in NAMED:
        only(facts, "tag", "lengths", "required", "composites")
        made = [_made_of(program, *one) for one in zip(facts.composites, facts.required, strict=True)]
        return program.block(len(made), facts.required_last, *made)
    only(facts, "tag", "lengths", "required")
    elements = [2 * length + must for length, must in zip(facts.lengths, facts.required, strict=True)]
    return program.block(len(elements), facts.required_last, *elements)


def _made_of(program: Program, composite: Composite, must: bool) -> int:
    """Return the place of what an element is made of: how long each component may be, and whether it must be filled."""
    components = [2 * one.length + one.required for one in composite.components]
    return program.block(int(must), len(components), *components)


def _required(program: Program, loop: Loop) -> int:
    """Return the place of what a loop must hold: its slots that must be filled, and its loops in which any must."""
    inner = [
        (loop.slots[tag], _required(program, below))
        for tag, below in loop.loops.items()
        if tag in loop.slots and any(one.required for one in below.walk())
    ]
    must = [loop.slots[tag] for tag in loop.required]
    return program.block(len(must), *must, len(inner), *(word for pair in inner for word in pair))
