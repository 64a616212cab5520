"""Which words lead where: order, document and control numbers, transmission ids, file names, to the objects and
documents they name.

A row joins one word to one target and is written once, so any number of documents may share a word without a growing
row. The word
stands in the row's ``state`` column: that is how all its targets are found.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from tradelane.model import case, exchange, goods_receipt, invoice, purchase_order, replay, ship_notice
from tradelane.model.event import Event, Recorded
from tradelane.views.document import document_key, partner_of
from tradelane.views.port import Columns

NAME = "lookup"
VERSION = 1
LISTENS = ("exchange", "purchase_order", "ship_notice", "goods_receipt", "invoice", "case", "replay")

WORD_LENGTH_MAX = 100
WORDS_PER_EVENT_MAX = 500
_BETWEEN = "\x1f"


class LookupRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One word and one thing it names: ``kind`` is ``stream``, ``document`` or ``transmission``; ``why`` says which
    number it is.
    """

    word: str
    kind: str
    target: str
    why: str
    at: datetime
    partner: str = ""


Row = LookupRow


def normal(word: str) -> str:
    """Return a word as it is compared: upper case, no outer blanks, numbers without leading zeros."""
    word = word.strip().upper()[:WORD_LENGTH_MAX]
    return (word.lstrip("0") or "0") if word.isascii() and word.isdigit() else word


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return one key per word and target; the key says all that the row says but the time."""
    found: dict[str, None] = {}
    for word, kind, target, why in _words(recorded.event, recorded.stream):
        if word.strip():
            found[_BETWEEN.join((normal(word), kind, target, why))] = None
            if len(found) >= WORDS_PER_EVENT_MAX:
                break
    return tuple(found)


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the row where it is new; it never changes."""
    if row is not None:
        return None
    word, kind, target, why = key.split(_BETWEEN)
    partner = partner_of(recorded.stream) if recorded.stream.startswith("exchange/") else ""
    return Row(word=word, kind=kind, target=target, why=why, at=recorded.recorded_at, partner=partner)


def columns(row: Row) -> Columns:
    """The word is the column to filter by."""
    return Columns(state=row.word, partner=row.partner, rank=row.at.timestamp(), at=row.at)


Word = tuple[str, str, str, str]


def _words(event: Event, stream: str) -> Iterator[Word]:
    match event:
        case purchase_order.OrderReleased(order=order):
            yield order.number, "stream", stream, "order"
        case purchase_order.OrderResponded(response=response):
            yield response.supplier_order_number, "stream", stream, "supplier's order number"
        case ship_notice.ShipNoticeRecorded():
            yield from _ship_notice(event, stream)
        case goods_receipt.GoodsReceiptRecorded(receipt=receipt, orders=orders):
            yield receipt.number, "stream", stream, "receipt"
            yield from _orders(orders, stream)
        case invoice.InvoiceRecorded(invoice=bill, orders=orders):
            yield bill.number, "stream", stream, "invoice"
            yield from _orders(orders, stream)
        case case.CaseOpened(about=about):
            yield about.rsplit("/", 1)[-1], "stream", stream, "exception about it"
            yield stream.removeprefix("case/"), "stream", stream, "exception"
        case replay.DocumentsReplayed(documents=documents):
            yield stream.removeprefix("replay/"), "stream", stream, "replay"
            for one in documents:
                yield one.number, "stream", stream, "replayed"
                yield one.transmission, "stream", stream, "replayed"
        case exchange.TransmissionTaken():
            yield from _transmission(event)
        case exchange.DocumentSent():
            yield from _sent(event)
        case _:
            return


def _ship_notice(event: ship_notice.ShipNoticeRecorded, stream: str) -> Iterator[Word]:
    notice = event.notice
    yield notice.number, "stream", stream, "ASN"
    yield notice.bill_of_lading, "stream", stream, "bill of lading"
    yield notice.carrier_reference, "stream", stream, "carrier's reference"
    yield from _orders(event.orders, stream)
    for node in notice.nodes:
        yield node.sscc, "stream", stream, "SSCC"


def _orders(orders: tuple[str, ...], stream: str) -> Iterator[Word]:
    for order in orders:
        yield order.split("/")[1] if "/" in order else order, "stream", stream, "names the order"


def _transmission(event: exchange.TransmissionTaken) -> Iterator[Word]:
    yield event.transmission, "transmission", event.transmission, "transmission"
    yield event.file_name, "transmission", event.transmission, "file name"
    yield event.transport_id, "transmission", event.transmission, "transport id"
    for index, item in enumerate(event.sets):
        key = document_key(event.transmission, index, item.item)
        yield event.transmission, "document", key, "transmission"
        yield key, "document", key, "document"
        yield item.number, "document", key, "document number"
        yield _about(item.stream), "document", key, "is about it"
        yield item.control, "document", key, "set control number"
        yield item.group, "document", key, "group control number"
        yield item.interchange, "document", key, "interchange control number"


def _sent(event: exchange.DocumentSent) -> Iterator[Word]:
    yield event.document_id, "document", event.document_id, "document"
    yield event.number, "document", event.document_id, "document number"
    yield _about(event.about), "document", event.document_id, "is about it"
    yield str(event.group or ""), "document", event.document_id, "group control number"
    yield str(event.interchange or ""), "document", event.document_id, "interchange control number"


def _about(stream: str) -> str:
    """Return the number of the order a stream is about; other objects are found by their own numbers."""
    return (
        stream.split("/")[1]
        if stream.startswith("purchase_order/")
        else stream.rsplit("/", 1)[-1]
        if "/" in stream
        else ""
    )
