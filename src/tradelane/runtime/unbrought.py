"""Find what nobody brings when a partition is taken over: it waits to be fetched, or for a partner that is gone.

Nothing else would speak of it: no attempt is made, and what was agreed may have changed while nobody worked.
"""

from collections.abc import Iterable

from tradelane.model.exchange import RecordWaiting
from tradelane.model.identity import derived_id, exchange_stream
from tradelane.runtime.handed import Asked, ask
from tradelane.runtime.house import House
from tradelane.runtime.part import Part
from tradelane.store.port import Pending

NAMED_MAX = 1_000


def unbrought(house: House, part: Part, rows: Iterable[Pending]) -> list[Asked]:
    """Return what tells each partner's exchange which of the deliveries in *rows*, all of *part*, nobody brings."""
    waits: dict[str, list[str]] = {}
    for row in rows:
        profile = house.registry.partners.get(row.owner)
        if row.why == "delivery" and (profile is None or profile.send.channel == "mailbox"):
            waits.setdefault(row.owner, []).append(row.id)
    return [asked for owner, ids in waits.items() for asked in _told(house, part, owner, ids)]


def _told(house: House, part: Part, owner: str, ids: list[str]) -> Iterable[Asked]:
    profile = house.registry.partners.get(owner)
    for start in range(0, len(ids) if profile else 1, NAMED_MAX):
        command = RecordWaiting(
            document_ids=tuple(ids[start : start + NAMED_MAX]),
            waiting=len(ids),
            known=profile is not None,
            fetch_within_hours=profile.fetch_within_hours if profile else 0,
        )
        id = derived_id("waiting", owner, part.n, start)
        yield ask(id, exchange_stream(owner), command, owner, house.store.partitions)
