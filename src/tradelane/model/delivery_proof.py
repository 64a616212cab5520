"""The words of a proof of delivery: who took the goods over, when, in what state."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Location

DeliveryException = Literal["", "short", "over", "damaged", "refused", "wrong_item", "other"]


class DeliveredLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Goods or packages handed over; ``affected`` is how many of them the exception is about."""

    number: str = ""
    item: ItemIds = ItemIds()
    sscc: str = ""
    delivered: Quantity | None = None
    exception: DeliveryException = ""
    affected: Decimal = Decimal(0)
    order_number: str = ""
    order_line: str = ""
    source_code: str = ""


class DeliveryProof(Document, frozen=True, kw_only=True, omit_defaults=True, tag="delivery_proof"):
    """Proves that a shipment was handed over (X12 214 with a signature, EDIFACT IFTSTA, carriers' POD).

    ``signature`` and ``images`` are addresses where they can be fetched.
    """

    shipment: str
    delivered: Moment
    state: Literal["clean", "with_exceptions", "refused"] = "clean"
    number: str = ""
    purpose: Purpose = "original"
    stop: str = ""
    signed_by: str = ""
    signature: str = ""
    images: tuple[str, ...] = ()
    carrier: str = ""
    carrier_reference: str = ""
    consignee: Party | None = None
    location: Location | None = None
    lines: tuple[DeliveredLine, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
