"""Check a ship notice's tree for itself, before any order is asked (domain.md 4.4, checks 2, 5 and 7 to 11)."""

from collections.abc import Iterator
from datetime import date, timedelta

from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.identity import order_stream
from tradelane.model.moment import Moment
from tradelane.model.policy import Context
from tradelane.model.ship_notice import ShipNode, ShipNotice, items, shipped_total

SSCC_DIGITS = 18


def order_streams(notice: ShipNotice) -> tuple[str, ...]:
    """Return the streams of the orders that the notice's items belong to, each once."""
    return tuple(dict.fromkeys(order_stream(item.order_number, item.release) for item in items(notice)))


def faults(notice: ShipNotice, context: Context) -> Iterator[Finding]:
    """Yield everything wrong with the notice as a tree; errors refuse it, warnings go along."""
    if not notice.number.strip():
        yield _fault("no-number", "$.number", "The ship notice has no number.", "Send it with a number of its own.")
    if notice.purpose == "cancel":
        return
    yield from _tree_faults(notice)
    yield from _item_faults(notice)
    yield from _sscc_faults(notice, context)
    yield from _date_faults(notice, context.now.date())
    yield from _total_faults(notice)


def valid_check_digit(digits: str) -> bool:
    """Say whether the last digit is right: from the right, weights 3, 1, 3, 1 over the others (GS1)."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def _tree_faults(notice: ShipNotice) -> Iterator[Finding]:
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
        if node.serials and node.quantity and len(set(node.serials)) != node.quantity.value:
            says = f"Item {node.id} ships {node.quantity.value} and names {len(set(node.serials))} serial numbers."
            yield _fault("serials", place, says, "Check the serial numbers at the dock.", "warning")


def _sscc_faults(notice: ShipNotice, context: Context) -> Iterator[Finding]:
    severity: Severity = "error" if context.policy.check_sscc else "warning"
    seen: set[str] = set()
    for node in notice.nodes:
        if not node.sscc:
            continue
        place, sscc = f"node {node.id}", node.sscc[2:] if len(node.sscc) == SSCC_DIGITS + 2 else node.sscc
        if len(sscc) != SSCC_DIGITS or not valid_check_digit(sscc):
            says = f"{node.sscc} is not a valid SSCC: 18 digits, the last one a check digit."
            yield _fault("sscc", place, says, "Correct the label, or scan it by hand at the dock.", severity)
        if sscc in seen:
            says = f"SSCC {sscc} is on two units."
            yield _fault("sscc-twice", place, says, "Give every unit a label of its own.", severity)
        seen.add(sscc)


def _date_faults(notice: ShipNotice, today: date) -> Iterator[Finding]:
    shipped, expected = _day(notice.shipped), _day(notice.expected)
    if shipped and shipped > today + timedelta(days=1):
        says = f"The ship date {shipped} lies ahead."
        yield _fault("shipped-ahead", "$.shipped", says, "Check the date with the supplier.", "warning")
    if shipped and expected and expected < shipped:
        says = f"Arrival on {expected} is before shipping on {shipped}."
        yield _fault("arrives-before-shipping", "$.expected", says, "Check both dates with the supplier.", "warning")


def _total_faults(notice: ShipNotice) -> Iterator[Finding]:
    """Compare with the control totals, where the format carries them (X12 CTT01 counts nodes, CTT02 sums
    quantities).
    """
    stated = {reference.kind: reference.value for reference in notice.references}
    counted = {"node_count": str(len(notice.nodes)), "quantity_total": f"{shipped_total(notice).normalize():f}"}
    for kind, ours in counted.items():
        said = stated.get(kind, ours).strip()
        if said != ours and said.lstrip("0") != ours:
            says = f"The control total says {said}, the notice adds up to {ours}."
            fix = "Ask the supplier whether something is missing."
            yield _fault("control-total", "$.references", says, fix, "warning")


def _day(moment: Moment | None) -> date | None:
    return moment.on if moment else None


def _fault(code: str, place: str, says: str, fix: str, severity: Severity = "error") -> Finding:
    return Finding(code=f"ship-notice.{code}", where=Place(path=place), says=says, fix=fix, severity=severity)
