"""A supplier's own book of one order: what it plans to send when, what left, what it will never send."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Purpose
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import Disposition, LineOutcome, OrderResponse, Overall, ResponseLine
from tradelane.model.party import ItemIds
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import ShipNotice
from tradelane.testing.twins.shipping import leaving


class Slice(Struct):
    """Units of a line that are to arrive on one day, and how the supplier puts it to the buyer."""

    quantity: Decimal
    arrives: date
    leaves: date
    disposition: Disposition = "accepted"
    source_code: str = ""


class LineBook:
    """One line: ordered, planned in slices, shipped, refused. Planned and refused together are what is ordered."""

    def __init__(self, line: OrderLine, wanted: date) -> None:
        self.number, self.item, self.unit = line.number, line.item, line.quantity.unit
        self.ordered = line.quantity.value
        self.wanted = wanted
        self.price = line.price or UnitPrice(Decimal(0))
        self.price_moved = False
        self.plan: list[Slice] = []
        self.refused = Decimal(0)
        self.shipped = Decimal(0)
        self.written_off = Decimal(0)

    @property
    def planned(self) -> Decimal:
        """All units that were or will be sent."""
        return sum((part.quantity for part in self.plan), Decimal(0))

    def due(self, today: date) -> Decimal:
        """Return the units that should have left by *today* and did not."""
        ripe = sum((part.quantity for part in self.plan if part.leaves <= today), Decimal(0))
        return max(Decimal(0), ripe - self.shipped - self.written_off)

    def ship(self, quantity: Decimal) -> bool:
        """Let *quantity* leave; say whether the buyer has reason to be content (at most 5 % beyond the order)."""
        self.shipped += quantity
        return self.shipped <= self.ordered * Decimal("1.05")

    def postpone(self, quantity: Decimal, leaves: date) -> None:
        """Move *quantity* of what was planned last to a later lorry; the promise to the buyer stays as it was said."""
        left = quantity
        moved: list[Slice] = []
        for part in reversed(self.plan):
            take = min(left, part.quantity)
            if take > 0:
                part.quantity -= take
                left -= take
                moved.append(Slice(take, part.arrives, max(leaves, part.leaves), part.disposition, part.source_code))
        self.plan = [part for part in self.plan if part.quantity > 0] + moved

    def resize(self, ordered: Decimal) -> None:
        """The buyer wants *ordered* now; what has left cannot be called back."""
        self.ordered = ordered
        goal = max(ordered - self.refused, self.shipped)
        surplus = self.planned - goal
        for part in reversed(self.plan):
            take = min(max(surplus, Decimal(0)), part.quantity)
            part.quantity -= take
            surplus -= take
        self.plan = [part for part in self.plan if part.quantity > 0]
        if surplus < 0 and self.plan:
            self.plan[-1].quantity -= surplus
        elif surplus < 0:
            self.plan.append(Slice(-surplus, self.wanted, leaving(self.wanted)))

    def move_to(self, day: date) -> None:
        """The buyer wants what has not left yet on *day*."""
        kept, unsent = self.shipped, []
        for part in self.plan:
            stays = min(kept, part.quantity)
            kept -= stays
            if stays < part.quantity:
                unsent.append(part.quantity - stays)
                part.quantity = stays
        self.wanted = day
        self.plan = [part for part in self.plan if part.quantity > 0]
        if unsent:
            self.plan.append(Slice(sum(unsent, Decimal(0)), day, leaving(day)))


Cancel = Literal["", "agrees", "refuses", "overtakes", "ignores"]
"""What a supplier does about the buyer's cancellation, once there is one."""


class Book:
    """One order as its supplier sees it. ``silence``: empty, ``until_reminded`` or ``for_ever``."""

    def __init__(self, order: PurchaseOrder, silence: str) -> None:
        self.order, self.silence = order, silence
        self.lines = {
            line.number: LineBook(line, line.deliver_on or order.deliver_on or order.ordered_on) for line in order.lines
        }
        self.answered_on: date | None = None
        self.cancelled = False
        self.cancel: Cancel = ""
        self.changes: set[int] = set()
        self.shipments = 0
        self.notices: dict[str, ShipNotice] = {}

    def plan_from(self, plans: dict[str, tuple[list[Slice], Decimal, UnitPrice]]) -> None:
        """Take the answer that was thought out per line: slices, refused units, price."""
        for number, (slices, refused, price) in plans.items():
            line = self.lines[number]
            line.plan, line.refused = slices, refused
            line.price_moved = price != line.price
            line.price = price

    def apply(self, change: OrderChange) -> None:
        """Follow the buyer's change (X12 860).

        New absolute values, deleted or added lines, or the end of everything.
        """
        self.changes.add(change.sequence)
        if change.purpose == "cancel":
            self.end("ignores")
            return
        for wish in change.lines:
            self._apply_line(wish, change.deliver_on or self.order.deliver_on or self.order.ordered_on)

    def end(self, how: Cancel) -> None:
        """Take the buyer's cancellation: send nothing more, or go on as planned, or send all of it today."""
        self.cancel = how
        if how in ("agrees", "ignores"):
            self.cancelled = True
            for line in self.lines.values():
                line.resize(Decimal(0))

    def hurry(self, today: date) -> None:
        """Let everything that is planned leave today."""
        for line in self.lines.values():
            for part in line.plan:
                part.leaves = min(part.leaves, today)

    def word_on_cancel(self, own_number: str, today: date) -> OrderResponse:
        """Return the yes or no to the buyer's cancellation."""
        return OrderResponse(
            order_number=self.order.number,
            release=self.order.release,
            overall="accepted" if self.cancel == "agrees" else "rejected",
            responded_on=today,
            ordered_on=self.order.ordered_on,
            supplier_order_number=own_number,
            purpose="cancel",
            buyer=self.order.buyer,
            supplier=self.order.supplier,
        )

    def line(self, number: str) -> LineBook:
        """Return one line."""
        return self.lines[number]

    def response(self, purpose: Purpose, own_number: str, today: date, *, coded: bool) -> OrderResponse:
        """Return the answer as the plan stands; ``coded`` with X12's own word for a change (element 668)."""
        lines = tuple(self._response_line(line, coded) for line in self.lines.values() if line.ordered > 0)
        said = {outcome.disposition for line in lines for outcome in line.outcomes}
        overall: Overall = "accepted_with_changes"
        if said == {"accepted"}:
            overall = "accepted"
        elif said == {"rejected"}:
            overall = "rejected"
        return OrderResponse(
            order_number=self.order.number,
            release=self.order.release,
            overall=overall,
            responded_on=today,
            ordered_on=self.order.ordered_on,
            supplier_order_number=own_number,
            purpose=purpose,
            lines=lines,
            buyer=self.order.buyer,
            supplier=self.order.supplier,
        )

    def _apply_line(self, wish: ChangeLine, otherwise: date) -> None:
        line = self.lines.get(wish.line)
        if line is None:
            if wish.action == "add" and wish.quantity:
                added = OrderLine(
                    number=wish.line, item=wish.item or ItemIds(), quantity=wish.quantity, price=wish.price
                )
                line = self.lines[wish.line] = LineBook(added, wish.deliver_on or otherwise)
                if self.answered_on:
                    line.plan = [Slice(line.ordered, line.wanted, leaving(line.wanted))]
            return
        if wish.action == "delete":
            line.resize(Decimal(0))
        elif wish.action == "change":
            if wish.price:
                line.price = wish.price
            if wish.deliver_on:
                line.move_to(wish.deliver_on)
            if wish.quantity and self.answered_on:
                line.resize(wish.quantity.value)
            elif wish.quantity:
                line.ordered = wish.quantity.value

    def _response_line(self, line: LineBook, coded: bool) -> ResponseLine:
        said: dict[tuple[date, Disposition, str], Decimal] = {}
        for part in line.plan:
            key = (part.arrives, part.disposition, part.source_code)
            said[key] = said.get(key, Decimal(0)) + part.quantity
        outcomes = [
            LineOutcome(
                disposition=disposition,
                quantity=Quantity(quantity, line.unit),
                deliver_on=day,
                price=line.price if code == "IP" else None,
                source_code=code if coded else "",
            )
            for (day, disposition, code), quantity in said.items()
        ]
        if refused := line.ordered - sum((o.quantity.value for o in outcomes if o.quantity), Decimal(0)):
            whole = LineOutcome(disposition="rejected", quantity=Quantity(refused, line.unit))
            outcomes += [whole] if refused > 0 else []
        return ResponseLine(
            line=line.number,
            item=line.item,
            quantity=Quantity(line.ordered, line.unit),
            price=line.price,
            outcomes=tuple(outcomes),
        )
