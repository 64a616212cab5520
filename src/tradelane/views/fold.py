"""How rows follow the journal: which rows a batch of events touches, and what they are after it."""

from collections.abc import Iterable, Mapping
from typing import Any

from tradelane.model.event import Recorded
from tradelane.model.identity import stream_kind
from tradelane.views.port import View


def wanted(view: View, events: Iterable[Recorded]) -> set[str]:
    """Return the keys of the rows that must be at hand before *events* are folded."""
    return {key for recorded in _heard(view, events) for key in view.keys(recorded)}


def fold(view: View, kept: Mapping[str, Any], events: Iterable[Recorded]) -> dict[str, Any]:
    """Return the rows that *events* change, starting from *kept*."""
    changed: dict[str, Any] = {}
    for recorded in _heard(view, events):
        for key in view.keys(recorded):
            before = changed.get(key, kept.get(key))
            after = view.apply(before, key, recorded)
            if after is not None and after != before:
                changed[key] = after
    return changed


def _heard(view: View, events: Iterable[Recorded]) -> Iterable[Recorded]:
    return (recorded for recorded in events if stream_kind(recorded.stream) in view.LISTENS)
