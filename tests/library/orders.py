"""An order to say things about."""

from datetime import date
from decimal import Decimal

from tradelane.model.party import ItemIds, Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity


def line(number: str, quantity: int) -> OrderLine:
    """Return a line of an order."""
    return OrderLine(
        number=number, item=ItemIds(buyer_item=f"SKU-{number}"), quantity=Quantity(Decimal(quantity), "EA")
    )


ORDER = PurchaseOrder(
    number="4711",
    ordered_on=date(2026, 11, 20),
    buyer=Party(name="Norvik"),
    supplier=Party(name="Kestrel"),
    lines=(line("1", 10), line("2", 100)),
)
