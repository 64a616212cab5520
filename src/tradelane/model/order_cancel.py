"""The words of a cancellation: how it ends. It is asked for by an order change of purpose cancel."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.event import Event


class OrderCancelled(Event, frozen=True, tag="purchase_order.cancelled"):
    """The buyer's cancellation takes effect: nothing more of the order will come, every unit that has not left is cut.

    ``because``: the supplier ``agreed``, or had ``refused`` it all before; it ``read`` the cancellation and policy asks
    no more; or it kept ``silent`` longer than policy waits. Empty in journals that knew no waiting.
    """

    reason: str = ""
    because: Literal["", "agreed", "refused", "read", "silent"] = ""


class KeptLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line that a cancellation did not reach: units on their way, and units the supplier still means to ship."""

    line: str
    unit: str
    shipped: Decimal = Decimal(0)
    to_come: Decimal = Decimal(0)


class OrderCancelRefused(Event, frozen=True, tag="purchase_order.cancel_refused"):
    """The buyer's cancellation fails and the order is what it was before: the supplier ``refused``, or ``shipped``.

    ``late``: the supplier says so although the order is cancelled; nothing changes. ``unanswered`` is how many lines
    still await the supplier's answer.
    """

    partner: str
    because: Literal["refused", "shipped"]
    lines: tuple[KeptLine, ...] = ()
    notice: str = ""
    late: bool = False
    unanswered: int = 0
