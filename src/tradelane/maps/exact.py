"""The explaining path of segments: put each in its place, and say everything that is wrong with it and where."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tradelane.maps import words
from tradelane.maps.codes import Table
from tradelane.maps.component_words import component_faults, component_place
from tradelane.maps.forms import Bad
from tradelane.maps.lifting import Explained, Lifting
from tradelane.maps.named_spots import NAMED
from tradelane.maps.plan import Group, Hop, Plan, Spot
from tradelane.maps.silence import Silences
from tradelane.maps.structure import Loop, Places, place
from tradelane.model.finding import Finding, Place
from tradelane.model.message import Delimiters, Segment, SegmentMessage, bare, cut

Occurrence = list[Any]


class Said(Struct, frozen=True, gc=False):
    """A text as the sender wrote it, and where: its segment, element, component."""

    text: str
    segment: Segment
    element: int
    component: int = 0


def explain(message: SegmentMessage, plan: Plan, *, traced: bool = True, silences: Silences | None = None) -> Explained:
    """Return the document that *message* says; raises `Unreadable` with everything that is wrong."""
    source = Segments(message)
    lifting = Lifting(source, traced=traced, silences=silences)
    segments = message.segments
    if message.kind != plan.kind or not segments:
        lifting.say(words.other_set(message.kind, plan))
        lifting.refuse_bad()
    for segment in segments:
        if faults := source.faults(segment, plan):
            lifting.say(*faults)
    root: Occurrence = [segments[0], *[None] * (plan.places.size - 1)]
    placed = place(root, plan.places.states, ((s.tag, s) for s in segments[1:]), plan.places.once)
    lifting.say(*(words.misplaced(segment, plan.places) for _, segment in placed.lost))
    lifting.say(*(words.out_of_order(segment, ahead) for ahead, segment in placed.late))
    _require(plan.places, plan.places.root, root, segments[-1], lifting)
    return lifting.finish(plan, root)


def _require(places: Places, loop: Loop, occurrence: Occurrence, near: Segment, lifting: Lifting) -> None:
    for tag in loop.required:
        if occurrence[loop.slots[tag]] is None:
            lifting.say(words.segment_missing(tag, near))
    for slot, inner in places.asking[id(loop)]:
        for found in occurrence[slot] or ():
            _require(places, inner, found, found[0], lifting)


class Segments:
    """The segments of one message, as the rules of a map see them; an occurrence is a list, its segment first."""

    def __init__(self, message: SegmentMessage) -> None:
        self.separator, self.signs = message.delimiters.element, message.delimiters
        self._segments, self._charset = message.segments, message.charset
        self._whole: dict[int, list[Occurrence]] = {}
        self._pieces: dict[tuple[int, int], list[str]] = {}

    def all(self, spot: Spot, env: list[Occurrence]) -> list[Occurrence]:
        """Return the occurrences *spot* means; a plain segment stands as an occurrence of its own."""
        if spot.depth:
            return self._all(spot, env)
        # What is seen from the whole message is the same for every row, however many there are.
        found = self._whole.get(id(spot))
        if found is None:
            found = self._whole[id(spot)] = self._all(spot, env)
        return found

    def _all(self, spot: Spot, env: list[Occurrence]) -> list[Occurrence]:
        here = [env[spot.depth]]
        for hop in spot.hops:
            here = [found for occurrence in here for found in self._step(hop, occurrence)]
        return here

    def first(self, spot: Spot, env: list[Occurrence]) -> Occurrence | None:
        """Return the first of them."""
        hop = spot.hops[0]
        if not spot.depth or len(spot.hops) > 1:
            if hop.slot and not env[spot.depth][hop.slot]:
                return None
            return next(iter(self.all(spot, env)), None)
        here = env[spot.depth]
        if not hop.slot:
            return here if self._admitted(hop, here) else None
        for item in here[hop.slot] or ():
            one = item if hop.opens else [item]
            if self._admitted(hop, one):
                return one
        return None

    def said(self, spot: Spot, env: list[Occurrence]) -> Said | None:
        """Return the text at *spot*, its qualifier's where it asks for one; None when it is not filled."""
        hop = spot.hops[0]
        if hop.slot and not env[spot.depth][hop.slot]:
            return None  # Most of what a map may read is not sent.
        if spot.composite:
            return self._chosen(spot, env)
        segment = self._segment(spot, env)
        if segment is None:
            return None
        if not spot.qualifiers:
            return self._element(segment, spot.element, spot.component)
        for qualifier in spot.qualifiers:
            at = next((n for n in spot.pairs if clean(segment.element(n)) == qualifier), 0)
            if at and (said := self._element(segment, at + 1, 0)):
                return said
        return None

    def said_at(self, spot: Spot, occurrence: Occurrence) -> Said | None:
        """Return the text of one of `all`."""
        return self._element(occurrence[0], spot.element, spot.component)

    def _element(self, segment: Segment, number: int, component: int) -> Said | None:
        text = self._text(segment, number, component)
        return Said(text, segment, number, component) if text else None

    def _text(self, segment: Segment, number: int, component: int) -> str:
        if not component:
            return meant(segment.element(number), self.signs, self._charset)
        key = (segment.position, number)
        pieces = self._pieces.get(key)
        if pieces is None:
            pieces = self._pieces[key] = self._components(segment.element(number))
        return pieces[component - 1] if component <= len(pieces) else ""

    def _components(self, raw: str) -> list[str]:
        """Return the components of an element as meant; of one that is repeated, those of the first."""
        signs = self.signs
        if signs.repetition and signs.repetition in raw:
            raw = cut(raw, signs.repetition, signs.release)[0]
        if raw.isalnum() and raw.isascii():
            return [raw]
        pieces = cut(raw, signs.component, signs.release)
        if raw.isascii() and raw.isprintable() and " " not in raw and (signs.release or "\n") not in raw:
            return pieces
        return [meant(piece, signs, self._charset) for piece in pieces]

    def _chosen(self, spot: Spot, env: list[Occurrence]) -> Said | None:
        """Return the value of the first composite, in any of the segments meant, that has the best qualifier."""
        segments = (found[0] for found in self.all(spot, env))
        sent = [(segment, number) for segment in segments for number in spot.pairs if number <= len(segment.elements)]
        for qualifier in spot.qualifiers if sent else ():
            for segment, number in sent:
                if self._text(segment, number, 2) == qualifier and (said := self._element(segment, number, 1)):
                    return said
        return None

    def _step(self, hop: Hop, occurrence: Occurrence) -> list[Occurrence]:
        inner = (occurrence[hop.slot] or ()) if hop.slot else ()
        found = [item if hop.opens else [item] for item in inner] if hop.slot else [occurrence]
        return [one for one in found if self._admitted(hop, one)] if hop.filters else found

    def _admitted(self, hop: Hop, occurrence: Occurrence) -> bool:
        segment = occurrence[0]
        return all(one.admits(self._text(segment, one.element, one.component)) for one in hop.filters)

    def _segment(self, spot: Spot, env: list[Occurrence]) -> Segment | None:
        found = self.first(spot, env)
        return found[0] if found is not None else None

    # --- findings --------------------------------------------------------------------------------------------------

    def place(self, said: Said) -> Place:
        """Return where a text stands."""
        place = words.element_place(said.segment, said.element, self.separator, said.component)
        exact = said.component and self.signs.release
        return component_place(place, said.segment.element(said.element), self.signs) if exact else place

    def faults(self, segment: Segment, plan: Plan) -> list[Finding]:
        """Return what is wrong with the elements of one segment, by the standard's facts alone."""
        facts = plan.segments.get(segment.tag)
        if plan.syntax not in NAMED:
            return words.element_faults(segment, facts, self.separator)
        return component_faults(segment, facts, self.signs, self._charset) if facts else []

    def bad_text(self, said: Said, wrong: Bad) -> Finding:
        """A text cannot be read."""
        found = words.bad_element(said, self.separator, wrong.code, wrong.says, wrong.fix)
        return replace(found, where=self.place(said))

    def bad_code(self, said: Said, table: Table | None) -> Finding:
        """A code is not in its table."""
        return replace(words.bad_code(said, self.separator, table), where=self.place(said))

    def absent(self, spot: Spot, env: list[Occurrence]) -> Finding:
        """A text that must be there is not; perhaps its segment is not either."""
        segment = self._segment(spot, env)
        if segment is not None:
            return words.element_missing(segment, spot, self.separator)
        near = env[spot.depth][0] if spot.depth else self._segments[-1]
        return words.segment_missing(spot.tag, near, spot.text)

    def absent_group(self, group: Group, env: list[Occurrence]) -> Finding:
        """The segment a group is about is not there."""
        wanted = group.scope or group.when
        return words.segment_missing(wanted.tag if wanted else group.name, env[-1][0])

    def numbered(self, occurrence: Occurrence, number: int) -> Finding:
        """A row has no number of its own."""
        return words.numbered(occurrence[0], number)

    def unhung(self, occurrence: Occurrence, node: str, parent: str) -> Finding:
        """A node of a tree names no parent."""
        return words.unhung(occurrence[0], node, parent)

    def count_differs(self, said: Said, actual: str, what: str) -> Finding:
        """A control total is not what was counted."""
        return words.count_differs(said, self.separator, actual, what)


def meant(raw: str, signs: Delimiters, charset: str) -> str:
    """Return a text as meant: where the syntax can release, released and unwrapped; in its character set, unpadded."""
    if not signs.release:
        return clean(raw, charset)
    said = bare(raw, signs.release)
    if "\n" in said or "\r" in said:
        said = said.replace("\r", "").replace("\n", "")
    return clean(said, charset)


def clean(raw: str, charset: str = "") -> str:
    """Return a text as meant: trailing blanks pad, and bytes beyond ASCII are UTF-8 where they can be."""
    said = raw.rstrip(" ")
    if said.isascii():
        return said
    try:
        return said.encode("latin-1").decode(charset or "utf-8")
    except UnicodeError:
        return said
