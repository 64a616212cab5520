"""The view tables of the memory store: versions side by side, one of them served."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from tradelane.store.port import ViewRow


class MemoryViews:
    """Rows and places of views, by view and version."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], dict[str, ViewRow]] = {}
        self._places: dict[tuple[str, int], dict[int, int]] = {}
        self._served: dict[str, int] = {}

    async def view_places(self, view: str, version: int) -> dict[int, int]:
        """Return how far a view has followed each partition."""
        return dict(self._places.get((view, version), {}))

    async def write_view(self, view: str, version: int, rows: Sequence[ViewRow], places: Mapping[int, int]) -> None:
        """Write rows (later replaces earlier by key) and places; a newer version is served once it has come as far."""
        self._rows.setdefault((view, version), {}).update({row.key: row for row in rows})
        self._places.setdefault((view, version), {}).update(places)
        served = self._served.setdefault(view, version)
        if version > served and self._as_far(view, version, served):
            self._served[view] = version

    async def view_rows(
        self,
        view: str,
        *,
        state: str = "",
        partner: str = "",
        after: str = "",
        limit: int = 100,
        kind: str = "",
        mark: str = "",
        newest_first: bool = False,
    ) -> list[ViewRow]:
        """Return rows by (rank descending, key), or newest first; *after* is the last row's key on the page before."""

        def order(row: ViewRow) -> tuple[float, str]:
            return (-row.at.timestamp() if newest_first else -row.rank, row.key)

        shown = self._shown(view)
        chosen = (row for row in shown.values() if kind in ("", row.kind) and mark in ("", row.mark))
        found = sorted((row for row in chosen if _matches(row, state, partner)), key=order)
        if after in shown:
            edge = order(shown[after])
            found = [row for row in found if order(row) > edge]
        return found[:limit]

    async def view_starting(self, view: str, start: str, *, limit: int = 100) -> list[ViewRow]:
        """Return rows whose key starts so, by key."""
        shown = self._shown(view)
        return [shown[key] for key in sorted(shown) if key.startswith(start)][:limit]

    async def view_days(self, view: str, *, partner: str, since: datetime) -> list[tuple[date, str, int]]:
        """Return how many rows of a kind the days since have, by mark; days as UTC has them."""
        rows = (row for row in self._shown(view).values() if row.kind and row.partner == partner and row.at >= since)
        counts = Counter((row.at.astimezone(UTC).date(), row.mark) for row in rows)
        return [(day, mark, count) for (day, mark), count in sorted(counts.items())]

    async def view_between(
        self, view: str, since: datetime, until: datetime, *, partner: str = "", after: str = "", limit: int = 100
    ) -> list[ViewRow]:
        """Return the rows of a stretch of time, oldest first; *after* is the last row's key on the page before."""
        shown = self._shown(view)
        found = sorted(
            (row.at, row.key) for row in shown.values() if since <= row.at < until and _matches(row, "", partner)
        )
        if after in shown:
            found = [each for each in found if each > (shown[after].at, after)]
        return [shown[key] for _, key in found[:limit]]

    async def view_row(self, view: str, key: str) -> ViewRow | None:
        """Return one row."""
        return self._shown(view).get(key)

    async def view_counts(self, view: str, *, partner: str = "") -> dict[str, int]:
        """Return how many rows are in each state."""
        counts: dict[str, int] = {}
        for row in self._shown(view).values():
            if _matches(row, "", partner):
                counts[row.state] = counts.get(row.state, 0) + 1
        return counts

    async def view_keys(self, view: str, keys: Iterable[str]) -> dict[str, ViewRow]:
        """Return rows by key."""
        shown = self._shown(view)
        return {key: shown[key] for key in keys if key in shown}

    def _shown(self, view: str) -> dict[str, ViewRow]:
        return self._rows.get((view, self._served.get(view, 0)), {})

    def _as_far(self, view: str, version: int, served: int) -> bool:
        ours = self._places[view, version]
        return all(ours.get(part, 0) >= place for part, place in self._places[view, served].items())


def _matches(row: ViewRow, state: str, partner: str) -> bool:
    return (not state or row.state == state) and (not partner or row.partner == partner)
