"""Ship notices as rows: each row an item that names its order and its container, and the tree we make of them."""

from collections.abc import Iterator
from itertools import count

from msgspec.structs import replace

from tradelane.model.ship_notice import ShipNode, ShipNotice


def packed_items(notice: ShipNotice) -> ShipNotice:
    """Hang items that name an order and a container themselves under nodes for these; a finished tree stays as it is.

    The shipment is 1, and what is in it is numbered on from there, each container after its order.
    """
    if any(node.level != "item" for node in notice.nodes):
        return notice
    orders: dict[str, dict[str, list[ShipNode]]] = {}
    for node in notice.nodes:
        orders.setdefault(node.order_number, {}).setdefault(node.sscc, []).append(node)
    return replace(notice, nodes=tuple(_tree(orders)))


def unpacked_items(notice: ShipNotice) -> ShipNotice:
    """Return a notice with its items alone, each naming the order and the innermost container it stands in."""
    return replace(notice, nodes=tuple(_unpacked(notice)))


def above(node: ShipNode, nodes: dict[str, ShipNode]) -> Iterator[ShipNode]:
    """Yield a node and all it stands in, innermost first; a ring ends where it would begin again."""
    here: ShipNode | None = node
    for _ in range(len(nodes)):
        if here is None:
            return
        yield here
        here = nodes.get(here.parent)


def _tree(orders: dict[str, dict[str, list[ShipNode]]]) -> Iterator[ShipNode]:
    numbers = map(str, count(1))
    shipment = ShipNode(id=next(numbers), level="shipment")
    yield shipment
    for order_number, packs in orders.items():
        order = ShipNode(id=next(numbers), level="order", parent=shipment.id, order_number=order_number)
        yield order
        for sscc, items in packs.items():
            holder = order
            if sscc:
                holder = ShipNode(id=next(numbers), level="pack", parent=order.id, sscc=sscc)
                yield holder
            for item in items:
                yield replace(item, id=next(numbers), parent=holder.id, order_number="", sscc="")


def _unpacked(notice: ShipNotice) -> Iterator[ShipNode]:
    nodes = {node.id: node for node in notice.nodes}
    for number, node in enumerate((node for node in notice.nodes if node.level == "item"), 1):
        around = [*above(node, nodes)]
        order = next((one.order_number for one in around if one.order_number), "")
        sscc = next((one.sscc for one in around if one.sscc), "")
        yield replace(node, id=str(number), parent="", order_number=order, sscc=sscc)
