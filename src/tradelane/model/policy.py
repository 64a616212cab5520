"""The numbers a partner's settings may change, with the defaults of trade.

Percentages are of 100; hours are clock hours.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.item import NOTHING_KNOWN, Items
from tradelane.model.origin import Origin


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How we deal with one partner."""

    answer_within_hours: int = 24
    rush_answer_within_hours: int = 4
    reminders_max: int = 2
    cancel_within_hours: int = 48
    cancel_when_read: bool = False
    delete_at_once: bool = False
    acknowledge_within_hours: int = 24
    fetch_within_hours: int = 24
    missing_after_hours: int = 4
    date_late_days: int = 2
    price_up_percent: Decimal = Decimal("0.5")
    price_up_amount: Decimal = Decimal(5)
    over_ship_percent: Decimal = Decimal(5)
    under_ship_percent: Decimal = Decimal(0)
    receipt_over_percent: Decimal = Decimal(5)
    receipt_under_percent: Decimal = Decimal(0)
    match_price_percent: Decimal = Decimal(1)
    match_price_amount: Decimal = Decimal(10)
    match_quantity_percent: Decimal = Decimal(0)
    match_rounding: Decimal = Decimal(1)
    match_charge_amount: Decimal = Decimal(0)
    match_mode: Literal["loose", "strict"] = "loose"
    match_basis: Literal["received", "ordered"] = "received"
    match_under_price_percent: Decimal = Decimal(20)
    match_tax_amount: Decimal = Decimal("0.02")
    invoice_early_days: int = 5
    invoice_age_days: int = 365
    duplicate_within_days: int = 7
    recurring_amounts: bool = False
    evaluated_receipts: bool = False
    early_response_hours: int = 2
    early_ship_notice_hours: int = 24
    early_receipt_hours: int = 24
    early_invoice_hours: int = 24
    early_change_hours: int = 24
    change_gap_minutes: int = 30
    check_sscc: bool = False
    check_totals: bool = False
    require_sscc: bool = False
    require_lot: bool = False
    require_carrier_reference: bool = False
    require_appointment: bool = False
    shelf_life_days: int = 0
    notice_within_hours: int = 1
    transit_days: int = 3
    dock_to_stock_days: int = 1
    typical_late_days: int = 2
    partial_allowed: bool = True
    substitution_allowed: bool = False
    decide_within_hours: int = 24


class Context(Struct, frozen=True, kw_only=True):
    """What a decision may know beside command and state: the time, and the settings for the partner concerned.

    ``items``: what the house knows of its items. ``origin``: how the document came that is decided about, where its
    sender takes an answer to it.
    """

    now: datetime
    policy: Policy = Policy()
    items: Items = NOTHING_KNOWN
    origin: Origin | None = None
