"""What became of what a partner sent: one row per transmission, as the partner and the operator ask for it."""

from datetime import datetime

from msgspec import Struct

from tradelane.model import exchange
from tradelane.model.event import Recorded
from tradelane.model.finding import Finding
from tradelane.views.document import FINDINGS_MAX, document_key, partner_of
from tradelane.views.port import Columns

NAME = "transmission"
VERSION = 1
LISTENS = ("exchange",)

DOCUMENTS_MAX = 500


class Inside(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document of a transmission and how reading it ended."""

    id: str
    document_type: str
    number: str
    outcome: str
    kind: str = ""
    control: str = ""
    group: str = ""
    interchange: str = ""
    findings: tuple[Finding, ...] = ()


class TransmissionRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One transmission as read. ``documents`` are the first 500; ``document_count`` counts all."""

    id: str
    at: datetime
    partner: str
    outcome: str
    channel: str
    received_at: datetime
    read_at: datetime
    sha256: str
    size: int
    file_name: str = ""
    transport_id: str = ""
    repeats: str = ""
    document_count: int = 0
    documents: tuple[Inside, ...] = ()
    findings: tuple[Finding, ...] = ()


Row = TransmissionRow


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the transmission's id."""
    match recorded.event:
        case exchange.TransmissionTaken(transmission=id):
            return (id,)
        case _:
            return ()


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the transmission as read; it is read once, so nothing changes it later."""
    event = recorded.event
    if row is not None or not isinstance(event, exchange.TransmissionTaken):
        return None
    return Row(
        id=key,
        at=event.received_at,
        partner=partner_of(recorded.stream),
        outcome=event.outcome.value,
        channel=event.channel,
        received_at=event.received_at,
        read_at=recorded.recorded_at,
        sha256=event.sha256,
        size=event.size,
        file_name=event.file_name,
        transport_id=event.transport_id,
        repeats=event.repeats,
        document_count=len(event.sets),
        documents=tuple(_inside(key, i, item) for i, item in enumerate(event.sets[:DOCUMENTS_MAX])),
        findings=event.findings[:FINDINGS_MAX],
    )


def columns(row: Row) -> Columns:
    """Filter by how reading ended."""
    state = "repeated" if row.repeats else row.outcome
    return Columns(state=state, partner=row.partner, rank=row.at.timestamp(), at=row.at)


def _inside(transmission: str, index: int, item: exchange.SetOutcome) -> Inside:
    return Inside(
        id=document_key(transmission, index, item.item),
        document_type=item.document_type,
        number=item.number,
        outcome=item.outcome.value,
        kind=item.kind,
        control=item.control,
        group=item.group,
        interchange=item.interchange,
        findings=item.findings[:FINDINGS_MAX],
    )
