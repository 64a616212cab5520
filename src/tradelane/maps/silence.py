"""What the rules of a record give where nothing is sent: looked up in the plan once, so that reading what is not there
costs next to nothing, however much a map could read.

Only of segments, and only where nothing is remarked upon what is absent: all else is for the rules themselves.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET, Struct

from tradelane.maps.plan import Constant, Group, Record, Rows, Rule, Spot, Texts, Value

_ENDLESS = 1 << 30


class _Quiet(Struct, frozen=True):
    """A rule gives *value* if these slots of the loop at hand are empty and its segment ends before element *least*."""

    value: Any
    slots: tuple[int, ...] = ()
    least: int = _ENDLESS

    def holds(self, here: list[Any], elements: int) -> bool:
        """Say whether nothing is sent that the rule could read."""
        if elements >= self.least:
            return False
        for slot in self.slots:  # noqa: SIM110  (this runs for every rule of every row)
            if here[slot]:
                return False
        return True


class _Known(Struct, frozen=True):
    """The rules of a record, each with what it gives in silence; ``loud`` are those that must be asked all the same."""

    rules: tuple[tuple[Rule, _Quiet | None], ...]
    loud: tuple[Rule, ...]
    whole: _Quiet


class Silences:
    """What was found out about the records of one plan."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def fill(self, record: Record, env: Sequence[list[Any]], given: dict[str, Any]) -> Sequence[Rule]:
        """Put into *given* what rules give in silence; return those that have to be asked, in their order."""
        known = self._known.get(id(record))
        if known is None:
            known = self._known[id(record)] = _find_out(record, len(env) - 1)
        here = env[-1]
        elements = len(here[0].elements)
        if known.whole.holds(here, elements):
            given.update(known.whole.value)
            return known.loud
        asked: list[Rule] = []
        for rule, quiet in known.rules:
            if quiet is not None and quiet.holds(here, elements):
                given[rule.name] = quiet.value
            else:
                asked.append(rule)
        return asked


def _find_out(record: Record, depth: int) -> _Known:
    rules = tuple((rule, _of(rule, depth)) for rule in record.rules)
    quiet = {rule.name: one for rule, one in rules if one is not None}
    whole = _joined({name: one.value for name, one in quiet.items()}, quiet.values())
    return _Known(rules, tuple(rule for rule, one in rules if one is None), whole)


def _of(rule: Rule, depth: int) -> _Quiet | None:
    """Return what a rule that is read at *depth* gives in silence; None where that is not certain."""
    match rule:
        case Constant():
            return _Quiet(rule.value)
        case Value():
            if rule.ordinal or rule.required or rule.empty is UNSET:
                return None
            return _over(rule.empty, (source[0] for source in rule.sources), depth)
        case Texts():
            return _over((), rule.spots if rule.each is None else (rule.each,), depth)
        case Group():
            return _group(rule, depth)
        case Rows():
            return _over((), (one.each if one.within is None else one.within for one in rule.variants), depth)


def _group(rule: Group, depth: int) -> _Quiet | None:
    if rule.empty is UNSET:
        return None
    if rule.when is not None:
        return _over(rule.empty, (rule.when,), depth)
    if rule.scope is not None:
        return _over(rule.empty, (rule.scope, *rule.others), depth)
    if rule.needs is not None:
        return _over(rule.empty, (source[0] for source in rule.needs.sources), depth)
    inner = _find_out(rule.record, depth)
    if not rule.hollow or inner.loud or rule.record.shape(**inner.whole.value) != rule.record.shape():
        return None
    return _Quiet(rule.empty, inner.whole.slots, inner.whole.least)


def _over(value: Any, spots: Iterable[Spot], depth: int) -> _Quiet | None:
    found = [_at(spot, depth) for spot in spots]
    known = [one for one in found if one is not None]
    return _joined(value, known) if len(known) == len(found) else None


def _at(spot: Spot, depth: int) -> _Quiet | None:
    """Return what must be empty for nothing to be at a spot: the slot it goes through, or an element of the segment."""
    if spot.depth != depth:
        return None
    slot = next((hop.slot for hop in spot.hops if hop.slot), 0)
    if slot:
        return _Quiet(None, (slot,))
    elements = spot.pairs or (spot.element,)
    return _Quiet(None, (), min(elements)) if min(elements) else None


def _joined(value: Any, parts: Iterable[_Quiet]) -> _Quiet:
    all_parts = list(parts)
    slots = dict.fromkeys(slot for one in all_parts for slot in one.slots)
    return _Quiet(value, tuple(slots), min((one.least for one in all_parts), default=_ENDLESS))
