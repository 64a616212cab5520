"""From which day on a reader need look: days never go back within a partition, so a place's day bounds what follows."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import date
from typing import Any

Day = Callable[[str, Sequence[int], Sequence[int]], Coroutine[Any, Any, dict[int, date]]]


class Bounds:
    """Remembers per table and partition the last row read and its day; else every read would visit every month."""

    def __init__(self, ask: Day) -> None:
        self._ask = ask
        self._known: dict[tuple[str, int], tuple[int, date]] = {}

    async def since(self, table: str, places: Mapping[int, int]) -> list[date]:
        """Return for each place (in the mapping's order) a day before which nothing after it stands."""
        days: dict[int, date] = {}
        for part, place in places.items():
            sequence, day = self._known.get((table, part), (-1, date.min))
            if 0 <= sequence <= place:
                days[part] = day
        unknown = [part for part, place in places.items() if part not in days and place > 0]
        if unknown:
            found = await self._ask(table, unknown, [places[part] for part in unknown])
            days.update(found)
            for part, day in found.items():
                self.note(table, part, places[part], day)
        return [days.get(part, date.min) for part in places]

    def note(self, table: str, part: int, sequence: int, day: date) -> None:
        """Remember where the row *sequence* stood; only forward, so a slow reader does not spoil it for a fast one."""
        if self._known.get((table, part), (-1, day))[0] < sequence:
            self._known[table, part] = (sequence, day)
