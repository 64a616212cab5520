"""Take what a ship notice says of this order: post it as shipped, or say why it cannot be (domain.md 4.4, checks 3
to 6, 11, 12 and 15).

The notice is absolute: a restated one posts the difference, a cancelled one posts everything back. A notice that
comes before the supplier's answer is an answer too, for what it ships. Units that were turned down at the dock may be
shipped again, even when the order is closed: what replaces them is no surplus.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from tradelane.domain.delivery_terms import danger_fault, term_faults
from tradelane.domain.item_checks import lot_missing
from tradelane.domain.ledger import Line, Parcel
from tradelane.domain.line_search import LineSearch
from tradelane.domain.not_theirs import not_theirs
from tradelane.domain.order_book import Draft, State, unanswered
from tradelane.model.command import Defer
from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.policy import Context
from tradelane.model.purchase_order import AnnouncedLot, LineShipped, RecordShipment, ShipmentRecorded, ShipmentRefused
from tradelane.model.quantity import ZERO
from tradelane.model.ship_notice import ShippedItem

HUNDRED = Decimal(100)


def record(command: RecordShipment, draft: Draft, context: Context) -> Defer | None:
    """Let the shipment happen in *draft*; each revision of a notice is answered once."""
    state = draft.state
    if not state.number:
        return _unknown_order(command, context)
    if command.partner != state.supplier:
        says = (
            f"{command.partner} names order {state.number} in ship notice {command.notice}; it is {state.supplier}'s."
        )
        return not_theirs(_unknown_order(command, context), says)
    if state.notices.get(command.notice_stream, -1) >= command.revision:
        return None
    wanted, findings = _wanted(command, state, context)
    findings += _header_faults(command, state)
    findings += [fault for number, units in wanted.items() for fault in _faults(command, number, units, state, context)]
    if any(finding.severity == "error" for finding in findings):
        draft.add(
            ShipmentRefused(
                notice=command.notice,
                notice_stream=command.notice_stream,
                partner=command.partner,
                findings=tuple(findings),
                revision=command.revision,
            )
        )
        return None
    for number, units in wanted.items():
        _post(command, number, units, draft)
    draft.add(
        ShipmentRecorded(
            notice=command.notice,
            notice_stream=command.notice_stream,
            partner=command.partner,
            findings=tuple(findings),
            revision=command.revision,
            unanswered=unanswered(draft.state),
            lots=_lots(command, state),
        )
    )
    return None


def recorded(state: State, event: ShipmentRecorded) -> State:
    """Return *state* with the revision of the notice that was answered, and the lots it announces."""
    state = replace(state, notices={**state.notices, event.notice_stream: event.revision})
    lots: dict[str, tuple[str, ...]] = {}
    for each in event.lots:
        lots[each.line] = (*lots.get(each.line, ()), each.lot)
    lines = dict(state.lines)
    for number, line in state.lines.items():
        parcel = line.transit.get(event.notice)
        if parcel and parcel.lots != lots.get(number, ()):
            announced = replace(parcel, lots=lots.get(number, ()))
            lines[number] = replace(line, transit={**line.transit, event.notice: announced})
    return replace(state, lines=lines)


def _lots(command: RecordShipment, state: State) -> tuple[AnnouncedLot, ...]:
    search, lots = LineSearch(state.lines), dict[AnnouncedLot, None]()
    for item in () if command.cancelled else command.items:
        found = search.find(item.line, item.item)
        if item.lot and found.line in state.lines:
            lots[AnnouncedLot(line=found.line, lot=item.lot)] = None
    return tuple(lots)


def _wanted(command: RecordShipment, state: State, context: Context) -> tuple[dict[str, Decimal], list[Finding]]:
    """Return the units each order line should have announced by this notice, and what is wrong with its items."""
    known = [number for number, line in state.lines.items() if command.notice in line.transit]
    wanted = dict.fromkeys(known, ZERO)
    findings: list[Finding] = []
    if command.cancelled:
        return wanted, findings
    search = LineSearch(state.lines)
    for item in command.items:
        found = search.find(item.line, item.item)
        if found.how in ("none", "conflict"):
            findings.append(_unknown_item(item))
            continue
        if found.how == "item" and item.line:
            findings.append(_by_item(item, found.line))
        line = state.lines[found.line]
        findings += [*_item_faults(item, line), *_known_faults(item, found.line, state, context)]
        wanted[found.line] = wanted.get(found.line, ZERO) + item.quantity.value
    return wanted, findings


def _post(command: RecordShipment, number: str, units: Decimal, draft: Draft) -> None:
    line = draft.state.lines[number]
    more = line.transit.get(command.notice, Parcel()).difference(units)
    if not more:
        return
    beyond = max(ZERO, more - line.remaining) if more > 0 else -min(line.over, -more)
    draft.add(
        LineShipped(
            line=number,
            notice=command.notice,
            quantity=more,
            over=beyond,
            expected_on=command.expected_on,
            replaced=min(max(ZERO, beyond), line.replaceable),
        )
    )


def _faults(command: RecordShipment, number: str, units: Decimal, state: State, context: Context) -> Iterator[Finding]:
    line = state.lines[number]
    parcel = line.transit.get(command.notice, Parcel())
    more = parcel.difference(units)
    if units < min(parcel.announced, parcel.arrived):
        says = f"Line {number}: {parcel.arrived} {line.unit} of this notice have been received already."
        fix = "Correct the receipt with the warehouse first, or send a new notice for the rest."
        yield _fault("already-received", f"line {number}", says, fix)
    left = line.to_come - more
    if units and left > line.ordered * context.policy.under_ship_percent / HUNDRED:
        says = f"Line {number}: {units} {line.unit} shipped, {left} stay to come."
        yield _fault(
            "short-ship", f"line {number}", says, "Nothing if the rest follows; else ask the supplier.", "warning"
        )
    if more <= 0:
        return
    beyond = more - line.remaining - line.replaceable
    surplus = max(ZERO, line.over - line.rejected) + beyond
    if beyond > 0 and surplus > line.ordered * context.policy.over_ship_percent / HUNDRED:
        owed = max(ZERO, line.remaining) + line.replaceable
        says = f"Line {number}: {units} {line.unit} shipped, {owed} were still to come."
        fix = "Ask the supplier whether the notice is wrong; else raise the order, or refuse the surplus."
        yield _fault("over-ship", f"line {number}", says, fix)
    elif beyond > 0:
        says = f"Line {number}: {beyond} {line.unit} more than ordered; within tolerance."
        yield _fault("over-ship-tolerated", f"line {number}", says, "Nothing, or tell the supplier.", "warning")
    if more > line.to_come and line.cut:
        says = f"Line {number}: units that were cut are shipped after all."
        yield _fault("cut-units", f"line {number}", says, "Take them, or refuse them at the dock.", "warning")


def _item_faults(item: ShippedItem, line: Line) -> Iterator[Finding]:
    if item.quantity.value <= 0:
        says = f"Item {item.node} ships {item.quantity.value}."
        yield _fault("no-quantity", item.node, says, "Ask the supplier to resend with what was shipped.")
    if item.quantity.unit != line.unit:
        says = f"Item {item.node} is in {item.quantity.unit}, the order in {line.unit}."
        yield _fault("unit-mismatch", item.node, says, f"Ask the supplier to resend in {line.unit}.")


def _known_faults(item: ShippedItem, number: str, state: State, context: Context) -> Iterator[Finding]:
    """Yield what the order's own name for the item tells: that it is dangerous, or kept by lot."""
    facts = context.items.of(item.item)
    ours = facts or context.items.of(state.lines[number].item)
    yield from danger_fault(item, number, state.terms, ours)
    if facts is None:  # Else the notice was checked for it by itself.
        yield from lot_missing(item.node, item.lot, ours, wanted=False)


def _header_faults(command: RecordShipment, state: State) -> list[Finding]:
    findings: list[Finding] = []
    if command.cancelled or not command.items:
        return findings
    findings += term_faults(command, state.terms)
    if state.cancelled or (state.closed and not _replaces(state)):
        over = "cancelled" if state.cancelled else "closed"
        fix = "Stop the shipment with the supplier, or tell the warehouse to expect it and place a new order."
        findings.append(_fault(f"{over}-order", "the order", f"Order {state.number} is {over}.", fix))
    return findings


def _replaces(state: State) -> bool:
    """Say whether something of the order was turned down and not replaced yet; more than that is an over-shipment."""
    return any(line.replaceable for line in state.lines.values())


def _unknown_order(command: RecordShipment, context: Context) -> Defer:
    number = command.items[0].order_number if command.items else ""
    fix = "Release the order from the ERP, or ask the supplier to correct the order number."
    finding = _fault("unknown-order", "the order", f"There is no order {number} yet.", fix)
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_ship_notice_hours))


def _unknown_item(item: ShippedItem) -> Finding:
    says = f"Item {item.node} is not on order {item.order_number}" + (f", line {item.line}." if item.line else ".")
    return _fault("unknown-item", item.node, says, "Ask the supplier to name the order's line and item.")


def _by_item(item: ShippedItem, meant: str) -> Finding:
    says = f"Item {item.node} names line {item.line}, its item is on line {meant}; taken for line {meant}."
    return _fault("line-by-item", item.node, says, "Ask the supplier to echo the order's line numbers.", "warning")


def _fault(code: str, place: str, says: str, fix: str, severity: Severity = "error") -> Finding:
    return Finding(code=f"ship-notice.{code}", where=Place(path=place), says=says, fix=fix, severity=severity)
