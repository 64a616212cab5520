"""Put a restored store in order before anybody works in it: nothing that may have left the house is used again.

What it knows of the time after the backup is nothing. So control numbers are left out, and what was on its way may
have arrived: it is sent again under its id, with its bytes and numbers. All of it is written by the one way there is,
a step of the partition's leader.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model import registry
from tradelane.model.exchange import ControlNumbersSkipped, SkipControlNumbers
from tradelane.model.identity import derived_id, exchange_stream, partition
from tradelane.runtime.batch import Batch, nested
from tradelane.runtime.crash import crashpoint
from tradelane.runtime.deliver import Deliverer
from tradelane.runtime.handed import ask
from tradelane.runtime.house import House
from tradelane.runtime.lane import Lane
from tradelane.runtime.walk import walk
from tradelane.store.port import Attempt, Pending

SKIP_LEAST = 100_000
SKIP_PER_SECOND = 10
SKIP_MOST = 400_000_000
UNKNOWN = "The store was restored from a backup: it may have been delivered after it. It is sent again as it was."


class Skipped(Struct, frozen=True, kw_only=True):
    """The control numbers left out for one partner; what is sent next follows ``to``."""

    partner: str
    interchange_from: int
    interchange_to: int
    group_from: int
    group_to: int


class Restored(Struct, frozen=True, kw_only=True):
    """What was done to a restored store. ``unknown``: deliveries sent again; ``offered``: those to be fetched."""

    reason: str
    by: str
    worked_until: datetime | None
    partitions: int
    amount: int
    skipped: tuple[Skipped, ...]
    unknown: int
    offered: int


def amount_to_skip(worked_until: datetime | None, now: datetime) -> int:
    """Return how many control numbers to leave out: ten for every second that may be missing, and never few.

    It grows with time, so that a backup brought back twice does not give the numbers of its first time again.
    """
    missing = (now - worked_until).total_seconds() if worked_until else 0.0
    return max(SKIP_LEAST, min(SKIP_MOST, int(missing * SKIP_PER_SECOND)))


async def put_in_order(house: House, restore: str, amount: int, by: str, reason: str) -> tuple[list[Skipped], int, int]:
    """Leave control numbers out and doubt deliveries, a partition at a time; once more after a crash adds nothing.

    Returns what was left out for whom, how many deliveries are sent again, and how many wait to be fetched.
    """
    crashpoint("restored_epochs")
    count = house.store.partitions
    streams: dict[int, list[str]] = {}
    for name in sorted(house.registry.partners):
        streams.setdefault(partition(exchange_stream(name), count), []).append(name)
    lane = Lane(house, Deliverer(house, lambda _: None))
    unknown = offered = 0
    for number in range(count):
        await lane.lead(number)
        batch = Batch(house, lane.parts, lane.books, house.now())
        for name in streams.get(number, ()):
            command = SkipControlNumbers(restore=restore, amount=amount, by=by, reason=reason)
            stream = exchange_stream(name)
            batch.queue.append(nested(ask(derived_id("restore", restore, stream), stream, command, name, count)))
        rows = [row for row in lane.parts[number].pending.values() if row.why == "delivery"]
        offered += sum(not _goes_out(house, row) for row in rows)
        unknown += _doubt(batch, [row for row in rows if _goes_out(house, row)], restore)
        await walk(batch, {})
        if batch.journal or batch.attempts:
            await house.store.step(batch.step())
            crashpoint("restored_exchange")
        lane.drop([number])
    crashpoint("restored_before_done")
    return await _skipped(house, restore), unknown, offered


def _goes_out(house: House, row: Pending) -> bool:
    profile = house.registry.partners.get(row.owner)
    return profile is not None and profile.send.channel != "mailbox"


def _doubt(batch: Batch, rows: Sequence[Pending], restore: str) -> int:
    """Note of every delivery under way that nobody knows whether it arrived (P5); it is due now."""
    says = f"{UNKNOWN} (restore {restore[:8]})"
    for row in rows:
        if row.says == says:
            continue
        attempt = row.attempts + 1
        batch.attempts.append(
            Attempt(
                part=row.part, sequence=row.out_sequence, attempt=attempt, result="unknown", at=batch.now, says=says
            )
        )
        batch.keep_pending(replace(row, attempts=attempt, due=batch.now, says=says))
    return len(rows)


async def _skipped(house: House, restore: str) -> list[Skipped]:
    """Return what the events of this restore say, whichever run of the command wrote them."""
    found = []
    for name in sorted(house.registry.partners):
        rows = await house.store.history(exchange_stream(name))
        events = (registry.read_event(row.body, row.form) for row in reversed(rows))
        for event in events:
            if isinstance(event, ControlNumbersSkipped) and event.restore == restore:
                found.append(
                    Skipped(
                        partner=name,
                        interchange_from=event.interchange_from,
                        interchange_to=event.interchange_to,
                        group_from=event.group_from,
                        group_to=event.group_to,
                    )
                )
                break
    return found
