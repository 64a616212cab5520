"""The words of a buyer's change to an order."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice

ChangeAction = Literal["add", "delete", "change", "none"]


class ChangeLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New absolute values for one line; what is None stays. ``source_code`` tells the sender's stated intent."""

    line: str
    action: ChangeAction
    item: ItemIds = ItemIds()
    quantity: Quantity | None = None
    price: UnitPrice | None = None
    deliver_on: date | None = None
    ship_on: date | None = None
    description: str = ""
    source_code: str = ""


class OrderChange(Document, frozen=True, kw_only=True, omit_defaults=True, tag="order_change"):
    """A change to, or the cancelling of, an order (UBL OrderChange, X12 860, EDIFACT ORDCHG). Sequences rise by one."""

    order_number: str
    sequence: int
    changed_on: date
    purpose: Literal["change", "cancel", "replace"] = "change"
    lines: tuple[ChangeLine, ...] = ()
    release: str = ""
    ordered_on: date | None = None
    buyer: Party | None = None
    supplier: Party | None = None
    deliver_on: date | None = None
    ship_on: date | None = None
    notes: tuple[str, ...] = ()
    source_code: str = ""
