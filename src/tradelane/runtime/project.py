"""Keep what people look at in step with what happened: read the journal on from each view's place, fold, write.

Outside every step.
"""

from collections.abc import Mapping, Sequence

import msgspec

from tradelane.model import registry
from tradelane.model.event import Recorded
from tradelane.model.identity import stream_kind
from tradelane.runtime.house import House
from tradelane.store.port import JournalRow, ViewRow
from tradelane.views.fold import fold, wanted
from tradelane.views.port import View

ROWS_PER_TURN = 200


class Projector:
    """Follows the journal for a set of views.

    One at a time per installation; a second one only repeats what is harmless.
    """

    def __init__(self, house: House, views: Sequence[View]) -> None:
        self.house, self.views = house, views
        self._places: dict[str, dict[int, int]] = {}
        self.caught_up = False

    async def turn(self) -> bool:
        """Bring every view a stretch further; say whether there was anything new."""
        moved = False
        self.caught_up = False
        for places, views in await self._together():
            rows = await self.house.store.journal(places, ROWS_PER_TURN)
            if rows:
                events = [recorded(row) for row in rows]
                reached = dict(places) | {row.part: row.sequence for row in rows}
                for view in views:
                    await self._write(view, events, reached)
                moved = True
        self.caught_up = not moved
        return moved

    async def _together(self) -> list[tuple[dict[int, int], list[View]]]:
        """Return the views grouped by place, so that those in step read the journal once."""
        groups: list[tuple[dict[int, int], list[View]]] = []
        for view in self.views:
            if view.NAME not in self._places:
                kept = await self.house.store.view_places(view.NAME, view.VERSION)
                self._places[view.NAME] = {part: kept.get(part, 0) for part in range(self.house.store.partitions)}
            places = self._places[view.NAME]
            same = next((views for known, views in groups if known == places), None)
            if same is None:
                groups.append((places, [view]))
            else:
                same.append(view)
        return groups

    async def _write(self, view: View, events: Sequence[Recorded], places: Mapping[int, int]) -> None:
        mine = [event for event in events if stream_kind(event.stream) in view.LISTENS]
        keys = sorted(wanted(view, mine))
        found = await self.house.store.view_keys(view.NAME, keys) if keys else {}
        kept = {key: msgspec.json.decode(row.body, type=view.Row) for key, row in found.items()}
        rows = [view_row(view, key, row) for key, row in fold(view, kept, mine).items()]
        await self.house.store.write_view(view.NAME, view.VERSION, rows, places)
        self._places[view.NAME] = dict(places)


def recorded(row: JournalRow) -> Recorded:
    """Return a journal row as the event it is."""
    return Recorded(
        partition=row.part,
        sequence=row.sequence,
        stream=row.stream,
        version=row.version,
        recorded_at=row.at,
        cause=row.cause,
        config=row.config,
        event=registry.read_event(row.body, row.form),
    )


def view_row(view: View, key: str, row: object) -> ViewRow:
    """Return a view's row with the columns lists filter and sort by."""
    columns = view.columns(row)
    return ViewRow(
        view=view.NAME,
        key=key,
        state=columns.state,
        partner=columns.partner,
        rank=columns.rank,
        at=columns.at,
        kind=columns.kind,
        mark=columns.mark,
        body=msgspec.json.encode(row),
    )
