"""Places in segments whose elements and components the standard numbers (EDIFACT): ``LIN/C212/7140``.

Every element is made of components there, a plain one of one: so what counts is always a component, the first if a
path says no more.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tradelane.maps.dictionary import Segment
from tradelane.maps.path import Filter, Path, Step, parse_path
from tradelane.maps.plan import Spot
from tradelane.maps.segment_spots import SegmentSpots
from tradelane.maps.spots import BadPlace, Scope

NAMED = frozenset(("edifact",))
"""The syntaxes of segments whose standard numbers what stands in them."""

NAMED_FORMS = {"number": "decimal", "day": "dated_day", "moment": "dated_moment"}
"""How these write the types of plain fields."""


class NamedSpots:
    """Resolves the paths of a map over such segments by what is said of them in ``[segments]``."""

    advice = "The head of maps/edifact/d96a/orders.toml tells what may stand here."
    hollow = False

    def __init__(self, segments: Mapping[str, Segment]) -> None:
        self.segments, self._counted = segments, SegmentSpots(segments)

    def spots(self, text: str, scope: Scope) -> list[Spot]:
        """Return the one place that *text* says, seen from *scope*."""
        path = parse_path(text)
        if not path.steps and scope.pairs is not None:
            path = replace(scope.pairs, text=f"{scope.pairs.text}{text}", qualifiers=path.qualifiers)
        return [self._resolved(path, scope)]

    def spread(self, text: str, scope: Scope) -> list[Spot]:
        """Return a place for every occurrence of what the path names: all five texts of ``FTX/4440``."""
        (spot,), path = self.spots(text, scope), parse_path(text)
        if not path.names[0] or path.names[1] or path.component:
            return [spot]
        found = _occurrences(self.segments.get(spot.tag), path.names[0])
        return [replace(spot, element=element, component=component) for element, component in found]

    def entered(self, spot: Spot, scope: Scope) -> Scope:
        """Return the scope of the loop, or the one segment, at *spot*."""
        return self._counted.entered(spot, scope)

    def paired(self, scope: Scope, text: str) -> Scope:
        """Return *scope* with qualified composites at *text*."""
        return replace(scope, pairs=parse_path(text))

    def _resolved(self, path: Path, scope: Scope) -> Spot:
        steps = tuple(self._step(step, path) for step in path.steps)
        spot = self._counted.resolved(Path(path.text, steps, whole=path.whole), scope)
        if path.qualifiers:
            pairs = self._composites(path, spot.tag)
            return replace(spot, element=pairs[0], pairs=pairs, qualifiers=path.qualifiers, composite=True)
        if not path.element and not path.names[0]:
            return spot
        element, component = self._place(path, spot.tag)
        return replace(spot, element=element, component=component)

    def _step(self, step: Step, path: Path) -> Step:
        return Step(step.tag, tuple(self._filter(one, step.tag, path) for one in step.filters))

    def _filter(self, wanted: Filter, tag: str, path: Path) -> Filter:
        if not wanted.inner:
            self._check(tag, wanted.element, path)
            return replace(wanted, component=1)
        element, component = self._named(tag, wanted.inner[0], path)[0]
        return replace(wanted, element=element, component=component, inner=())

    def _place(self, path: Path, tag: str) -> tuple[int, int]:
        one, other = path.names
        element, component = path.element, path.component or 1
        if one:
            element, component = self._named(tag, one, path)[0]
            component = path.component or component
        self._check(tag, element, path)
        if other:
            made = self.segments[tag].composites[element - 1].components
            component = next((n for n, each in enumerate(made, 1) if each.name == other), 0)
            if not component:
                raise _unknown(path, tag, other)
        return element, component

    def _composites(self, path: Path, tag: str) -> tuple[int, ...]:
        """Return the elements among which a qualifier chooses: a range, or all composites of one number."""
        if path.names[0]:
            return tuple(element for element, _ in self._named(tag, path.names[0], path))
        self._check(tag, max(path.element, path.last), path)
        return tuple(range(path.element, (path.last or path.element) + 1))

    def _named(self, tag: str, name: str, path: Path) -> list[tuple[int, int]]:
        found = _occurrences(self.segments.get(tag), name)
        if not found:
            raise _unknown(path, tag, name)
        return found

    def _check(self, tag: str, element: int, path: Path) -> None:
        length = len(self.segments[tag].composites) if tag in self.segments else 0
        if element > length:
            raise BadPlace("map.no-such-element", f"{path.text!r}: {tag} has {length} elements in [segments].")


def _occurrences(facts: Segment | None, name: str) -> list[tuple[int, int]]:
    """Return every place, as element and component, of what the standard numbers so in a segment: elements first."""
    composites = facts.composites if facts else ()
    elements = [(number, 1) for number, one in enumerate(composites, 1) if one.name == name]
    return elements or [
        (number, place)
        for number, one in enumerate(composites, 1)
        for place, each in enumerate(one.components, 1)
        if each.name == name
    ]


def _unknown(path: Path, tag: str, name: str) -> BadPlace:
    return BadPlace("map.no-such-element", f"{path.text!r}: {tag} has no {name} in [segments].")
