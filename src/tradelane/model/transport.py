"""What all modes of transport share: places on the way, equipment, stops, and when something may happen there."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Party
from tradelane.model.quantity import Quantity

StopAction = Literal[
    "pickup", "delivery", "part_pickup", "part_delivery", "drop_equipment", "pickup_equipment", "crossdock", "other"
]


class Location(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place as one message names it.

    ``unlocode`` is five letters (USCHI); ``code`` is the sender's own name for it, or a URI (EPCIS); latitude and
    longitude are degrees, north and east above zero.
    """

    name: str = ""
    unlocode: str = ""
    gln: str = ""
    code: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


class Equipment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A trailer, container or car: ``owner`` and ``number`` are the two halves of its mark where both are given."""

    number: str = ""
    owner: str = ""
    kind: str = ""
    seals: tuple[str, ...] = ()
    source_code: str = ""


class Window(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From when to when something may happen; an end left out is open. ``at`` is the moment agreed on within it."""

    earliest: Moment | None = None
    latest: Moment | None = None
    at: Moment | None = None


class StopOrder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Goods of one order that are loaded or unloaded at a stop."""

    order_number: str = ""
    shipment: str = ""
    quantity: Quantity | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    description: str = ""
    references: tuple[Reference, ...] = ()


class Stop(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stop of a trip, in the order of the numbers: what is done there, where, and when it may be done."""

    number: str
    action: StopAction
    party: Party | None = None
    window: Window | None = None
    weight: Quantity | None = None
    volume: Quantity | None = None
    packages: Quantity | None = None
    orders: tuple[StopOrder, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
