"""Small histories to show: an order's life, an exchange with a partner, an exception."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tradelane.model.event import Event, Recorded
from tradelane.model.exchange import SetOutcome, TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.model.party import ItemIds, Party
from tradelane.model.purchase_order import OrderLine, OrderReleased, PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice

START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone.utc)
ORDERED = date(2026, 3, 2)
WANTED = date(2026, 3, 20)


def order(number: str = "4711", lines: int = 2, quantity: int = 100) -> PurchaseOrder:
    """Return an order of *lines* lines of the same quantity at 2.50 each."""
    return PurchaseOrder(
        number=number,
        ordered_on=ORDERED,
        buyer=Party(name="Us"),
        supplier=Party(name="Kestrel"),
        currency="EUR",
        deliver_on=WANTED,
        lines=tuple(
            OrderLine(
                number=str(n),
                item=ItemIds(buyer_item=f"SKU-{n}"),
                quantity=Quantity(Decimal(quantity), "EA"),
                price=UnitPrice(Decimal("2.50")),
            )
            for n in range(1, lines + 1)
        ),
    )


def released(number: str = "4711", **more: Any) -> OrderReleased:
    return OrderReleased(order=order(number, **more), supplier="kestrel", owner="erp")


def taken(transmission: str = "t-1", *sets: SetOutcome, **more: Any) -> TransmissionTaken:
    given: dict[str, Any] = {
        "sha256": "00" * 32,
        "size": 10,
        "channel": "http",
        "received_at": START,
        "outcome": Outcome.ACCEPTED,
    }
    return TransmissionTaken(transmission=transmission, sets=tuple(sets), **{**given, **more})


def one_set(item: str = "", number: str = "4711", **more: Any) -> SetOutcome:
    given: dict[str, Any] = {"document_type": "order_response", "outcome": Outcome.ACCEPTED, "kind": "855"}
    return SetOutcome(number=number, item=item, **{**given, **more})


def history(stream: str, events: Iterable[Event], cause: str = "c-1", partition: int = 0) -> list[Recorded]:
    """Return *events* as they stand on one stream, a minute apart."""
    return [
        Recorded(
            partition=partition,
            sequence=version,
            stream=stream,
            version=version,
            recorded_at=START + timedelta(minutes=version),
            cause=cause,
            config="test",
            event=event,
        )
        for version, event in enumerate(events, 1)
    ]


def folded(view: Any, events: Sequence[Recorded]) -> dict[str, Any]:
    from tradelane.views.fold import fold

    return fold(view, {}, events)
