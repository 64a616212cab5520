"""Say how an answer differs from the order on one line, and whether policy accepts the difference without a person."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tradelane.domain.ledger import Line
from tradelane.domain.order_answer import CUTTING, PROMISING, Answer
from tradelane.model.order_response import Deviation, OrderResponse
from tradelane.model.policy import Policy
from tradelane.model.quantity import ZERO, UnitPrice, line_amount

HUNDRED = Decimal(100)


def deviations(answer: Answer, line: Line, response: OrderResponse, policy: Policy) -> Iterator[Deviation]:
    """Yield every way *answer* differs from what was ordered on *line*."""
    if not answer.in_unit(line.unit):
        units = {outcome.quantity.unit for outcome in answer.outcomes if outcome.quantity}
        said = ", ".join(sorted(units))
        yield Deviation(line=answer.line, kind="unit_changed", ordered=line.unit, answered=said, accepted=False)
        return
    if line.deleting:
        promised = answer.total(*PROMISING)
        if promised:  # Else it is agreed that nothing comes.
            said = f"{promised} {line.unit}"
            yield Deviation(
                line=answer.line, kind="quantity_over", ordered=f"0 {line.unit}", answered=said, accepted=False
            )
        return
    yield from _quantities(answer, line, policy)
    yield from _dates(answer, line, response, policy)
    yield from _split(answer, line, policy)
    yield from _prices(answer, line, policy)
    for outcome in answer.outcomes:
        if outcome.disposition == "substituted" or outcome.substitute:
            ordered, offered = _named(line.item), _named(outcome.substitute)
            yield Deviation(
                line=answer.line,
                kind="item_changed",
                ordered=ordered,
                answered=offered,
                accepted=policy.substitution_allowed and outcome.disposition == "substituted",
                at_stake=worth(line, line.ordered),
            )


def worth(line: Line, units: Decimal) -> Decimal:
    """Return what so many units cost at the order's price; nothing where it names none."""
    return line_amount(units, line.price) if line.price and line.price.per else ZERO


def weekdays_late(wanted: date, promised: date) -> int:
    """Return how many weekdays *promised* is after *wanted*; zero or less when it is in time."""
    if promised <= wanted:
        return (promised - wanted).days
    weeks, rest = divmod((promised - wanted).days, 7)
    days = (wanted + timedelta(days=day) for day in range(1, rest + 1))
    return weeks * 5 + sum(day.weekday() < 5 for day in days)


def _quantities(answer: Answer, line: Line, policy: Policy) -> Iterator[Deviation]:
    if answer.total(*PROMISING) == answer.total() == line.ordered:
        return
    ordered = f"{line.ordered} {line.unit}"
    rejected, backordered, held = answer.total(*CUTTING), answer.total("backordered"), answer.total("held")
    if rejected:
        said = f"{rejected} {line.unit}"
        yield Deviation(
            line=answer.line,
            kind="rejected",
            ordered=ordered,
            answered=said,
            accepted=False,
            at_stake=worth(line, rejected),
        )
    if backordered:
        said = f"{backordered} {line.unit}"
        yield Deviation(
            line=answer.line,
            kind="backordered",
            ordered=ordered,
            answered=said,
            accepted=False,
            at_stake=worth(line, backordered),
        )
    if held:
        yield Deviation(
            line=answer.line,
            kind="held",
            ordered=ordered,
            answered=f"{held} {line.unit}",
            accepted=False,
            at_stake=worth(line, held),
        )
    missing = line.ordered - answer.total()
    if missing > 0:
        accepted = missing <= line.ordered * policy.under_ship_percent / HUNDRED
        said = f"{answer.total(*PROMISING)} {line.unit}"
        yield Deviation(
            line=answer.line,
            kind="quantity_short",
            ordered=ordered,
            answered=said,
            accepted=accepted,
            at_stake=worth(line, missing),
        )


def _dates(answer: Answer, line: Line, response: OrderResponse, policy: Policy) -> Iterator[Deviation]:
    """Compare the last day promised with the day wanted: delivery with delivery, through transit time where one
    side names shipping.
    """
    days = [day for outcome in answer.outcomes if (day := arrival(outcome.deliver_on, outcome.ship_on, policy))]
    promising = answer.total(*PROMISING, "backordered")
    promised = max(days, default=None) or arrival(response.deliver_on, response.ship_on, policy)
    wanted = arrival(line.deliver_on, line.ship_on, policy)
    if not promised or not wanted or not promising or promised == wanted:
        return
    late = weekdays_late(wanted, promised)
    kind = "date_late" if promised > wanted else "date_early"
    accepted = late <= policy.date_late_days
    stake = worth(line, promising) if late > 0 else ZERO
    yield Deviation(
        line=answer.line, kind=kind, ordered=str(wanted), answered=str(promised), accepted=accepted, at_stake=stake
    )


def _split(answer: Answer, line: Line, policy: Policy) -> Iterator[Deviation]:
    """Yield where what is promised comes on more days than it was ordered for."""
    promised = (o for o in answer.outcomes if o.disposition in (*PROMISING, "backordered"))
    days = {day for o in promised if (day := arrival(o.deliver_on, o.ship_on, policy))}
    if len(days) > line.days:
        wanted = f"on {line.days} day{'s' * (line.days > 1)}"
        named = ", ".join(str(day) for day in sorted(days))
        yield Deviation(line=answer.line, kind="split", ordered=wanted, answered=named, accepted=policy.partial_allowed)


def _prices(answer: Answer, line: Line, policy: Policy) -> Iterator[Deviation]:
    price = next((outcome.price for outcome in answer.outcomes if outcome.price), None)
    if price is None or line.price is None or not price.per or not line.price.per or price.each() == line.price.each():
        return
    up = price.each() - line.price.each()
    percent_ok = up <= line.price.each() * policy.price_up_percent / HUNDRED
    amount_ok = up * line.ordered <= policy.price_up_amount
    yield Deviation(
        line=answer.line,
        kind="price_up" if up > 0 else "price_down",
        ordered=_priced(line.price),
        answered=_priced(price),
        accepted=up < 0 or (percent_ok and amount_ok),
        at_stake=max(ZERO, up * line.ordered),
    )


def arrival(deliver_on: date | None, ship_on: date | None, policy: Policy) -> date | None:
    """Return the day goods arrive: as said, else so many days after they leave as the way takes."""
    if deliver_on or ship_on is None:
        return deliver_on
    try:
        return ship_on + timedelta(days=policy.transit_days)
    except OverflowError:  # A supplier may well promise the year 9999; it is late enough as it stands.
        return ship_on


def _priced(price: UnitPrice) -> str:
    return str(price.amount) if price.per == 1 else f"{price.amount} per {price.per}"


def _named(item: object) -> str:
    names = ("buyer_item", "gtin", "supplier_item", "manufacturer_item")
    return next((str(name) for field in names if (name := getattr(item, field, ""))), "another item")
