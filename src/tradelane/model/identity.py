"""Ids, stream keys and partitions.

Time and randomness arrive as arguments; everything derived is derived by SHA-256.
"""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from random import Random
from uuid import UUID

from tradelane.model.content_report import ContentReport
from tradelane.model.customer_order import CustomerOrder
from tradelane.model.delivery_schedule import DeliverySchedule
from tradelane.model.document import Document
from tradelane.model.freight_invoice import FreightInvoice
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.inventory_report import InventoryReport
from tradelane.model.invoice import Invoice
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.ship_notice import ShipNotice
from tradelane.model.syntax_report import SyntaxReport
from tradelane.model.tender_response import TenderResponse
from tradelane.model.transport_status import TransportStatus

PARTITIONS = 64


def new_id(at: datetime, random: Random) -> str:
    """Return a UUIDv7: 48 bits of milliseconds, then chance."""
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    value = milliseconds << 80 | 0x7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    return str(UUID(int=value))


def derived_id(*parts: str | int) -> str:
    """Return a UUIDv8 of SHA-256 of *parts*: the same cause always makes the same id."""
    digest = sha256("\x1f".join(str(part) for part in parts).encode()).digest()[:16]
    value = int.from_bytes(digest)
    value = value & ~(0xF << 76) | 0x8 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    return str(UUID(int=value))


@lru_cache(100_000)
def partition(stream: str, count: int = PARTITIONS) -> int:
    """Return the partition of a stream: the first bytes of its key's SHA-256."""
    return int.from_bytes(sha256(stream.encode()).digest()[:8]) % count


def stream_kind(stream: str) -> str:
    """Return the part of a stream key before the first slash: ``purchase_order/4711`` is a ``purchase_order``."""
    return stream.split("/", 1)[0]


def order_stream(number: str, release: str = "") -> str:
    """Return the stream of one purchase order."""
    return f"purchase_order/{number}" + (f"/{release}" if release else "")


def ship_notice_stream(partner: str, number: str) -> str:
    """Return the stream of one supplier's ship notice."""
    return f"ship_notice/{partner}/{number}"


def goods_receipt_stream(partner: str, number: str) -> str:
    """Return the stream of one warehouse's receipt."""
    return f"goods_receipt/{partner}/{number}"


def invoice_stream(partner: str, number: str) -> str:
    """Return the stream of one supplier's invoice.

    Numbers are compared without spaces, dashes, slashes, dots, leading zeros.
    """
    normal = "".join(c for c in number.upper() if c not in " -/.").lstrip("0")
    return f"invoice/{partner}/{normal}"


def invoice_book_stream(partner: str) -> str:
    """Return the stream of all invoices of one supplier, beside which each new one is looked over."""
    return f"invoice_book/{partner}"


def exchange_stream(partner: str) -> str:
    """Return the stream of all that is exchanged with one partner: control numbers, acknowledgements."""
    return f"exchange/{partner}"


def case_stream(kind: str, about: str, line: str = "") -> str:
    """Return the stream of the one case of this kind about this object and line: a repeated cause opens no twin."""
    return f"case/{derived_id('case', kind, about, line)}"


def replay_stream(id: str) -> str:
    """Return the stream of one replay."""
    return f"replay/{id}"


def home_stream(document: Document, partner: str) -> str:
    """Return the stream of the business object that *document*, said by *partner*, is about."""
    match document:
        case PurchaseOrder():
            return order_stream(document.number, document.release)
        case OrderResponse() | OrderChange():
            return order_stream(document.order_number, document.release)
        case ShipNotice():
            return ship_notice_stream(partner, document.number)
        case GoodsReceipt():
            return goods_receipt_stream(partner, document.number)
        case Invoice():
            return invoice_stream(partner, document.number)
        case _:
            return exchange_stream(partner)


def document_identity(document: Document, partner: str) -> tuple[str, ...] | None:
    """Return (partner, type, number, version, purpose), or None where repeating has meaning of its own.

    An order response without a number of its own is identified by its content instead (see `OrderResponse.number`).
    """
    match document:
        case PurchaseOrder():
            return (
                partner,
                "purchase_order",
                document.number,
                f"{document.release}:{document.version}",
                document.purpose,
            )
        case OrderResponse():
            number = document.number or document.supplier_order_number
            if not number:
                return None
            version = f"{document.order_number}:{document.release}:{document.order_version}:{document.responded_on}"
            return (partner, "order_response", number, version, document.purpose)
        case OrderChange():
            number = f"{document.order_number}:{document.release}"
            return (partner, "order_change", number, str(document.sequence), document.purpose)
        case ShipNotice():
            return (partner, "ship_notice", document.number, "", document.purpose)
        case GoodsReceipt():
            return (partner, "goods_receipt", document.number, "", document.purpose)
        case Invoice():
            return (partner, "invoice", document.number, document.invoice_type, document.purpose)
        case SyntaxReport() | ContentReport() | TransportStatus() | TenderResponse():
            return None
        case _:
            return _numbered(document, partner)


def _numbered(document: Document, partner: str) -> tuple[str, ...] | None:
    """Return the identity of a document that its number, and what its kind counts versions by, tell from others."""
    number = str(getattr(document, "number", ""))
    if not number:
        return None
    match document:
        case DeliverySchedule(release=release):
            version = release
        case InventoryReport(as_of=as_of):
            version = f"{as_of.on}:{as_of.at or ''}"
        case CustomerOrder(version=order_version):
            version = str(order_version)
        case FreightInvoice(correction=correction):
            version = "correction" if correction else ""
        case _:
            version = ""
    kind, purpose = document.__struct_config__.tag, getattr(document, "purpose", "original")
    return (partner, str(kind), number, version, purpose)
