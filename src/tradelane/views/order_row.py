"""One order as people see it, with its lines and how its invoices compare."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from tradelane.views.order_line import ZERO, LineRow


class InvoiceRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an invoice compares with the order now."""

    number: str
    stream: str
    outcome: str
    at_stake: Decimal = ZERO
    by: str = ""


class OrderRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One order. ``version`` is the version of its history this row has seen; ``says`` the sentence that answers
    "how is it?". ``change_pending``: a change of the buyer's waits for the supplier's answer; ``cancelling``: the
    cancellation of the order does.
    """

    number: str
    version: int
    at: datetime
    state: str
    release: str = ""
    supplier: str = ""
    owner: str = ""
    order_type: str = "standard"
    currency: str = ""
    value: Decimal = ZERO
    ordered_on: date | None = None
    wanted_on: date | None = None
    promised_on: date | None = None
    expected_on: date | None = None
    says: str = ""
    sent: str = ""
    answered: bool = False
    change_pending: bool = False
    cancelling: bool = False
    cancelled: bool = False
    closed: bool = False
    late: bool = False
    short: bool = False
    at_risk: bool = False
    late_days: int = 0
    at_stake: Decimal = ZERO
    lines: tuple[LineRow, ...] = ()
    ship_notices: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()
    invoices: tuple[InvoiceRow, ...] = ()
    refusals: int = 0
