"""Read a large file twice: `survey` it for the verdicts of its envelopes, then take its sets, each in its `Place`."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tradelane.formats.x12.envelope import Decoded, Group, Interchange, ReceivedSet
from tradelane.formats.x12.stream import Event
from tradelane.model.finding import Finding


class Survey:
    """What is known of a file while its events come: all that `decode` says of it, its sets left out.

    ``empty`` are the groups, as (interchange, group), that hold no set.
    """

    def __init__(self) -> None:
        self.findings, self.interchanges, self.sets = list[Finding](), list[Interchange](), 0
        self._groups, self._before = list[Group](), 0
        self.empty = set[tuple[int, int]]()

    def take(self, event: Event) -> None:
        """Take note of what came next."""
        match event:
            case ReceivedSet():
                self.sets += 1
            case Group():
                if self.sets == self._before:
                    self.empty.add((len(self.interchanges), len(self._groups)))
                self._before = self.sets
                self._groups.append(event)
            case Interchange():
                self.interchanges.append(replace(event, groups=tuple(self._groups)))
                self._groups = []
            case _:
                self.findings.append(event)

    def done(self) -> Decoded:
        """Return what the file is, now that all of it came."""
        return Decoded(interchanges=tuple(self.interchanges), findings=tuple(self.findings))


def survey(events: Iterable[Event]) -> Decoded:
    """Return what `decode` says of a file, its sets left out."""
    found = Survey()
    for event in events:
        found.take(event)
    return found.done()


class Places:
    """Which envelopes the next set stands in, in the second reading of a file that was surveyed."""

    def __init__(self, surveyed: Decoded) -> None:
        self._surveyed = surveyed
        self.interchange, self.group = 0, 0

    def take(self, event: Event) -> tuple[Interchange, Group, ReceivedSet] | None:
        """Return a set with its envelopes; None for any other event."""
        match event:
            case ReceivedSet():
                around = self._surveyed.interchanges[self.interchange]
                return around, around.groups[self.group], event
            case Group():
                self.group += 1
            case Interchange():
                self.interchange, self.group = self.interchange + 1, 0
            case _:
                pass
        return None


def placed(events: Iterable[Event], surveyed: Decoded) -> Iterator[tuple[Interchange, Group, ReceivedSet]]:
    """Yield every set of a surveyed file with the envelopes around it."""
    places = Places(surveyed)
    return (found for event in events if (found := places.take(event)) is not None)
