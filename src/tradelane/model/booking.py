"""The words of a booking: the carrier's word that there is room for the goods, and until when to bring them."""

from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Party
from tradelane.model.transport import Equipment, Location

BookingStatus = Literal["received", "pending", "confirmed", "changed", "rejected", "cancelled", "other"]


class Cutoff(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last moment for one thing: documents, gross mass, cargo, customs, as ``kind`` says."""

    kind: str
    at: Moment
    source_code: str = ""


class TransportLeg(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One leg of the journey: by what, from where to where, when."""

    mode: str = ""
    means: str = ""
    voyage: str = ""
    carrier: str = ""
    origin: Location | None = None
    destination: Location | None = None
    departs: Moment | None = None
    arrives: Moment | None = None
    source_code: str = ""


class Booking(Document, frozen=True, kw_only=True, omit_defaults=True, tag="booking"):
    """A carrier confirms, or refuses, room for a shipment (EDIFACT IFTMBC, X12 301, DCSA Booking).

    ``number`` is the carrier's booking, ``tender`` the shipment id of the request it answers.
    """

    number: str
    status: BookingStatus
    booked: Moment | None = None
    tender: str = ""
    purpose: Purpose = "original"
    carrier: str = ""
    carrier_name: str = ""
    shipper: Party | None = None
    consignee: Party | None = None
    forwarder: Party | None = None
    legs: tuple[TransportLeg, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    reason: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
