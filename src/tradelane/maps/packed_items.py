"""Ship notices as rows: each row an item that names its order and its container, and the tree we make of them."""

from collections.abc import Iterator

from msgspec.structs import replace

from tradelane.model.ship_notice import ShipNode, ShipNotice


def packed_items(notice: ShipNotice) -> ShipNotice:
    """Hang items that name an order and a container themselves under nodes for these; a finished tree stays as it is.

    Orders and containers are numbered apart from the items: "O1", "P1", for an SSCC may hold goods of two orders.
    """
    if any(node.level != "item" for node in notice.nodes):
        return notice
    orders: dict[str, ShipNode] = {}
    packs: dict[tuple[str, str], ShipNode] = {}
    items: list[ShipNode] = []
    for node in notice.nodes:
        order = orders.setdefault(
            node.order_number, ShipNode(id=f"O{len(orders) + 1}", level="order", order_number=node.order_number)
        )
        above = order
        if node.sscc:
            key = (node.order_number, node.sscc)
            above = packs.setdefault(
                key, ShipNode(id=f"P{len(packs) + 1}", level="pack", parent=order.id, sscc=node.sscc)
            )
        items.append(replace(node, parent=above.id, order_number="", sscc=""))
    return replace(notice, nodes=(*orders.values(), *packs.values(), *items))


def unpacked_items(notice: ShipNotice) -> ShipNotice:
    """Return a notice with its items alone, each naming the order and the innermost container it stands in."""
    return replace(notice, nodes=tuple(_unpacked(notice)))


def _unpacked(notice: ShipNotice) -> Iterator[ShipNode]:
    nodes = {node.id: node for node in notice.nodes}
    for number, node in enumerate((node for node in notice.nodes if node.level == "item"), 1):
        above = [*_above(node, nodes)]
        order = next((one.order_number for one in above if one.order_number), "")
        sscc = next((one.sscc for one in above if one.sscc), "")
        yield replace(node, id=str(number), parent="", order_number=order, sscc=sscc)


def _above(node: ShipNode, nodes: dict[str, ShipNode]) -> Iterator[ShipNode]:
    """Yield a node and all it stands in, innermost first; a ring ends where it would begin again."""
    here: ShipNode | None = node
    for _ in range(len(nodes)):
        if here is None:
            return
        yield here
        here = nodes.get(here.parent)
