"""How a practice supplier or warehouse behaves: rates between 0 and 1, drawn per order, and four presets."""

from msgspec import Struct


class Behaviour(Struct, frozen=True, kw_only=True):
    """A supplier's habits.

    Answers: what is left of 1 accepts everything as ordered. Rates of one group are tried in order. Cancellations: what
    is left of 1 agrees; it may refuse, ship everything at once, or say nothing and send nothing.
    """

    silent_for_ever: float = 0.0
    silent_until_reminded: float = 0.0
    reject_line: float = 0.0
    backorder: float = 0.0
    split_dates: float = 0.0
    late_dates: float = 0.0
    price_changed: float = 0.0
    answer_hours: tuple[float, float] = (0.5, 8.0)
    cancel_refused: float = 0.0
    cancel_overtaken: float = 0.0
    cancel_ignored: float = 0.0
    split_shipments: float = 0.0
    ship_short: float = 0.0
    ship_over: float = 0.0
    ship_late_days: float = 0.0
    price_error: float = 0.0
    over_billed: float = 0.0
    invoice_hours: tuple[float, float] = (2.0, 48.0)


PUNCTUAL = Behaviour()
ORDINARY = Behaviour(
    silent_until_reminded=0.04,
    reject_line=0.02,
    backorder=0.08,
    split_dates=0.08,
    late_dates=0.08,
    price_changed=0.03,
    answer_hours=(0.5, 20.0),
    cancel_refused=0.15,
    cancel_overtaken=0.1,
    cancel_ignored=0.1,
    split_shipments=0.15,
    ship_short=0.03,
    ship_over=0.01,
    ship_late_days=0.1,
    price_error=0.04,
    over_billed=0.02,
)
SLOPPY = Behaviour(
    silent_for_ever=0.04,
    silent_until_reminded=0.15,
    reject_line=0.08,
    backorder=0.2,
    split_dates=0.15,
    late_dates=0.2,
    price_changed=0.12,
    answer_hours=(2.0, 40.0),
    cancel_refused=0.25,
    cancel_overtaken=0.25,
    cancel_ignored=0.25,
    split_shipments=0.35,
    ship_short=0.12,
    ship_over=0.05,
    ship_late_days=0.4,
    price_error=0.15,
    over_billed=0.08,
    invoice_hours=(1.0, 120.0),
)
SILENT = Behaviour(silent_for_ever=0.6, silent_until_reminded=0.4)

PRESETS: dict[str, Behaviour] = {"punctual": PUNCTUAL, "ordinary": ORDINARY, "sloppy": SLOPPY, "silent": SILENT}


class DockBehaviour(Struct, frozen=True, kw_only=True):
    """A warehouse's habits: per line counted short, over or damaged; per receipt sent twice."""

    short: float = 0.03
    over: float = 0.01
    damaged: float = 0.02
    doubled: float = 0.03
    dock_hours: tuple[float, float] = (1.0, 10.0)


EXACT_DOCK = DockBehaviour(short=0.0, over=0.0, damaged=0.0, doubled=0.0)
