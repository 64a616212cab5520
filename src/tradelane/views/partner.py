"""How it goes with each partner: what came and went, when we last heard of it, what waits for an acknowledgement,
what failed.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model import exchange
from tradelane.model.event import Event, Recorded
from tradelane.model.outcome import Outcome
from tradelane.views.document import partner_of
from tradelane.views.port import Columns

NAME = "partner"
VERSION = 1
LISTENS = ("exchange",)

OVERDUE_MAX = 200
"""How many overdue documents a row names; older ones stay overdue in the documents list."""


class PartnerRow(Struct, frozen=True, kw_only=True):
    """One partner's counters. ``received`` counts documents by type, ``sent`` likewise; ``overdue`` names documents
    without a 997.
    """

    name: str
    version: int
    at: datetime
    transmissions: int = 0
    received: dict[str, int] = {}
    sent: dict[str, int] = {}
    repeated: int = 0
    sent_back: int = 0
    needs_fixing: int = 0
    undelivered: int = 0
    delivered: int = 0
    given_up: int = 0
    awaiting_acknowledgement: int = 0
    acknowledged: int = 0
    refused_by_partner: int = 0
    overdue: tuple[str, ...] = ()
    unknown_acknowledgements: int = 0
    last_heard_at: datetime | None = None
    last_sent_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_failure: str = ""


Row = PartnerRow


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the partner's name."""
    return (partner_of(recorded.stream),)


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the partner's counters after the event."""
    if row is not None and recorded.version <= row.version:
        return None
    row = row or Row(name=key, version=0, at=recorded.recorded_at)
    return replace(
        _counted(row, recorded.event, recorded.recorded_at), version=recorded.version, at=recorded.recorded_at
    )


def columns(row: Row) -> Columns:
    """A partner with failures or overdue acknowledgements needs looking at and ranks first."""
    trouble = len(row.overdue) + row.needs_fixing + row.given_up + row.refused_by_partner
    return Columns(state="trouble" if trouble else "well", partner=row.name, rank=float(trouble), at=row.at)


def _counted(row: Row, event: Event, at: datetime) -> Row:
    match event:
        case exchange.TransmissionTaken():
            return _received(row, event)
        case exchange.DocumentSent(document_type=kind, acknowledge_by=due):
            sent = row.sent | {kind: row.sent.get(kind, 0) + 1}
            waits = row.awaiting_acknowledgement + (due is not None)
            return replace(
                row, sent=sent, undelivered=row.undelivered + 1, awaiting_acknowledgement=waits, last_sent_at=at
            )
        case exchange.DocumentDelivered():
            return replace(row, undelivered=max(row.undelivered - 1, 0), delivered=row.delivered + 1)
        case exchange.DocumentGivenUp(says=reason):
            undelivered = max(row.undelivered - 1, 0)
            return replace(
                row, undelivered=undelivered, given_up=row.given_up + 1, last_failure_at=at, last_failure=reason
            )
        case exchange.GroupAcknowledged():
            return _acknowledged(row, event, at)
        case exchange.GroupOverdue(document_id=id):
            waiting = max(row.awaiting_acknowledgement - 1, 0)
            return replace(row, awaiting_acknowledgement=waiting, overdue=(*row.overdue, id)[-OVERDUE_MAX:])
        case exchange.UnknownGroupAcknowledged():
            return replace(row, unknown_acknowledgements=row.unknown_acknowledgements + 1, last_heard_at=at)
        case _:
            return row


def _received(row: Row, event: exchange.TransmissionTaken) -> Row:
    received = dict(row.received)
    for item in event.sets:
        received[item.document_type] = received.get(item.document_type, 0) + 1
    outcomes = [item.outcome for item in event.sets] or [event.outcome]
    heard = max(event.received_at, row.last_heard_at) if row.last_heard_at else event.received_at
    return replace(
        row,
        transmissions=row.transmissions + 1,
        received=received,
        repeated=row.repeated + bool(event.repeats),
        sent_back=row.sent_back + outcomes.count(Outcome.REJECTED),
        needs_fixing=row.needs_fixing + outcomes.count(Outcome.PARKED),
        last_heard_at=heard,
    )


def _acknowledged(row: Row, event: exchange.GroupAcknowledged, at: datetime) -> Row:
    """An acknowledgement after its due time ends being overdue instead of waiting."""
    late = event.document_id in row.overdue
    read = event.verdict in ("accepted", "accepted_with_errors")
    return replace(
        row,
        awaiting_acknowledgement=max(row.awaiting_acknowledgement - (not late), 0),
        overdue=tuple(id for id in row.overdue if id != event.document_id),
        acknowledged=row.acknowledged + read,
        refused_by_partner=row.refused_by_partner + (not read),
        last_heard_at=at,
    )
