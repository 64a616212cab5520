"""What a supplier answers to a new order: thought out line by line, as its habits fall."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from tradelane.model.quantity import UnitPrice
from tradelane.testing.twins.behaviour import Behaviour
from tradelane.testing.twins.book import LineBook, Slice
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.shipping import leaving

Plan = tuple[list[Slice], Decimal, UnitPrice]
"""Slices to send, units refused, the price that holds."""


def answer(number: str, lines: Sequence[LineBook], habits: Behaviour, desk: Desk, today: date) -> dict[str, Plan]:
    """Return the plan for every line of order *number*, as it stands after the buyer's changes so far."""
    earliest = today + timedelta(days=1)
    return {
        line.number: _line(line, max(line.wanted, earliest), habits, desk.chance(number, "answer", line.number))
        for line in lines
        if line.ordered > 0
    }


def _line(line: LineBook, wanted: date, habits: Behaviour, chance: Random) -> Plan:
    quantity, price = line.ordered, line.price
    later = wanted + timedelta(days=chance.randint(5, 30))
    part = max(Decimal(1), quantity * chance.randint(3, 8) // 10)
    match _kind(chance.random(), habits):
        case "reject":
            return [], quantity, price
        case "backorder" if part < quantity:
            rest = Slice(quantity - part, later, leaving(later), "backordered")
            return [Slice(part, wanted, leaving(wanted), "changed", "IQ"), rest], Decimal(0), price
        case "split" if part < quantity:
            rest = Slice(quantity - part, later, leaving(later), "changed", "DR")
            return [Slice(part, wanted, leaving(wanted)), rest], Decimal(0), price
        case "late":
            return [Slice(quantity, later, leaving(later), "changed", "DR")], Decimal(0), price
        case "price":
            raised = _raised(price, chance)
            return [Slice(quantity, wanted, leaving(wanted), "changed", "IP")], Decimal(0), raised
        case _:
            return [Slice(quantity, wanted, leaving(wanted))], Decimal(0), price


def _kind(fall: float, habits: Behaviour) -> str:
    for rate, kind in (
        (habits.reject_line, "reject"),
        (habits.backorder, "backorder"),
        (habits.split_dates, "split"),
        (habits.late_dates, "late"),
        (habits.price_changed, "price"),
    ):
        if fall < rate:
            return kind
        fall -= rate
    return "accept"


def _raised(price: UnitPrice, chance: Random) -> UnitPrice:
    factor = Decimal(chance.randint(102, 112)) / 100
    return UnitPrice((price.amount * factor).quantize(Decimal("0.01"), ROUND_HALF_UP), price.per)
