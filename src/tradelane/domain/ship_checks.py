"""Check what a ship notice says beyond its tree: labels, items, dates, carrier, totals (domain.md 4.4, checks 8 to 17).

None of this keeps a notice from being used, for the goods are on their way: one with an error is received blind. The
checks of the tree itself, without which there is nothing to receive, are in `ship_tree.py`; those that ask what an item
is in `item_checks.py`; those that need an order in `shipment.py`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from tradelane.domain.item_checks import item_doubts
from tradelane.domain.ship_tree import valid_check_digit
from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.moment import Moment
from tradelane.model.policy import Context, Policy
from tradelane.model.ship_notice import RecordShipNotice, ShipNode, ShipNotice, shipped_total, sscc_of

SSCC_DIGITS = 18
LABEL_RESTS = timedelta(days=365)
"""An SSCC is not given to another unit for so long (GS1)."""
UPSIDE_DOWN = (("order", "order"), ("order", "item"), ("tare", "pack"), ("item", "item"))
"""What never hangs under what: the level, and the one above it."""
ZONES_WEST = timedelta(hours=12)
"""A day without a zone may end so much later than ours."""


def doubts(command: RecordShipNotice, context: Context) -> Iterator[Finding]:
    """Yield everything that is wrong with the notice; an error means that the goods are received blind."""
    notice, policy = command.notice, context.policy
    if notice.purpose == "cancel":
        return
    yield from _level_faults(notice)
    yield from _label_faults(notice, policy)
    yield from _reuse_faults(command, context.now)
    yield from item_doubts(notice, context)
    yield from _date_faults(notice, context)
    yield from _carrier_faults(command, policy)
    yield from _total_faults(notice, policy)


def _level_faults(notice: ShipNotice) -> Iterator[Finding]:
    """One shipment is above all else, where there is one; levels may be left out, and items may be above cartons."""
    nodes = {node.id: node for node in notice.nodes}
    shipments = sum(node.level == "shipment" for node in notice.nodes)
    if shipments > 1:
        fix = "Send a notice for each shipment."
        yield _fault("two-shipments", "$.nodes", f"The notice holds {shipments} shipments.", fix)
    for node in notice.nodes:
        above = nodes.get(node.parent)
        if above is None and shipments and node.level != "shipment" and not node.parent:
            fix = "Name the node it hangs under (HL02)."
            yield _fault("apart", f"node {node.id}", f"Node {node.id} is not under the shipment.", fix)
        if above is not None and (node.level == "shipment" or (node.level, above.level) in UPSIDE_DOWN):
            says = f"Node {node.id}, a level {node.level}, hangs under the {above.level} {above.id}."
            fix = "Send shipment, order, pallet, carton, item in the order that holds for the load (BSN05)."
            yield _fault("level-order", f"node {node.id}", says, fix)


def _label_faults(notice: ShipNotice, policy: Policy) -> Iterator[Finding]:
    severity: Severity = "error" if policy.check_sscc else "warning"
    seen: set[str] = set()
    for node in notice.nodes:
        place, sscc = f"node {node.id}", sscc_of(node)
        if not sscc:
            if policy.require_sscc and node.level in ("tare", "pack"):
                says = f"{_unit(node)} has no SSCC."
                yield _fault("no-sscc", place, says, "Label it at the dock; ask the supplier for labels.", "warning")
            continue
        if len(sscc) != SSCC_DIGITS or not valid_check_digit(sscc):
            says = f"{node.sscc} is not a valid SSCC: 18 digits, the last one a check digit."
            yield _fault("sscc", place, says, "Correct the label, or scan it by hand at the dock.", severity)
        if sscc in seen:
            says = f"SSCC {sscc} is on two units."
            yield _fault("sscc-twice", place, says, "Give every unit a label of its own.")
        seen.add(sscc)


def _reuse_faults(command: RecordShipNotice, now: datetime) -> Iterator[Finding]:
    """A label that another notice bore within a year cannot tell the two units apart."""
    for use in command.labels:
        if use.notice != command.notice.number and now - use.at < LABEL_RESTS:
            place = next((f"node {node.id}" for node in command.notice.nodes if sscc_of(node) == use.sscc), "$.nodes")
            says = f"SSCC {use.sscc} is on ship notice {use.notice} too, of {use.at:%Y-%m-%d}."
            yield _fault("sscc-reused", place, says, "Give every unit a label of its own; one rests for a year.")


def _date_faults(notice: ShipNotice, context: Context) -> Iterator[Finding]:
    now, within = context.now, timedelta(hours=context.policy.notice_within_hours)
    shipped, expected = notice.shipped, notice.expected
    if shipped and shipped.on > now.date() + timedelta(days=1):
        says = f"The ship date {shipped.on} lies ahead."
        yield _fault("shipped-ahead", "$.shipped", says, "Check the date with the supplier.", "warning")
    if shipped and expected and expected.on < shipped.on:
        says = f"Arrival on {expected.on} is before shipping on {shipped.on}."
        yield _fault("arrives-before-shipping", "$.expected", says, "Check both dates with the supplier.", "warning")
    if expected and _over(expected, now):
        says = f"The notice came after the goods were to arrive, on {expected.on}."
        yield _fault("after-arrival", "$.expected", says, "See whether they are at the dock already.", "warning")
    elif shipped and _over(shipped, now - within):
        says = f"The notice came more than {context.policy.notice_within_hours} h after the goods left, {shipped.on}."
        yield _fault("late", "$.shipped", says, "Ask the supplier to send notices when goods leave.", "warning")


def _over(said: Moment, now: datetime) -> bool:
    """Say whether *said* is over for sure; a day is over when it is over in the last time zone."""
    instant = said.utc()
    if instant is not None:
        return instant < now
    return (now.astimezone(timezone.utc) - ZONES_WEST).date() > said.on


def _carrier_faults(command: RecordShipNotice, policy: Policy) -> Iterator[Finding]:
    notice = command.notice
    if not command.carrier_known:
        says = f"{notice.carrier} is none of our carriers."
        fix = "Ask who brings the goods, or add the code to the carrier's settings."
        yield _fault("unknown-carrier", "$.carrier", says, fix, "warning")
    wanted: Severity = "error" if policy.require_carrier_reference else "warning"
    if notice.transport_mode == "road" and not (notice.bill_of_lading or notice.carrier_reference):
        says = "Goods by road come without a bill of lading and without the carrier's number (PRO)."
        yield _fault("no-carrier-reference", "$.bill_of_lading", says, "Ask for one, to find them on the way.", wanted)
    if policy.require_appointment and not any(one.kind == "appointment" for one in notice.references):
        says = "No dock appointment is named."
        yield _fault(
            "no-appointment", "$.references", says, "Make one with the carrier, or ask for its number.", "warning"
        )
    if notice.weight is not None and notice.weight.value <= 0:
        says = f"The goods weigh {notice.weight.value} {notice.weight.unit}."
        yield _fault("weight", "$.weight", says, "Ask for the weight before planning the dock.", "warning")


def _total_faults(notice: ShipNotice, policy: Policy) -> Iterator[Finding]:
    """Compare with the control totals, where the format carries them (X12 CTT01 counts nodes, CTT02 sums
    quantities), and the packages announced with those listed.
    """
    severity: Severity = "error" if policy.check_totals else "warning"
    fix = "Ask the supplier whether something is missing."
    stated = {reference.kind: reference.value for reference in notice.references}
    counted = {"node_count": str(len(notice.nodes)), "quantity_total": f"{shipped_total(notice).normalize():f}"}
    for kind, ours in counted.items():
        said = stated.get(kind, ours).strip()
        if said != ours and said.lstrip("0") != ours:
            says = f"The control total says {said}, the notice adds up to {ours}."
            yield _fault("control-total", "$.references", says, fix, severity)
    packed = [node for node in notice.nodes if node.level in ("tare", "pack")]
    inside = {node.id for node in packed}
    pallets = sum(node.level == "tare" for node in packed)
    cartons, outermost = len(packed) - pallets, sum(node.parent not in inside for node in packed)
    if notice.package_count and packed and notice.package_count not in (pallets, cartons, len(packed), outermost):
        says = f"{notice.package_count} packages are announced, {pallets} pallets and {cartons} cartons are listed."
        yield _fault("package-count", "$.package_count", says, fix, severity)


def _unit(node: ShipNode) -> str:
    return f"{'Pallet' if node.level == 'tare' else 'Carton'} {node.id}"


def _fault(code: str, place: str, says: str, fix: str, severity: Severity = "error") -> Finding:
    return Finding(code=f"ship-notice.{code}", where=Place(path=place), says=says, fix=fix, severity=severity)
