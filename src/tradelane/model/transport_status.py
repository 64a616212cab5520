"""The words of a transport status: what happened, or is to happen, to goods on their way, by any mode."""

from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment, Location

Classifier = Literal["planned", "estimated", "actual", "requested"]
MilestoneKind = Literal[
    "tender_acknowledged",
    "booked",
    "booking_cancelled",
    "ready",
    "pickup_delayed",
    "pickup_appointment",
    "arrived_pickup",
    "loading",
    "loaded",
    "picked_up",
    "departed_origin",
    "in_transit",
    "departed_terminal",
    "arrived_terminal",
    "handed_over",
    "gate_in",
    "gate_out",
    "unloaded",
    "stored",
    "customs_arrived",
    "customs_hold",
    "customs_released",
    "delivery_appointment",
    "out_for_delivery",
    "available",
    "arrived_destination",
    "delivery_attempted",
    "delivered",
    "departed_destination",
    "received",
    "delayed",
    "held",
    "returned",
    "refused",
    "damaged",
    "lost",
    "short",
    "cancelled",
    "reconsigned",
    "documents_only",
    "other",
]
ReasonKind = Literal["", "normal", "carrier", "consignee", "shipper", "customs", "weather", "road", "damage", "other"]


class Milestone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened, is estimated, planned or requested.

    The sender's own codes are kept beside ours: ``source_code`` and ``source_reason`` from the list
    ``source_list`` ("x12:1650", "rec24", "dcsa", "epcis"). ``event`` is the sender's id of it, ``corrects`` the id of
    the one it declares wrong. ``shipment`` is set where one message tells of several.
    """

    milestone: MilestoneKind
    classifier: Classifier = "actual"
    happened: Moment | None = None
    recorded: Moment | None = None
    location: Location | None = None
    stop: str = ""
    shipment: str = ""
    reason: ReasonKind = ""
    equipment: tuple[Equipment, ...] = ()
    mode: str = ""
    means: str = ""
    voyage: str = ""
    ssccs: tuple[str, ...] = ()
    item: ItemIds | None = None
    quantity: Quantity | None = None
    weight: Quantity | None = None
    signed_by: str = ""
    event: str = ""
    corrects: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
    source_reason: str = ""
    source_list: str = ""


class TransportStatus(Document, frozen=True, kw_only=True, omit_defaults=True, tag="transport_status"):
    """Where a shipment is (X12 214, EDIFACT IFTSTA, UBL TransportationStatus, EPCIS, DCSA and OTM events, carriers).

    ``number`` is the carrier's (PRO, tracking number), ``shipment`` the shipper's. Milestones come in any order and
    late ones fill gaps.
    """

    milestones: tuple[Milestone, ...]
    number: str = ""
    shipment: str = ""
    reported: Moment | None = None
    purpose: Purpose = "original"
    carrier: str = ""
    carrier_name: str = ""
    shipper: Party | None = None
    consignee: Party | None = None
    equipment: tuple[Equipment, ...] = ()
    references: tuple[Reference, ...] = ()
    source_code: str = ""
