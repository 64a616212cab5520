"""The words of a dock appointment: when a load may come to which dock."""

from typing import Literal

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.party import Party
from tradelane.model.quantity import Quantity
from tradelane.model.transport import Equipment, Window

AppointmentStatus = Literal[
    "requested", "confirmed", "rescheduled", "arrived", "in_progress", "completed", "missed", "cancelled"
]


class DockAppointment(Document, frozen=True, kw_only=True, omit_defaults=True, tag="dock_appointment"):
    """A time at a dock: asked for, agreed on, or over. ``load`` is the shipment that comes."""

    number: str
    status: AppointmentStatus
    window: Window
    kind: Literal["pickup", "delivery"] = "delivery"
    purpose: Purpose = "original"
    facility: Party | None = None
    dock: str = ""
    load: str = ""
    carrier: str = ""
    carrier_name: str = ""
    equipment: tuple[Equipment, ...] = ()
    packages: Quantity | None = None
    weight: Quantity | None = None
    orders: tuple[str, ...] = ()
    reason: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
