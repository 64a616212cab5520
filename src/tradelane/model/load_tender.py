"""The words of a load tender: a load offered to a carrier, stop by stop."""

from decimal import Decimal

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment, Stop


class LoadTender(Document, frozen=True, kw_only=True, omit_defaults=True, tag="load_tender"):
    """Asks a carrier to move a load (X12 204, EDIFACT IFTMIN and IFTMBF, UBL TransportExecutionPlanRequest).

    ``number`` is the shipper's shipment id, by which the carrier answers; no answer by ``respond_by`` is a no.
    """

    number: str
    stops: tuple[Stop, ...]
    purpose: Purpose = "original"
    tendered: Moment | None = None
    carrier: str = ""
    carrier_name: str = ""
    transport_mode: str = ""
    service: str = ""
    respond_by: Moment | None = None
    freight_terms: str = ""
    shipper: Party | None = None
    consignee: Party | None = None
    bill_to: Party | None = None
    equipment: tuple[Equipment, ...] = ()
    weight: Quantity | None = None
    volume: Quantity | None = None
    packages: Quantity | None = None
    charge: Decimal | None = None
    currency: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
