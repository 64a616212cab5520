"""Ship notices as rows: each row an item that names its order and its container, and the tree we make of them."""

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec.structs import replace

from tradelane.model.document import Reference
from tradelane.model.quantity import ZERO, Quantity
from tradelane.model.ship_notice import ShipNode, ShipNotice

PALLET = "pallet"
"""The kind of reference by which an item names the SSCC of the pallet that its container stands on."""


def packed_items(notice: ShipNotice) -> ShipNotice:
    """Hang items that name an order and a container themselves under nodes for these; a finished tree stays as it is.

    The shipment is 1, and what is in it is numbered on from there, each container after its order.
    """
    if any(node.level == "shipment" for node in notice.nodes):
        return notice
    return replace(notice, nodes=tuple(_tree(notice.nodes)))


def unpacked_items(notice: ShipNotice) -> ShipNotice:
    """Return a notice with its items alone, each naming the order and the innermost container it stands in.

    An order without items stays as it is.
    """
    return replace(notice, nodes=tuple(_unpacked(notice, pallets=False)))


def unpacked_with_pallets(notice: ShipNotice) -> ShipNotice:
    """Return a notice with its items alone, each naming its order, its container, and the pallet that one stands on."""
    return replace(notice, nodes=tuple(_unpacked(notice, pallets=True)))


def handling_units(notice: ShipNotice) -> ShipNotice:
    """Put items into the containers that name them (SAP's E1EDL37, E1EDL44), and make the tree of all.

    A pack says in ``parent`` which item it holds, in ``quantity`` how much of it; a tare which pack stands on it.
    """
    if any(node.level == "shipment" for node in notice.nodes):
        return notice
    packs: dict[str, list[ShipNode]] = {}
    for node in notice.nodes:
        if node.level == "pack":
            packs.setdefault(node.parent.lstrip("0"), []).append(node)
    pallets = {node.parent: node.sscc for node in notice.nodes if node.level == "tare"}
    items = (node for node in notice.nodes if node.level == "item")
    parts = tuple(part for item in items for part in _packed(item, packs.get(item.id.lstrip("0"), ()), pallets))
    return packed_items(replace(notice, nodes=parts))


def apart_units(notice: ShipNotice) -> ShipNotice:
    """Return a notice with its items alone, and after them what holds each: what `handling_units` puts together."""
    items = [*_unpacked(notice, pallets=True)]
    packs = [
        ShipNode(id=item.id, level="pack", parent=item.id, sscc=item.sscc or pallet, quantity=item.quantity)
        for item in items
        if (pallet := _pallet(item)) or item.sscc
    ]
    stood = {item.sscc: pallet for item in items if item.sscc and (pallet := _pallet(item))}
    tares = [ShipNode(id=sscc, level="tare", parent=sscc, sscc=pallet) for sscc, pallet in stood.items()]
    return replace(notice, nodes=(*map(_loose, items), *packs, *tares))


def above(node: ShipNode, nodes: dict[str, ShipNode]) -> Iterator[ShipNode]:
    """Yield a node and all it stands in, innermost first; a ring ends where it would begin again."""
    here: ShipNode | None = node
    for _ in range(len(nodes)):
        if here is None:
            return
        yield here
        here = nodes.get(here.parent)


def _tree(items: Sequence[ShipNode]) -> Iterator[ShipNode]:
    numbers = map(str, count(1))
    shipment = ShipNode(id=next(numbers), level="shipment")
    yield shipment
    for order_number, of_order in _by("order_number", items):
        order = ShipNode(id=next(numbers), level="order", parent=shipment.id, order_number=order_number)
        whole = next((one for one in of_order if one.level == "order"), order)
        of_order = [one for one in of_order if one.level != "order"]
        yield replace(whole, id=order.id, parent=shipment.id)
        for pallet, on_pallet in _by(PALLET, of_order):
            below = order
            if pallet:
                below = ShipNode(id=next(numbers), level="tare", parent=order.id, sscc=pallet)
                yield below
            for sscc, inside in _by("sscc", on_pallet):
                holder = below
                if sscc:
                    holder = ShipNode(id=next(numbers), level="pack", parent=below.id, sscc=sscc)
                    yield holder
                for item in inside:
                    yield replace(_loose(item), id=next(numbers), parent=holder.id, order_number="")


def _by(said: str, items: Sequence[ShipNode]) -> Iterator[tuple[str, list[ShipNode]]]:
    """Yield items together that say the same, in the order in which each first comes."""
    groups: dict[str, list[ShipNode]] = {}
    for item in items:
        groups.setdefault(_pallet(item) if said == PALLET else getattr(item, said), []).append(item)
    yield from groups.items()


def _pallet(item: ShipNode) -> str:
    return next((one.value for one in item.references if one.kind == PALLET), "")


def _loose(item: ShipNode) -> ShipNode:
    """Return an item that names no container."""
    return replace(item, sscc="", references=tuple(one for one in item.references if one.kind != PALLET))


def _packed(item: ShipNode, packs: Sequence[ShipNode], pallets: dict[str, str]) -> Iterator[ShipNode]:
    """Yield an item in parts, one for each container that holds some of it, and what is in none."""
    left = item.quantity
    for pack in packs:
        part = left if len(packs) == 1 and not _alike(pack.quantity, left) else pack.quantity or left
        references = item.references
        if pack.sscc in pallets:
            references = (*references, Reference(PALLET, pallets[pack.sscc]))
        yield replace(item, sscc=pack.sscc, quantity=part, references=references)
        if left is not None:
            left = replace(left, value=max(left.value - part.value, ZERO) if part and _alike(part, left) else ZERO)
    if not packs or (left is not None and left.value > 0):
        yield replace(item, quantity=left)


def _alike(one: Quantity | None, other: Quantity | None) -> bool:
    """Say whether two quantities are counted in one unit, so that one can be taken off the other."""
    return one is not None and other is not None and one.unit == other.unit


def _unpacked(notice: ShipNotice, *, pallets: bool) -> Iterator[ShipNode]:
    """Yield the items of a notice, and the orders of which it names none."""
    nodes = {node.id: node for node in notice.nodes}
    told = {one.id for node in notice.nodes if node.level == "item" for one in above(node, nodes)}
    rows = (node for node in notice.nodes if node.level == "item" or (node.level == "order" and node.id not in told))
    for number, node in enumerate(rows, 1):
        around = [*above(node, nodes)]
        order = next((one.order_number for one in around if one.order_number), "")
        held = [one for one in around if one.sscc]
        pallet = next((one.sscc for one in held if one.level == "tare"), "") if pallets else ""
        sscc = next((one.sscc for one in held if not (pallets and one.level == "tare")), "")
        references = (*node.references, Reference(PALLET, pallet)) if pallet else node.references
        yield replace(node, id=str(number), parent="", order_number=order, sscc=sscc, references=references)
