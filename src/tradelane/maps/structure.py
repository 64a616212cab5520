"""The shape of a transaction set: which segments stand where, which open loops, which must come; and how to put
segments in their places.

The notation is one text, read left to right as the segments come:

    BEG! CUR REF DTM N1( N2 N3 N4 ) | PO1!( PID ACK( DTM ) ) | CTT( AMT )

``!`` must come. ``TAG( ... )`` opens a loop with what stands in it. ``|`` parts heading, detail and summary. Within a
loop, order is not enforced and every segment may repeat: partners bend both, and no meaning depends on them. What comes
behind a later part and has a place only in an earlier one is put there, and remarked, unless it is the one segment that
a heading must have: then two messages may have run into each other.
"""

import re
from collections.abc import Container, Iterable, Sequence
from typing import Any, NamedTuple

_TOKEN = re.compile(r"([A-Z][A-Z0-9]{1,2})(!?)(\()?|(\))|(\|)")

IGNORE, KEEP, OPEN = 0, 1, 2

Move = tuple[int, int, int, int, int]
"""How one segment is placed: loops to leave, slot, what to do there, size of the loop opened, the state after."""


class BadStructure(ValueError):
    """The structure text is wrong."""


class Loop:
    """One loop: the segment that opens it, its members in order, its inner loops. A used tag claims a slot in the
    loop's list.

    A loop's occurrence is a plain list: slot 0 is the segment that opened it; the others hold a list of segments, a
    list of inner loops' occurrences, or None. Segments nobody reads claim no slot and are passed over.
    """

    def __init__(self, tag: str, parent: "Loop | None" = None, area: int = 0) -> None:
        self.tag, self.parent, self.area = tag, parent, area
        self.order: list[str] = []
        self.required: list[str] = []
        self.loops: dict[str, Loop] = {}
        self.areas: dict[str, int] = {}
        self.slots: dict[str, int] = {}

    def claim(self, tag: str) -> int:
        """Return the slot of *tag*, making one."""
        return self.slots.setdefault(tag, len(self.slots) + 1)

    def walk(self) -> Iterable["Loop"]:
        """Yield this loop and all inner ones."""
        yield self
        for inner in self.loops.values():
            yield from inner.walk()


def parse_structure(text: str, opener: str = "ST") -> Loop:
    """Return the outermost loop (opened by ST) that *text* describes."""
    root = here = Loop(opener)
    area, place = 0, 0
    cleaned = re.sub(r"#[^\n]*", "", text)
    for found in _TOKEN.finditer(cleaned):
        if cleaned[place : found.start()].strip():
            raise BadStructure(f"cannot read {cleaned[place : found.start()].strip()!r} in the structure")
        place = found.end()
        tag, must, opens, closes, bar = found.groups()
        if tag:
            here = _enter(here, tag, bool(must), bool(opens), area)
        elif closes and here.parent is not None:
            here = here.parent
        elif bar and here is root:
            area += 1
        else:
            raise BadStructure(f"a {closes or bar!r} in the structure has no partner")
    if here is not root or cleaned[place:].strip():
        raise BadStructure("the structure ends inside a loop")
    return root


def _enter(here: Loop, tag: str, must: bool, opens: bool, area: int) -> Loop:
    if tag in here.areas:
        raise BadStructure(f"{tag} stands twice in the loop of {here.tag}")
    here.order.append(tag)
    here.areas[tag] = area
    if must:
        here.required.append(tag)
    if not opens:
        return here
    here.loops[tag] = Loop(tag, here, area)
    return here.loops[tag]


CLOSERS = {"ST": "SE", "UNH": "UNT"}
"""What ends the message that a segment opens; it belongs everywhere and is of no interest."""


class Places:
    """The finished placing table of a structure: a small state machine over tags."""

    def __init__(self, root: Loop, ignored: Iterable[str] = ()) -> None:
        self.root = root
        for loop in root.walk():
            for tag in loop.required:
                loop.claim(tag)
        self.asking = {id(loop): _asking(loop) for loop in root.walk()}
        self.size = len(root.slots) + 1
        self.once = frozenset(tag for tag in root.required if tag not in root.loops)
        self._loops = [*[(root, area) for area in range(3)], *[(x, x.area) for x in root.walk() if x is not root]]
        self._number = {(loop.tag, id(loop)): n for n, (loop, _) in enumerate(self._loops) if loop is not root}
        inner = reversed([loop for loop in root.walk() if loop is not root])
        self.inside = {tag: loop.tag for loop in inner for tag in loop.order}
        self.states: list[dict[str, Move]] = [self._moves(loop, area) for loop, area in self._loops]
        closer = CLOSERS.get(root.tag, root.tag)
        self.known = {tag for moves in self.states for tag in moves} | {closer}
        for state, moves in enumerate(self.states):
            for tag in (closer, *ignored):
                moves.setdefault(tag, (0, 0, IGNORE, 0, state))
        self.known |= set(ignored)

    def _moves(self, loop: Loop, area: int) -> dict[str, Move]:
        found: dict[str, Move] = {}
        here: Loop | None = loop
        ups = 0
        while here is not None:
            for tag in here.order:
                if here is not self.root or here.areas[tag] >= area:
                    found.setdefault(tag, self._move(here, tag, ups))
            here, ups = here.parent, ups + 1
        return found

    def _move(self, here: Loop, tag: str, ups: int) -> Move:
        stay = here.areas[tag] if here is self.root else self._number[here.tag, id(here)]
        if tag in here.loops:
            inner = here.loops[tag]
            # A loop nobody reads still opens, so that its segments are told from its neighbours'.
            return ups, here.slots.get(tag, 0), OPEN, len(inner.slots) + 1, self._number[tag, id(inner)]
        if tag not in here.slots:
            return ups, 0, IGNORE, 0, stay
        return ups, here.slots[tag], KEEP, 0, stay


def _asking(loop: Loop) -> tuple[tuple[int, Loop], ...]:
    """Return the inner loops in which anything must come, each with its slot: most ask for nothing."""
    inner = ((loop.slots.get(tag, 0), one) for tag, one in loop.loops.items())
    return tuple((slot, one) for slot, one in inner if slot and any(below.required for below in one.walk()))


class Misplaced(NamedTuple):
    """What did not come where the standard has it: ``lost`` has no place, ``late`` came behind (the tag of) another."""

    lost: list[tuple[Any, Any]]
    late: list[tuple[Any, Any]]


def place(
    root: list[Any], states: Sequence[dict[Any, Move]], tagged: Iterable[tuple[Any, Any]], once: Container[Any] = ()
) -> Misplaced:
    """Put every segment of *tagged* (tag, segment) in its slot under *root*; return those that have no place there.

    One that belongs in an earlier part than we are in is put there, but for those that stand there *once*.
    """
    stack, state, ahead = [root], 0, ""
    found = Misplaced([], [])
    for tag, segment in tagged:
        move = states[state].get(tag)
        if move is None:
            move = None if tag in once else states[0].get(tag)
            if move is None:
                found.lost.append((tag, segment))
                continue
            found.late.append((ahead, segment))
            del stack[1:]
        ups, slot, mode, size, state = move
        if ups:
            del stack[-ups:]
        if mode == KEEP:
            _keep(stack[-1], slot, segment)
        elif mode == OPEN:
            inner = [segment, *[None] * (size - 1)]
            if slot:
                _keep(stack[-1], slot, inner)
            stack.append(inner)
        if len(stack) == 1 or (mode == OPEN and len(stack) == 2):
            ahead = tag
    return found


def _keep(here: list[Any], slot: int, item: Any) -> None:
    if here[slot] is None:
        here[slot] = [item]
    else:
        here[slot].append(item)
