"""Every document that came or went: from whom, under which numbers, and what became of it."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model import exchange, goods_receipt, invoice, purchase_order, repeat, ship_notice
from tradelane.model.event import Event, Recorded
from tradelane.model.finding import Finding
from tradelane.views.glossary import state_words
from tradelane.views.port import Columns

NAME = "document"
VERSION = 2
LISTENS = ("exchange", "purchase_order", "ship_notice", "goods_receipt", "invoice")

FINDINGS_MAX = 50


Taken = (
    purchase_order.OrderReleased
    | purchase_order.OrderResponded
    | purchase_order.OrderChanged
    | ship_notice.ShipNoticeRecorded
    | goods_receipt.GoodsReceiptRecorded
    | invoice.InvoiceRecorded
)
"""The first thing that happens where a document came to its object and was taken."""

Kept = exchange.DocumentKept | exchange.ContentReported
"""And where it was read and is kept with its partner, for it has no object of its own."""

Refused = (
    purchase_order.OrderRefused
    | purchase_order.OrderResponseRefused
    | purchase_order.OrderChangeRefused
    | ship_notice.ShipNoticeRefused
    | goods_receipt.GoodsReceiptRefused
    | invoice.InvoiceRefused
)
"""And where it was turned down."""

Guarded = repeat.DocumentRepeated | repeat.DocumentConflicted | repeat.DocumentDeferred | repeat.DocumentParked
"""And where it did not get so far: known already, in conflict with one that stands, too early, stopped with us."""

_GUARDED_STATES = {
    repeat.DocumentRepeated: "repeated",
    repeat.DocumentConflicted: "conflicted",
    repeat.DocumentDeferred: "deferred",
    repeat.DocumentParked: "parked",
}


class DocumentRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document. Inbound rows are made of what reading said (``read``) and what its object said (``effect``).

    Either may come first. ``index`` is the place among the documents of its transmission. ``partition`` and
    ``sequence`` find the event that holds the canonical form of an outbound document.
    """

    id: str
    at: datetime
    direction: str
    state: str = ""
    document_type: str = ""
    number: str = ""
    partner: str = ""
    transmission: str = ""
    index: int = 0
    about: str = ""
    kind: str = ""
    control: str = ""
    group: str = ""
    interchange: str = ""
    map: str = ""
    test: bool = False
    repeats: str = ""
    read: str = ""
    effect: str = ""
    effect_says: str = ""
    effect_version: int = 0
    findings: tuple[Finding, ...] = ()
    effect_findings: tuple[Finding, ...] = ()
    says: str = ""
    version: int = 0
    partition: int = 0
    sequence: int = 0
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    settled_at: datetime | None = None
    acknowledge_by: datetime | None = None


Row = DocumentRow


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the ids of the documents the event speaks of."""
    match recorded.event:
        case exchange.TransmissionTaken(transmission=transmission, sets=sets):
            return tuple(document_key(transmission, index, item.item) for index, item in enumerate(sets))
        case (
            exchange.DocumentSent(document_id=id)
            | exchange.DocumentDelivered(document_id=id)
            | exchange.DocumentGivenUp(document_id=id)
            | exchange.GroupAcknowledged(document_id=id)
            | exchange.GroupOverdue(document_id=id)
            | exchange.DocumentAnswered(document_id=id)
        ):
            return (id,)
        case event if isinstance(event, Guarded):
            return (event.item,)
        case event if isinstance(event, Taken | Refused | Kept):
            return (recorded.cause,)
        case _:
            return ()


def document_key(transmission: str, index: int, item: str) -> str:
    """Return the id of an inbound document: that of the work it became, else its place in the transmission."""
    return item or f"{transmission}.{index}"


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the document after the event."""
    event = recorded.event
    if isinstance(event, exchange.TransmissionTaken):
        return _read(row, key, event, recorded)
    if isinstance(event, Taken | Refused | Guarded | Kept):
        if row is not None and recorded.version <= row.effect_version:
            return None
        return _effected(row or Row(id=key, at=recorded.recorded_at, direction="in"), event, recorded)
    if row is not None and recorded.version <= row.version:
        return None
    row = _went_on(row or Row(id=key, at=recorded.recorded_at, direction="out"), event, recorded)
    return row if row.state == "given_up" else replace(row, says=state_words(row.state))


def columns(row: Row) -> Columns:
    """Newest first is how documents are looked at; the rank says the same for lists that go by rank."""
    return Columns(
        state=row.state,
        partner=row.partner,
        rank=row.at.timestamp(),
        at=row.at,
        kind=row.document_type,
        mark=row.direction,
    )


def _read(row: Row | None, key: str, event: exchange.TransmissionTaken, recorded: Recorded) -> Row | None:
    index = next(i for i, item in enumerate(event.sets) if document_key(event.transmission, i, item.item) == key)
    item = event.sets[index]
    row = row or Row(id=key, at=event.received_at, direction="in")
    if row.transmission and row.transmission != event.transmission:
        # The same work came by two transmissions: the first to be read keeps the row.
        return None
    return _settled(
        replace(
            row,
            at=event.received_at,
            document_type=item.document_type,
            number=item.number or row.number,
            partner=partner_of(recorded.stream),
            transmission=event.transmission,
            index=index,
            about=item.stream or row.about,
            kind=item.kind,
            control=item.control,
            group=item.group,
            interchange=item.interchange,
            map=item.map,
            test=item.test,
            repeats=event.repeats,
            read=item.outcome.value,
            findings=item.findings[:FINDINGS_MAX],
        )
    )


def _effected(row: Row, event: Event, recorded: Recorded) -> Row:
    """What its object, or the guard before it, said of the document; the last word counts."""
    if isinstance(event, Guarded):
        number, kind = event.number or row.number, event.document_type or row.document_type
        row = replace(row, number=number, document_type=kind, partner=row.partner or event.partner)
        effect, reason = _GUARDED_STATES[type(event)], getattr(event, "says", "")
    else:
        effect, reason = _effect(event), ""
    findings: tuple[Finding, ...] = getattr(event, "findings", ())
    return _settled(
        replace(
            row,
            about=row.about or recorded.stream,
            effect=effect,
            effect_says=reason,
            effect_version=recorded.version,
            effect_findings=findings[:FINDINGS_MAX],
            settled_at=recorded.recorded_at,
        )
    )


def _effect(event: Event) -> str:
    if isinstance(event, exchange.DocumentKept):
        return "kept"
    return "rejected" if isinstance(event, Refused) else "accepted"


def _settled(row: Row) -> Row:
    state = row.effect or ("repeated" if row.repeats else row.read)
    return replace(row, state=state, says=state_words(state) + (f": {row.effect_says}" if row.effect_says else ""))


def _went_on(row: Row, event: Event, recorded: Recorded) -> Row:
    at = recorded.recorded_at
    row = replace(row, version=recorded.version, partner=partner_of(recorded.stream), direction="out")
    match event:
        case exchange.DocumentSent():
            return replace(
                row,
                at=at,
                state="waiting",
                document_type=event.document_type,
                number=event.number,
                about=event.about,
                kind=event.syntax,
                group=str(event.group) if event.group else "",
                interchange=str(event.interchange) if event.interchange else "",
                partition=recorded.partition,
                sequence=recorded.sequence,
                sent_at=at,
                acknowledge_by=event.acknowledge_by,
            )
        case exchange.DocumentDelivered():
            state = row.state if row.state != "waiting" else "delivered" if row.acknowledge_by else "done"
            return replace(row, state=state, delivered_at=at)
        case exchange.DocumentGivenUp(says=reason):
            return replace(row, state="given_up", says=f"{state_words('given_up')}: {reason}", settled_at=at)
        case exchange.GroupAcknowledged(verdict=verdict, findings=findings):
            read = verdict in ("accepted", "accepted_with_errors")
            return replace(row, state="read" if read else "refused", findings=findings[:FINDINGS_MAX], settled_at=at)
        case exchange.GroupOverdue():
            return replace(row, state="overdue")
        case exchange.DocumentAnswered(verdict=verdict, findings=findings):
            taken = verdict not in ("rejected", "partially_accepted")
            state = "used" if taken else "turned_down"
            return replace(row, state=state, findings=findings[:FINDINGS_MAX], settled_at=at)
        case _:
            return row


def partner_of(stream: str) -> str:
    """Return the partner an exchange stream belongs to."""
    return stream.removeprefix("exchange/")
