"""The words of a delivery schedule: what a buyer will want, week by week, and what of it is firm."""

from datetime import date, time
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity

Certainty = Literal[
    "firm", "planned", "forecast", "released_for_production", "released_for_material", "past_due", "other"
]
Interval = Literal["", "discrete", "day", "week", "month", "quarter", "flexible", "other"]


class TimedQuantity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a day's quantity that is wanted at a time of day."""

    quantity: Decimal
    at: time


class ScheduledQuantity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So much is wanted on (from) a day; ``until`` closes an interval. ``cumulative`` is the running total with it."""

    quantity: Quantity
    on: Moment
    until: date | None = None
    certainty: Certainty = "planned"
    interval: Interval = "discrete"
    cumulative: Decimal | None = None
    times: tuple[TimedQuantity, ...] = ()
    ship_to: Party | None = None
    source_code: str = ""


class Authorisation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far the supplier may go at the buyer's cost: make, or buy material for, so much until that day."""

    kind: Literal["finished", "material", "other"]
    quantity: Decimal | None = None
    since: date | None = None
    until: date | None = None
    source_code: str = ""


class ReceivedSoFar(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the buyer has in its books as shipped or received, so that both count from the same point."""

    kind: Literal["last_received", "cumulative_received", "last_shipped", "cumulative_shipped", "other"]
    quantity: Quantity
    on: date | None = None
    since: date | None = None
    shipment: str = ""
    source_code: str = ""


class ScheduleLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item with all its wanted quantities."""

    number: str
    item: ItemIds
    schedules: tuple[ScheduledQuantity, ...]
    description: str = ""
    unit: str = ""
    order_number: str = ""
    order_line: str = ""
    ship_to: Party | None = None
    received: tuple[ReceivedSoFar, ...] = ()
    authorisations: tuple[Authorisation, ...] = ()
    references: tuple[Reference, ...] = ()
    source_code: str = ""


class DeliverySchedule(Document, frozen=True, kw_only=True, omit_defaults=True, tag="delivery_schedule"):
    """A plan of deliveries (X12 830) or the call-off that makes a part of it binding (X12 862; EDIFACT DELFOR, DELJIT).

    ``by``: the dates are of delivery or of shipment. ``cumulative``: quantities are running totals. It replaces the
    schedule before it unless its purpose says so.
    """

    number: str
    issued_on: date
    lines: tuple[ScheduleLine, ...]
    kind: Literal["planning", "shipping"] = "planning"
    by: Literal["delivery", "shipment"] = "delivery"
    cumulative: bool = False
    purpose: Purpose = "original"
    release: str = ""
    order_number: str = ""
    horizon_from: date | None = None
    horizon_to: date | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    ship_to: Party | None = None
    ship_from: Party | None = None
    currency: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
