"""Lowering to segments: what the rules of a map write, in the order of a set."""

from tradelane.maps.dictionary import Segment
from tradelane.maps.lowering import Lowering
from tradelane.maps.path import Filter
from tradelane.maps.plan import Hop, Plan, Spot
from tradelane.maps.structure import Loop
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.model.message import BuiltMessage


class Built:
    """A segment being written: its elements, and the segments and loops inside the loop it opens, by tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.elements: list[str] = []
        self.inside: dict[str, list[Built]] = {}

    def element(self, number: int, component: int = 0) -> str:
        """Return element *number*, or a component of it, as written so far."""
        text = self.elements[number - 1] if number <= len(self.elements) else ""
        if not component:
            return text
        pieces = text.split(COMPONENT)
        return pieces[component - 1] if component <= len(pieces) else ""

    def put(self, number: int, text: str, component: int = 0) -> None:
        """Write element *number*, or a component of it."""
        self.elements += [""] * (number - len(self.elements))
        if component:
            pieces = self.elements[number - 1].split(COMPONENT)
            pieces += [""] * (component - len(pieces))
            pieces[component - 1] = text
            text = COMPONENT.join(pieces)
        self.elements[number - 1] = text

    def suits(self, filters: tuple[Filter, ...]) -> bool:
        """Say whether what is written, or may still be, agrees with *filters*."""
        return all(not (said := self.element(f.element, f.component)) or f.admits(said) for f in filters)

    def mark(self, filters: tuple[Filter, ...]) -> None:
        """Write the first value each filter asks for, where nothing stands yet."""
        for wanted in filters:
            if wanted.sign == "=" and not self.element(wanted.element, wanted.component):
                self.put(wanted.element, wanted.values[0], wanted.component)


def write(document: Document, plan: Plan) -> BuiltMessage:
    """Return the segments, between ST and SE, that say *document*; what has no place is named among the findings."""
    target, root = _Segments(plan), Built(plan.places.root.tag)
    lowering = Lowering(target)
    lowering.write(document, plan, root)
    target.check(plan.places.root, root)
    segments = tuple(_flat(plan.places.root, root))
    return BuiltMessage(plan.kind, plan.standard, segments, findings=(*lowering.findings, *target.findings))


class _Segments:
    """The segments of one message being written."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.findings: list[Finding] = []

    def place(self, spot: Spot, text: str, env: list[Built]) -> None:
        """Write *text* at *spot*, making the segments that lead there."""
        if not text:
            return
        segment = self.found(spot, env)
        if spot.composite:
            number = next(n for n in spot.pairs if segment.element(n, 2) in ("", spot.qualifiers[0]))
            segment.put(number, text + COMPONENT + spot.qualifiers[0])
        elif spot.qualifiers:
            number = next(n for n in spot.pairs if segment.element(n) in ("", spot.qualifiers[0]))
            segment.put(number, spot.qualifiers[0])
            segment.put(number + 1, text)
        else:
            segment.put(spot.element, text, spot.component)

    def fill(self, spot: Spot, text: str, env: list[Built]) -> None:
        """Write *text* at *spot* if nothing stands there."""
        if not self.found(spot, env).element(spot.element, spot.component):
            self.place(spot, text, env)

    def free(self, spot: Spot, text: str, env: list[Built]) -> bool:
        """Say whether *text* may be written at *spot*: nothing else stands there or forbids it."""
        segment = self._reach(spot, env)
        if segment is None:
            return False
        if spot.composite:
            pair = text + COMPONENT + spot.qualifiers[0]
            return any(segment.element(n) in ("", pair) for n in spot.pairs)
        if spot.qualifiers:
            return any(
                segment.element(n) in ("", spot.qualifiers[0]) and segment.element(n + 1) in ("", text)
                for n in spot.pairs
            )
        return segment.element(spot.element, spot.component) in ("", text)

    def room(self, spot: Spot) -> int:
        """Return how many characters the standard allows there."""
        facts = self.plan.segments.get(spot.tag)
        element = spot.pairs[0] + (not spot.composite) if spot.qualifiers else spot.element
        if facts is None or not element:
            return 0
        if facts.composites:
            return facts.composites[element - 1].components[max(spot.component, 1) - 1].length
        return facts.lengths[element - 1]

    def idle(self, spot: Spot, env: list[Built]) -> bool:
        """Say whether nothing need stand at *spot*: it is no element that must be filled."""
        facts = self.plan.segments.get(spot.tag)
        if facts is None or not spot.element or spot.component > 1 or not facts.required[spot.element - 1]:
            return True
        return spot.tag not in self.plan.places.root.required and not self.stands(spot, env)

    def found(self, spot: Spot, env: list[Built]) -> Built:
        """Return the segment *spot* means, made if need be, with what its filters ask for written in it."""
        here = env[spot.depth]
        for hop in spot.hops:
            if hop.slot:
                there = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None)
                if there is None:
                    there = Built(hop.tag)
                    here.inside.setdefault(hop.tag, []).append(there)
                here = there
            here.mark(hop.filters)
        return here

    def reachable(self, spot: Spot, env: list[Built]) -> bool:
        """Say whether what *spot* means is there or could be made."""
        return self._reach(spot, env) is not None

    def stands(self, spot: Spot, env: list[Built]) -> bool:
        """Say whether what *spot* means is there."""
        here = [env[spot.depth]]
        for hop in spot.hops:
            if hop.slot:
                here = [one for above in here for one in above.inside.get(hop.tag, ()) if _is(one, hop)]
            else:
                here = [one for one in here if _is(one, hop)]
        return bool(here)

    def new(self, each: Spot, env: list[Built]) -> Built | None:
        """Return a fresh segment for one more row; None when the loop it belongs in is not there."""
        here: Built | None = env[each.depth]
        for hop in each.hops[:-1]:
            if hop.slot:
                here = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None)
            if here is None or not here.suits(hop.filters):
                return None
        if each.hops[-1].slot == 0:
            return here
        made = Built(each.tag)
        here.inside.setdefault(each.tag, []).append(made)
        return made

    def holder(self, within: Spot, spot: Spot, text: str, env: list[Built]) -> Built | None:
        """Return the one among *within* that says *text* at *spot*; None when there is none."""
        made = env[within.depth].inside.get(within.tag, ())
        return next((one for one in made if one.element(spot.element, spot.component) == text), None)

    def settle(self, made: Built, each: Spot, env: list[Built]) -> bool:
        """Finish a row with what its place asks for; one that would not be read as a row is taken back."""
        filters = each.hops[-1].filters
        made.mark(filters)
        if all(one.admits(made.element(one.element, one.component)) for one in filters):
            return True
        self._drop(made, each, env)
        return False

    def check(self, loop: Loop, built: Built) -> None:
        """Say what the standard demands and the document does not give, and what is longer than the standard allows."""
        facts = self.plan.segments.get(built.tag)
        if facts is not None and facts.composites and built.tag != self.plan.places.root.tag:
            self._check_components(facts, built)
        elif facts is not None and built.tag != self.plan.places.root.tag:
            for number, must in enumerate(facts.required, 1):
                text = built.element(number)
                if must and not text:
                    self._wrong(
                        "lower.missing", built.tag, number, "the document does not say it.", "Fill it in the document."
                    )
                elif 0 < facts.lengths[number - 1] < len(text):
                    fix = f"Shorten it to {facts.lengths[number - 1]} characters."
                    self._wrong("lower.too-long", built.tag, number, f"{text[:40]!r} is too long.", fix)
        for tag in loop.required:
            if tag not in built.inside:
                self._wrong("lower.missing", tag, 0, "the document gives nothing for it.", "Fill the document.")
        for tag, made in built.inside.items():
            for one in made:
                self.check(loop.loops.get(tag) or Loop(tag), one)

    def _check_components(self, facts: Segment, built: Built) -> None:
        for number, (must, composite) in enumerate(zip(facts.required, facts.composites, strict=True), 1):
            if must and not built.element(number):
                says = "the document does not say it."
                self._wrong("lower.missing", built.tag, number, says, "Fill it in the document.")
            for place, one in enumerate(composite.components, 1):
                text = built.element(number, place)
                if 0 < one.length < len(text):
                    fix = f"Shorten it to {one.length} characters."
                    self._wrong("lower.too-long", built.tag, number, f"{text[:40]!r} is too long.", fix)

    def _wrong(self, code: str, tag: str, element: int, says: str, fix: str) -> None:
        self.findings.append(Finding(code=code, says=says, fix=fix, where=Place(segment=tag, element=element)))

    def _reach(self, spot: Spot, env: list[Built]) -> Built | None:
        """Return the segment *spot* means, or a blank one if it could be made; None if what stands there forbids it."""
        here = env[spot.depth]
        for hop in spot.hops:
            if hop.slot == 0:
                if not here.suits(hop.filters):
                    return None
                continue
            here = next((one for one in here.inside.get(hop.tag, ()) if _is(one, hop)), None) or Built(hop.tag)
        return here

    def _drop(self, made: Built, each: Spot, env: list[Built]) -> None:
        """Take back a row that would not be read as one."""
        holders = [env[each.depth], *(one for many in env[each.depth].inside.values() for one in many)]
        for holder in holders:
            holder.inside[made.tag] = [one for one in holder.inside.get(made.tag, ()) if one is not made]
            if not holder.inside[made.tag]:
                del holder.inside[made.tag]


COMPONENT = "\x1f"
"""Joins components until the envelope says what does (see formats)."""


def _is(built: Built, hop: Hop) -> bool:
    return built.suits(hop.filters) and all(built.element(f.element, f.component) for f in hop.filters)


def _flat(loop: Loop, built: Built) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for tag in loop.order:
        for one in built.inside.get(tag, ()):
            found.append((tag, *one.elements))
            if tag in loop.loops:
                found += _flat(loop.loops[tag], one)
    return found
