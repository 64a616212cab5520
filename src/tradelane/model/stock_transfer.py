"""The words of a stock transfer: what is coming to a warehouse, so that it can prepare to receive it."""

from datetime import date

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment


class TransferLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item on its way. ``hold``: put it aside on arrival (quality, information, committed), as told."""

    number: str
    item: ItemIds
    quantity: Quantity
    description: str = ""
    lot: str = ""
    expires_on: date | None = None
    sscc: str = ""
    hold: str = ""
    order_number: str = ""
    order_line: str = ""
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class StockTransfer(Document, frozen=True, kw_only=True, omit_defaults=True, tag="stock_transfer"):
    """Tells a warehouse what it will receive, from another warehouse or a supplier (X12 943, EDIFACT INSDES).

    ``number`` is the depositor's; the warehouse answers with a goods receipt (944) that names it.
    """

    number: str
    lines: tuple[TransferLine, ...]
    purpose: Purpose = "original"
    shipped: Moment | None = None
    expected: Moment | None = None
    order_number: str = ""
    shipment: str = ""
    depositor: Party | None = None
    warehouse: Party | None = None
    ship_from: Party | None = None
    carrier: str = ""
    carrier_name: str = ""
    transport_mode: str = ""
    freight_terms: str = ""
    equipment: tuple[Equipment, ...] = ()
    weight: Quantity | None = None
    volume: Quantity | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
