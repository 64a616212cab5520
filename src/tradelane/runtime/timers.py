"""The timers of led partitions: rows in the store, the next ten minutes in memory. A timer is never early."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from tradelane.model.identity import partition
from tradelane.runtime.house import House
from tradelane.store.port import Timer

HORIZON = timedelta(minutes=10)
READ_MAX = 10_000
FAR = timedelta(hours=1)
GRAIN = timedelta(minutes=1)


def on_grain(due: datetime, now: datetime) -> datetime:
    """Return when a timer that was asked for *due* is set: one that is far away, on the next full minute.

    An object that changes many times a second would move its timer each time, and the row would be as hot as the
    object (engine rule 6). This way it moves once a minute. Never early, late by less than a minute.
    """
    if due - now < FAR:
        return due
    over = timedelta(seconds=due.second, microseconds=due.microsecond)
    return due + (GRAIN - over if over else over)


class Timers:
    """What is due when. ``stale`` asks for a new reading, after a takeover or a step that was not taken."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.stale = True
        self._until: datetime | None = None
        self._due: dict[tuple[str, str], Timer] = {}
        self._heap: list[tuple[datetime, str, str]] = []

    async def read(self, parts: Collection[int]) -> None:
        """Read forward when half of what memory holds has gone by."""
        now = self.house.now()
        if not parts or not (self.stale or self._until is None or now + HORIZON / 2 > self._until):
            return
        until = now + HORIZON
        found = await self.house.store.timers(tuple(parts), until, READ_MAX)
        self._due = {(timer.stream, timer.name): timer for timer in found}
        self._heap = [(timer.due, timer.stream, timer.name) for timer in found]
        heapify(self._heap)
        self._until = found[-1].due if len(found) >= READ_MAX else until
        self.stale = False

    def due(self, now: datetime, most: int) -> list[Timer]:
        """Take out the timers that have come due, earliest first."""
        fired: list[Timer] = []
        while self._heap and self._heap[0][0] <= now and len(fired) < most:
            due, stream, name = heappop(self._heap)
            timer = self._due.get((stream, name))
            if timer is not None and timer.due == due:
                del self._due[stream, name]
                fired.append(timer)
        return fired

    def apply(self, put: Iterable[Timer], gone: Mapping[tuple[str, str], int]) -> None:
        """Follow a committed step."""
        for key in gone:
            self._due.pop(key, None)
        for timer in put:
            if self._until is not None and timer.due < self._until:
                self._due[timer.stream, timer.name] = timer
                heappush(self._heap, (timer.due, timer.stream, timer.name))
            else:
                self._due.pop((timer.stream, timer.name), None)

    def forget(self, parts: Collection[int]) -> None:
        """Forget the timers of partitions we no longer lead."""
        count = self.house.store.partitions
        self._due = {key: timer for key, timer in self._due.items() if partition(key[0], count) not in parts}

    def next_due(self) -> datetime | None:
        """Return the earliest time memory knows of; later ones may lie in the store."""
        while self._heap and self._due.get(self._heap[0][1:], None) is None:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None
