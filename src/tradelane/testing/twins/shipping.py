"""How a supplier packs a load into pallets and cartons, and how it bills one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from msgspec import Struct, structs

from tradelane.model.invoice import Invoice, InvoiceLine
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice, line_amount
from tradelane.model.ship_notice import ShipNode, ShipNotice, ShippedItem
from tradelane.testing.twins.pen import sscc

TRANSIT = timedelta(days=3)
CARTONS_PER_PALLET = 8


class Line(Protocol):
    """What packing and billing need to know of a line."""

    number: str
    item: ItemIds
    unit: str
    ordered: Decimal
    price: UnitPrice


class OpenOrder(Protocol):
    """What packing and billing need to know of an order."""

    order: PurchaseOrder
    shipments: int

    def line(self, number: str) -> Line:
        """Return one line."""
        ...


class Packing(Struct):
    """A supplier's packing hall.

    Its GS1 prefix (extension digit and company prefix), carton size, carrier, and running number.
    """

    initials: str
    prefix: str
    carton: int = 24
    carrier: str = "ABCD"
    ship_from: Party | None = None
    serial: int = 0

    def next_sscc(self) -> str:
        """Return the next container code."""
        self.serial += 1
        return sscc(self.prefix, self.serial)


def leaving(arrives: date) -> date:
    """Return the day on which goods leave that arrive on *arrives*."""
    return arrives - TRANSIT


def pack(book: OpenOrder, load: dict[str, Decimal], packing: Packing, now: datetime) -> ShipNotice:
    """Return the ship notice for *load* (line number to units): shipment, order, pallets, cartons, items."""
    number = f"{packing.initials}SH{book.order.number}-{book.shipments}"
    nodes = [ShipNode(id="1", level="shipment")]
    order = ShipNode(
        id="2",
        level="order",
        parent="1",
        order_number=book.order.number,
        release=book.order.release,
        ordered_on=book.order.ordered_on,
    )
    nodes.append(order)
    cartons = [carton for line, units in load.items() for carton in _cartons(book.line(line), units, packing)]
    pallet = ""
    for place, (line, units) in enumerate(cartons):
        if place % CARTONS_PER_PALLET == 0:
            pallet = str(len(nodes) + 1)
            nodes.append(ShipNode(id=pallet, level="tare", parent="2", sscc=packing.next_sscc()))
        carton = str(len(nodes) + 1)
        nodes.append(ShipNode(id=carton, level="pack", parent=pallet, sscc=packing.next_sscc()))
        nodes.append(_item(str(len(nodes) + 1), carton, line, units))
    # X12 says when a notice was written without a zone (BSN04), when goods left with one (DTM04).
    clock = Moment(on=now.date(), at=now.time().replace(second=0, microsecond=0), precision="minute")
    return ShipNotice(
        number=number,
        noticed=clock,
        shipped=structs.replace(clock, offset=0, zone_source="explicit"),
        expected=Moment(on=now.date() + TRANSIT),
        nodes=tuple(nodes),
        supplier=book.order.supplier,
        ship_from=packing.ship_from,
        ship_to=book.order.ship_to,
        carrier=packing.carrier,
        transport_mode="road",
        bill_of_lading=f"B{number}",
        package_type="PLT",
        package_count=sum(node.level == "tare" for node in nodes),
    )


def bill(
    book: OpenOrder, shipped: Sequence[ShippedItem], notice: str, today: date, *, raised: Decimal, extra: bool
) -> Invoice:
    """Return the invoice for a shipment.

    ``raised`` lifts the first line's price by that share, ``extra`` its quantity by a tenth.
    """
    units: dict[str, Decimal] = {}
    for each in shipped:
        units[each.line] = units.get(each.line, Decimal(0)) + each.quantity.value
    lines: list[InvoiceLine] = []
    for place, (number, quantity) in enumerate(units.items(), 1):
        line, billed, price = book.line(number), quantity, book.line(number).price
        if place == 1 and extra:
            billed += max(Decimal(1), quantity // 10)
        if place == 1 and raised:
            price = UnitPrice((price.amount * (1 + raised)).quantize(Decimal("0.01")) + Decimal("0.01"), price.per)
        lines.append(
            InvoiceLine(
                number=str(place),
                order_number=book.order.number,
                order_line=number,
                quantity=Quantity(billed, line.unit),
                price=price,
                item=line.item,
            )
        )
    total = sum((line_amount(line.quantity.value, line.price) for line in lines), Decimal(0))
    return Invoice(
        number=notice.replace("SH", "IN", 1),
        invoiced_on=today,
        total=total,
        lines=tuple(lines),
        currency=book.order.currency,
        order_number=book.order.number,
        release=book.order.release,
        ordered_on=book.order.ordered_on,
        ship_notice=notice,
        supplier=book.order.supplier,
        bill_to=book.order.buyer,
    )


def _cartons(line: Line, units: Decimal, packing: Packing) -> list[tuple[Line, Decimal]]:
    """Split *units* over full cartons and a rest.

    A very large load goes on bigger ones, so that trees stay readable.
    """
    size = max(Decimal(packing.carton), -(-units // 10))
    full, rest = divmod(units, size)
    return [(line, size)] * int(full) + ([(line, rest)] if rest else [])


def _item(node: str, carton: str, line: Line, units: Decimal) -> ShipNode:
    return ShipNode(
        id=node,
        level="item",
        parent=carton,
        line=line.number,
        item=line.item,
        quantity=Quantity(units, line.unit),
        ordered=Quantity(line.ordered, line.unit),
    )
