"""Take the order, and the buyer's changes to it, in their sequence (promise P12).

A change is absolute: new values for a line, whatever they were. What has left the supplier stays; the rest of a
changed line is open again and wants a new answer; untouched lines keep theirs. A line taken back is open until the
supplier agrees, unless policy says otherwise. A refused change uses its sequence
number up, or the next one would wait for ever. An order sent again with other content is read as the change that
would make it so.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from tradelane.domain import order_cancel
from tradelane.domain.delivery_terms import terms_of
from tradelane.domain.ledger import Line, cancel, opened, reorder
from tradelane.domain.not_theirs import not_theirs
from tradelane.domain.order_book import Draft, State, digest, remember
from tradelane.model.command import Defer
from tradelane.model.finding import Finding, Place
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    ChangeOrder,
    OrderChanged,
    OrderChangeRefused,
    OrderLine,
    OrderRefused,
    OrderReleased,
    PurchaseOrder,
    ReleaseOrder,
)
from tradelane.model.quantity import ZERO


def release(command: ReleaseOrder, draft: Draft, context: Context) -> None:
    """Let the order stand.

    The same again is nothing; other content is a change where its purpose or version says so, else refused.
    """
    order, state = command.order, draft.state
    findings = tuple(order_faults(order))
    if findings:
        draft.say(OrderRefused(order=order, supplier=command.supplier, owner=command.owner, findings=findings))
        return
    if not state.number:
        draft.add(OrderReleased(order=order, supplier=command.supplier, owner=command.owner))
        return
    if state.owner and command.owner != state.owner:
        draft.say(OrderRefused(order=order, supplier=command.supplier, owner=command.owner, findings=(_taken(order),)))
        return
    change = _as_change(order, state)
    anew = order.purpose == "replace" and not order.version  # The whole order as it stands now, whatever its number.
    if change is None or (order.version < state.sequence and not anew):
        return
    if order.purpose in ("replace", "change", "cancel") or order.version > state.sequence:
        _apply(change, draft, context)
    elif order.purpose == "original":
        draft.say(OrderChangeRefused(change=change, findings=(_conflict(order),)))


def apply(command: ChangeOrder, draft: Draft, context: Context) -> Defer | None:
    """Apply the change when its turn has come; one that came before the order, or before an earlier change, is
    deferred. For another ERP than the order's own, the order is not there.
    """
    change, state = command.change, draft.state
    if not state.number:
        return _early(change, context)
    if command.partner and state.owner and command.partner != state.owner:
        says = f"{command.partner} changes order {state.number}, which is {state.owner}'s."
        return not_theirs(_early(change, context), says)
    if digest(change) in state.said or 0 < change.sequence <= state.sequence:
        return None
    if change.sequence > state.sequence + 1 and change.purpose != "replace" and not state.restated:
        return _gap(change, state, context)
    _apply(change, draft, context)
    return None


def released(event: OrderReleased) -> State:
    """Return the state of a new order."""
    order = event.order
    return State(
        number=order.number,
        release=order.release,
        supplier=event.supplier,
        owner=event.owner,
        currency=order.currency,
        order_type=order.order_type,
        ordered_on=order.ordered_on,
        terms=terms_of(order),
        sequence=order.version,
        lines={line.number: opened(line, order.deliver_on, order.ship_on) for line in order.lines},
    )


def changed(state: State, event: OrderChanged) -> State:
    """Return *state* after a change."""
    change = event.change
    lines = dict(state.lines)
    for line in _effective(change, state):
        lines[line.line] = _changed_line(lines.get(line.line), line, change, pending=line.line in event.pending)
    after = replace(
        state,
        lines=lines,
        sequence=max(state.sequence + (change.sequence <= 0 and change.purpose != "replace"), change.sequence),
        restated=change.purpose == "replace" and change.sequence <= state.sequence,
        said=remember(state.said, digest(change)),
        uncancelled=False,
        closed=False,
    )
    return order_cancel.asked(after, change) if change.purpose == "cancel" else after


def refused(state: State, event: OrderChangeRefused) -> State:
    """Return *state* after a refusal: its sequence number is used up."""
    said = remember(state.said, digest(event))
    if event.findings[0].code != "purchase-order.conflict":
        said = remember(said, digest(event.change))
    return replace(state, said=said, sequence=max(state.sequence, event.change.sequence))


def order_faults(order: PurchaseOrder) -> Iterator[Finding]:
    """Yield everything that keeps *order* from standing at all."""
    seen: set[str] = set()
    if not order.lines:
        yield _nonsense("no-lines", "$.lines", "The order has no lines.", "Send it with what is to be ordered.")
    for index, line in enumerate(order.lines):
        place = f"$.lines[{index}]"
        if line.number in seen:
            says = f"Line number {line.number} is used twice."
            yield _nonsense("line-twice", place, says, "Give every line a number of its own.")
        seen.add(line.number)
        if line.quantity.value < 0:
            says = f"Line {line.number} orders a negative quantity."
            yield _nonsense("negative-quantity", place, says, "Send zero or more; goods go back by a return.")
        planned = sum((schedule.quantity.value for schedule in line.schedules), ZERO) if line.schedules else None
        if planned is not None and planned != line.quantity.value:
            says = f"Line {line.number} orders {line.quantity.value}, its schedules add up to {planned}."
            yield _nonsense("schedules-do-not-add-up", place, says, "Make the schedules add up to the quantity.")


def _apply(change: OrderChange, draft: Draft, context: Context) -> None:
    findings = tuple(_faults(change, draft.state))
    if findings:
        draft.say(OrderChangeRefused(change=change, findings=findings))
        return
    draft.add(OrderChanged(change=change, pending=_pending(change, draft.state, context)))
    order_cancel.ask(change, draft)


def _pending(change: OrderChange, state: State, context: Context) -> tuple[str, ...]:
    """Return the lines that are taken back once the supplier agrees: some of it may still come."""
    if context.policy.delete_at_once:
        return ()
    deleted = (line.line for line in _effective(change, state) if _deletes(line) and line.line in state.lines)
    return tuple(number for number in deleted if state.lines[number].to_come)


def _changed_line(line: Line | None, change: ChangeLine, whole: OrderChange, *, pending: bool) -> Line:
    """Return the books of a line after its change; a new line starts with every unit open."""
    marks = {"changed": whole.sequence, "changed_on": whole.changed_on}
    if line is None:
        assert change.quantity is not None, "a line is added with a quantity, or refused"
        added = OrderLine(number=change.line, item=change.item, quantity=change.quantity, price=change.price)
        return replace(opened(added, change.deliver_on or whole.deliver_on, change.ship_on or whole.ship_on), **marks)
    if _deletes(change):
        return (
            replace(reorder(line, line.ordered), deleting=True, **marks) if pending else replace(cancel(line), **marks)
        )
    opened_again = reorder(line, change.quantity.value if change.quantity else line.ordered)
    return replace(
        opened_again,
        unit=change.quantity.unit if change.quantity else line.unit,
        item=line.item if _same_or_silent(line, change) else change.item,
        price=change.price or line.price,
        deliver_on=change.deliver_on or whole.deliver_on or line.deliver_on,
        ship_on=change.ship_on or whole.ship_on or line.ship_on,
        **marks,
    )


def _effective(change: OrderChange, state: State) -> Iterator[ChangeLine]:
    """Yield the line changes that are meant: listed ones; on a replacement the lines left out too; header dates for
    all open lines.
    """
    if change.purpose == "cancel":
        return
    listed = {line.line for line in change.lines}
    yield from (line for line in change.lines if line.action != "none")
    for number, books in state.lines.items():
        if number in listed:
            continue
        if change.purpose == "replace":
            yield ChangeLine(line=number, action="delete")
        elif (change.deliver_on or change.ship_on) and books.to_come:
            yield ChangeLine(line=number, action="change")


def _deletes(line: ChangeLine) -> bool:
    return line.action == "delete" or (line.quantity is not None and not line.quantity.value)


def _same_or_silent(line: Line, change: ChangeLine) -> bool:
    named = (change.item.buyer_item, change.item.gtin, change.item.supplier_item, change.item.manufacturer_item)
    return not any(named) or line.item.same_as(change.item)


def _as_change(order: PurchaseOrder, state: State) -> OrderChange | None:
    """Return the change that would make the order we have into *order*; None when there is nothing to change."""
    fresh = released(OrderReleased(order=order, supplier=state.supplier, owner=state.owner))
    if order.purpose == "cancel":
        lines: tuple[ChangeLine, ...] = ()
        if state.cancelled or state.cancelling:
            return None
    else:
        lines = tuple(_differences(order, fresh, state))
        if not any(line.action != "none" for line in lines):
            return None
    return OrderChange(
        order_number=order.number,
        release=order.release,
        sequence=max(order.version, state.sequence),
        changed_on=order.ordered_on,
        purpose=order.purpose if order.purpose in ("cancel", "replace") else "change",
        lines=lines,
    )


def _differences(order: PurchaseOrder, fresh: State, state: State) -> Iterator[ChangeLine]:
    for line in order.lines:
        ours, theirs = state.lines.get(line.number), fresh.lines[line.number]
        action = "add" if ours is None else "none" if _reads_same(ours, theirs) else "change"
        yield ChangeLine(
            line=line.number,
            action=action,
            item=line.item,
            quantity=line.quantity,
            price=line.price,
            deliver_on=theirs.deliver_on,
            ship_on=theirs.ship_on,
        )
    for number, ours in state.lines.items():
        if number not in fresh.lines and ours.answer != "deleted" and not ours.deleting:
            yield ChangeLine(line=number, action="delete")


def _reads_same(ours: Line, theirs: Line) -> bool:
    return (ours.ordered, ours.unit, ours.price, ours.deliver_on, ours.ship_on, ours.item) == (
        theirs.ordered,
        theirs.unit,
        theirs.price,
        theirs.deliver_on,
        theirs.ship_on,
        theirs.item,
    )


def _faults(change: OrderChange, state: State) -> Iterator[Finding]:
    """Yield everything that keeps *change* from being applied."""
    if state.cancelled or state.closed:
        over = "cancelled" if state.cancelled else "closed"
        yield _fault("order-over", "$", f"Order {state.number} is {over}.", "Place a new order instead.")
        return
    if state.cancelling:
        says = f"Order {state.number} is to be cancelled (change {state.cancelling.sequence}); the supplier decides."
        yield _fault("cancel-pending", "$", says, "Wait for the supplier's answer; call them if it is urgent.")
        return
    if change.purpose == "cancel" and not any(line.to_come for line in state.lines.values()):
        gone = [f"line {number}: {line.gone} {line.unit}" for number, line in state.lines.items() if line.gone]
        if gone:
            more = f" and {len(gone) - 5} lines more" if len(gone) > 5 else ""
            says = f"Everything on order {state.number} has left the supplier: {', '.join(gone[:5])}{more}."
            fix = "Refuse the goods or return them; there is nothing left to cancel."
            yield _fault("already-shipped", "$.purpose", says, fix)
    places = {line.line: f"$.lines[{index}]" for index, line in enumerate(change.lines)}
    replaces = change.purpose == "replace"
    for line in _effective(change, state):
        yield from _line_faults(line, state.lines.get(line.line), places.get(line.line, "$"), replaces=replaces)


def _line_faults(line: ChangeLine, ours: Line | None, place: str, *, replaces: bool) -> Iterator[Finding]:
    if line.quantity and line.quantity.value < 0:
        says = f"Line {line.line} asks for a negative quantity."
        yield _fault("negative-quantity", place, says, "Send zero or more.")
    if ours is None:
        if line.action != "add" and not replaces:
            fix = "Name a line of the order, or add the line."
            yield _fault("unknown-line", place, f"The order has no line {line.line} to {line.action}.", fix)
        elif line.quantity is None or not line.quantity.value:
            yield _fault("no-quantity", place, f"New line {line.line} has no quantity.", "Say how many units to order.")
        return
    if line.action == "add" and not replaces and ours.answer != "deleted":
        says = f"The order has a line {line.line} already."
        yield _fault("line-exists", place, says, "Change it, or add another number.")
    if _deletes(line):
        if ours.gone and not ours.to_come:
            fix = "Refuse the goods or return them; there is nothing left to delete."
            yield _fault("below-shipped", place, f"Line {line.line} has been shipped: {ours.gone} {ours.unit}.", fix)
        return
    if line.quantity is None:
        return
    if line.quantity.unit != ours.unit and ours.gone:
        fix = f"Order the rest in {ours.unit}, or add a new line."
        yield _fault("unit-after-shipping", place, f"Line {line.line} has been shipped in {ours.unit}.", fix)
    elif 0 <= line.quantity.value < min(ours.gone, ours.ordered):
        says = f"Line {line.line}: {line.quantity.value} asked, {ours.gone} {ours.unit} have been shipped."
        yield _fault("below-shipped", place, says, f"Order at least {ours.gone}, and return what is too much.")


def _fault(code: str, place: str, says: str, fix: str) -> Finding:
    return Finding(code=f"order-change.{code}", where=Place(path=place), says=says, fix=fix)


def _nonsense(code: str, place: str, says: str, fix: str) -> Finding:
    return Finding(code=f"purchase-order.{code}", where=Place(path=place), says=says, fix=fix)


def _conflict(order: PurchaseOrder) -> Finding:
    return Finding(
        code="purchase-order.conflict",
        where=Place(path="$.number"),
        says=f"Order {order.number} is known with other content.",
        fix="Send an order change (860), or the order again with the purpose replace.",
        value=order.number,
    )


def _taken(order: PurchaseOrder) -> Finding:
    return Finding(
        code="purchase-order.number-taken",
        where=Place(path="$.number"),
        says=f"The number {order.number} is that of an order from another ERP.",
        fix="Give the order a number that is unique among all ERPs, and send it again.",
        value=order.number,
    )


def _early(change: OrderChange, context: Context) -> Defer:
    says = f"There is no order {change.order_number} yet."
    fix = "Send the order first, or correct the order number."
    finding = _fault("unknown-order", "$.order_number", says, fix)
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_change_hours))


def _gap(change: OrderChange, state: State, context: Context) -> Defer:
    """Hold a change for the one before it, not for long: then the ERP is asked for the order as it stands."""
    missing = state.sequence + 1
    says = f"Change {missing} of order {state.number} has not arrived, so change {change.sequence} waits for it."
    fix = f"Send change {missing}, or the whole order as it stands now (purpose replace)."
    return Defer(
        finding=_fault("gap", "$.sequence", says, fix),
        until=context.now + timedelta(minutes=context.policy.change_gap_minutes),
        asks=f"{says} {fix}",
    )
