"""Check that a ship notice makes a tree with goods in it, before anything else is asked of it (domain.md 4.4, checks 2,
5 and 7). Without that there is nothing to receive by.
"""

from collections.abc import Iterator

from tradelane.model.finding import Finding, Place
from tradelane.model.identity import order_stream
from tradelane.model.ship_notice import ShipNode, ShipNotice, items


def order_streams(notice: ShipNotice) -> tuple[str, ...]:
    """Return the streams of the orders that the notice's items belong to, each once."""
    return tuple(dict.fromkeys(order_stream(item.order_number, item.release) for item in items(notice)))


def tree_faults(notice: ShipNotice) -> Iterator[Finding]:
    """Yield everything that keeps the notice from being a tree with a number; any of it refuses the notice."""
    if not notice.number.strip():
        yield _fault("no-number", "$.number", "The ship notice has no number.", "Send it with a number of its own.")
    if notice.purpose != "cancel":
        yield from _node_faults(notice)


def item_faults(notice: ShipNotice) -> Iterator[Finding]:
    """Yield the items that nobody can receive by; the notice is refused where none is left."""
    if notice.purpose != "cancel":
        yield from _item_faults(notice)


def ships_something(notice: ShipNotice) -> bool:
    """Say whether there is an item to receive by, or nothing to receive because the notice is taken back."""
    return notice.purpose == "cancel" or any(item.quantity.value > 0 for item in items(notice))


def valid_check_digit(digits: str) -> bool:
    """Say whether the last digit is right: from the right, weights 3, 1, 3, 1 over the others (GS1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def _node_faults(notice: ShipNotice) -> Iterator[Finding]:
    """Every node has an id of its own and a parent that exists, and climbing ends."""
    nodes: dict[str, ShipNode] = {}
    for node in notice.nodes:
        if node.id in nodes:
            fix = "Number the nodes one by one (HL01)."
            yield _fault("node-twice", f"node {node.id}", f"Node {node.id} appears twice.", fix)
        nodes[node.id] = node
    for node in notice.nodes:
        if node.parent and node.parent not in nodes:
            says = f"Node {node.id} hangs under {node.parent}, which is not there."
            yield _fault("orphan", f"node {node.id}", says, "Send the parent too, or name another (HL02).")
    for node_id in _circling(nodes):
        yield _fault("cycle", f"node {node_id}", f"Node {node_id} is above itself.", "Name the right parent (HL02).")


def _circling(nodes: dict[str, ShipNode]) -> Iterator[str]:
    """Yield nodes from which climbing never ends; each node is walked once, however deep the tree."""
    ends: dict[str, bool] = {"": True}
    for start in nodes:
        path: list[str] = []
        here = start
        while here not in ends and here in nodes:
            ends[here] = False
            path.append(here)
            here = nodes[here].parent
        fine = here not in nodes or ends[here]
        for node_id in path:
            ends[node_id] = fine
        if path and not fine:
            yield start


def _item_faults(notice: ShipNotice) -> Iterator[Finding]:
    placed = {item.node for item in items(notice)}
    if not any(node.level == "item" for node in notice.nodes):
        fix = "Send it with the items that are on their way."
        yield _fault("no-items", "$.nodes", "The notice ships nothing.", fix)
    for node in notice.nodes:
        if node.level != "item":
            continue
        place = f"node {node.id}"
        if node.quantity is None or node.quantity.value <= 0:
            says = f"Item {node.id} has no quantity above zero."
            yield _fault("no-quantity", place, says, "Say how many units are shipped (SN102).")
        elif node.id not in placed:
            fix = "Name the order on the item or above it (PRF01)."
            yield _fault("no-order", place, f"Item {node.id} belongs to no order.", fix)


def _fault(code: str, place: str, says: str, fix: str) -> Finding:
    return Finding(code=f"ship-notice.{code}", where=Place(path=place), says=says, fix=fix)
