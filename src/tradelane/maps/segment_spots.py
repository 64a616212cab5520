"""Places in segments: a path finds its first segment in the loop it is said in, or else in those around it."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tradelane.maps.dictionary import Segment
from tradelane.maps.path import Path, Step, parse_path
from tradelane.maps.plan import Hop, Spot
from tradelane.maps.spots import BadPlace, Scope


class SegmentSpots:
    """Resolves the paths of a map over segments, and claims a slot for every one that a rule reads."""

    advice = "The head of maps/x12/004010/855.toml tells what may stand here."
    hollow = False

    def __init__(self, segments: Mapping[str, Segment]) -> None:
        self.segments = segments

    def spots(self, text: str, scope: Scope) -> list[Spot]:
        """Return the one place that *text* says, seen from *scope*."""
        path = parse_path(text)
        if not path.steps and scope.pairs is not None:
            path = replace(scope.pairs, text=f"{scope.pairs.text}{text}", qualifiers=path.qualifiers)
        return [self.resolved(path, scope)]

    def spread(self, text: str, scope: Scope) -> list[Spot]:
        """Return a place for each element of a range."""
        (spot,), path = self.spots(text, scope), parse_path(text)
        if path.last <= path.element:
            return [spot]
        return [replace(spot, element=n) for n in range(path.element, path.last + 1)]

    def paired(self, scope: Scope, text: str) -> Scope:
        """Return *scope* with qualifier-value pairs at *text*."""
        return replace(scope, pairs=parse_path(text))

    def entered(self, spot: Spot, scope: Scope) -> Scope:
        """Return the scope of the loop, or the one segment, at *spot*."""
        loop = next(s.loop for s in _outward(scope) if s.depth == spot.depth)
        for hop in spot.hops:
            if hop.slot and loop is not None:
                loop = loop.loops.get(hop.tag)
            elif not hop.slot:
                loop = None
        return Scope(loop, spot.tag, scope.depth + 1, scope)

    def resolved(self, path: Path, scope: Scope) -> Spot:
        """Return the place of a path that counts elements and components."""
        if any(path.names) or any(one.inner for step in path.steps for one in step.filters):
            raise BadPlace("map.no-such-element", f"{path.text!r}: this syntax has no numbers for its elements.")
        first = path.steps[0].tag if path.steps else ""
        at: Scope | None = scope if not path.whole else next(s for s in _outward(scope) if s.outer is None)
        while at is not None and first != at.tag and not (at.loop and first in at.loop.areas):
            at = at.outer
        if at is None:
            raise BadPlace("map.no-such-segment", f"{path.text!r}: the structure has no {first} here.")
        hops = self._hops(path.steps, at)
        wanted = [(hops[-1].tag, max(path.element, path.last))]
        wanted += [(hop.tag, one.element) for hop in hops for one in hop.filters]
        for tag, element in wanted:
            length = len(self.segments[tag].lengths) if tag in self.segments else 0
            if element > length:
                says = f"{path.text!r}: {tag} has {length} elements in [segments]."
                raise BadPlace("map.no-such-element", says)
        pairs = tuple(range(path.element, (path.last or path.element) + 1, 2)) if path.qualifiers else ()
        return Spot(path.text, at.depth, hops, path.element, path.component, pairs, path.qualifiers)

    def _hops(self, steps: tuple[Step, ...], at: Scope) -> tuple[Hop, ...]:
        loop, hops = at.loop, list[Hop]()
        if steps[0].tag == at.tag:
            hops, steps = [Hop(at.tag, 0, False, steps[0].filters)], steps[1:]
        for step in steps:
            if loop is None or step.tag not in loop.areas:
                raise BadPlace("map.no-such-segment", f"the structure has no {step.tag} there.")
            inner = loop.loops.get(step.tag)
            slot = loop.claim(step.tag)
            hops.append(Hop(step.tag, slot, inner is not None, step.filters))
            loop = inner
        return tuple(hops)


def _outward(scope: Scope | None) -> Iterable[Scope]:
    while scope is not None:
        yield scope
        scope = scope.outer
