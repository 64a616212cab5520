"""What a finished document still needs that no single element says: named pure functions over whole documents, with
examples.

They run after a message is lifted, on either path, and must leave alone a document they have already finished.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec.structs import replace

from tradelane.maps.edifact_finishers import (
    answered_in_parts,
    counted_messages,
    faults_reject,
    one_stop_each,
    packed_by_number,
    plain_packages,
    priced_lines,
)
from tradelane.maps.packed_items import (
    apart_units,
    handling_units,
    packed_items,
    unpacked_items,
    unpacked_with_pallets,
)
from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.inventory_adjustment import AdjustmentLine, InventoryAdjustment
from tradelane.model.inventory_report import Bucket
from tradelane.model.invoice import Invoice, InvoiceLine
from tradelane.model.load_tender import LoadTender
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.quantity import ZERO, Quantity, line_amount
from tradelane.model.transport import Stop


def split_backordered_balance(answer: OrderResponse) -> OrderResponse:
    """Say what ACK01 BP leaves unsaid: it promises a part of the line, and the balance is backordered."""
    if not any(outcome.source_code == "BP" for line in answer.lines for outcome in line.outcomes):
        return answer
    return replace(answer, lines=tuple(_with_balance(line) for line in answer.lines))


def _with_balance(line: ResponseLine) -> ResponseLine:
    promised = [o for o in line.outcomes if o.source_code == "BP" and o.quantity]
    said = any(o.disposition == "backordered" for o in line.outcomes)
    if not promised or said or line.quantity is None:
        return line
    balance = line.quantity.value - sum((o.quantity.value for o in line.outcomes if o.quantity), ZERO)
    if balance <= 0:
        return line
    rest = LineOutcome(
        disposition="backordered", quantity=Quantity(balance, line.quantity.unit, line.quantity.source_unit)
    )
    return replace(line, outcomes=(*line.outcomes, rest))


def backordered_balance(answer: OrderResponse) -> OrderResponse:
    """Say what is left of a line that schedules confirm a part of: SAP sends the ordered quantity beside them."""
    lines = tuple(_with_rest(line) for line in answer.lines)
    return answer if lines == answer.lines else replace(answer, lines=lines)


def _with_rest(line: ResponseLine) -> ResponseLine:
    if line.quantity is None or any(o.disposition not in _CONFIRMED or o.quantity is None for o in line.outcomes):
        return line
    said = tuple(o for o in line.outcomes if o.quantity and o.quantity.value)
    if not line.outcomes or any(o.quantity.unit != line.quantity.unit for o in said if o.quantity):
        return line
    rest = line.quantity.value - sum((o.quantity.value for o in said if o.quantity), ZERO)
    if rest <= 0:
        return line
    return replace(line, outcomes=(*said, LineOutcome(disposition="backordered", quantity=_of(line.quantity, rest))))


def confirmed_part(answer: OrderResponse) -> OrderResponse:
    """Leave unsaid what is backordered without a day: the ordered quantity, beside what is confirmed, says it."""
    return replace(answer, lines=tuple(_without_rest(line) for line in answer.lines))


def _without_rest(line: ResponseLine) -> ResponseLine:
    parts = [o for o in line.outcomes if o.quantity is not None]
    late = [o for o in parts if o.disposition == "backordered" and o.deliver_on is None]
    kept = tuple(o for o in line.outcomes if o not in late)
    if not late or late[0].quantity is None or any(o.disposition not in _CONFIRMED or o.quantity is None for o in kept):
        return line
    whole = _of(late[0].quantity, sum((o.quantity.value for o in parts if o.quantity), ZERO))
    if line.quantity not in (None, whole) and replace(line.quantity, source_unit="") != replace(whole, source_unit=""):
        return line
    # What confirms nothing says that the line was looked at.
    none = LineOutcome(disposition="accepted", quantity=_of(whole, ZERO))
    return replace(line, quantity=line.quantity or whole, outcomes=kept or (none,))


def _of(quantity: Quantity, value: Decimal) -> Quantity:
    return Quantity(value, quantity.unit, quantity.source_unit)


_CONFIRMED = ("accepted", "changed")


def positive_credit(invoice: Invoice) -> Invoice:
    """Write a credit note's total as an amount above zero, whichever sign the sender chose."""
    if invoice.invoice_type != "credit_note" or invoice.total >= 0:
        return invoice
    return replace(invoice, total=-invoice.total)


def taxes_once(invoice: Invoice) -> Invoice:
    """Leave out a tax told a second time, in the currency of the tax office: without it the invoice adds up."""
    taxes = [charge for charge in invoice.charges if charge.kind == "tax"]
    if len(taxes) != 2:
        return invoice
    over = _over(invoice)
    if over is None:
        return invoice
    again = next((tax for tax in reversed(taxes) if tax.amount and abs(over - tax.amount) <= _CENT), None)
    if again is None:
        return invoice
    at = len(invoice.charges) - 1 - invoice.charges[::-1].index(again)
    return replace(invoice, charges=invoice.charges[:at] + invoice.charges[at + 1 :])


_CENT = Decimal("0.01")


def _over(invoice: Invoice) -> Decimal | None:
    """Return what lines and charges come to beyond the total; nothing where they are too large to add up."""
    try:
        lines = (_billed(line) for line in invoice.lines if line.price.per > 0)
        return sum((*lines, *(charge.signed for charge in invoice.charges)), ZERO) - invoice.total
    except InvalidOperation:
        return None


def _billed(line: InvoiceLine) -> Decimal:
    return line_amount(line.quantity.value, line.price) + line.charged if line.amount is None else line.amount


_MOVES: dict[str, tuple[Bucket, Bucket]] = {
    "hold": ("available", "held"),
    "release": ("held", "available"),
    "damaged": ("available", "damaged"),
    "damaged_in_transit": ("in_transit", "damaged"),
    "scrapped": ("available", "scrapped"),
    "expired": ("available", "scrapped"),
    "recall": ("available", "held"),
    "quality": ("available", "held"),
    "downgraded": ("available", "held"),
    "recovered": ("damaged", "available"),
}


def move_between_buckets(adjustment: InventoryAdjustment) -> InventoryAdjustment:
    """Say from which bucket to which units went, where the reason alone tells it."""
    if all(line.reason not in _MOVES or line.from_bucket or line.to_bucket for line in adjustment.lines):
        return adjustment
    return replace(adjustment, lines=tuple(_moved(line) for line in adjustment.lines))


def _moved(line: AdjustmentLine) -> AdjustmentLine:
    if line.reason not in _MOVES or line.from_bucket or line.to_bucket:
        return line
    before, after = _MOVES[line.reason]
    return replace(line, from_bucket=before, to_bucket=after)


def stops_in_order(tender: LoadTender) -> LoadTender:
    """Put the stops of a trip in the order of their numbers."""
    ordered = tuple(sorted(tender.stops, key=_stop_number))
    return tender if ordered == tender.stops else replace(tender, stops=ordered)


def _stop_number(stop: Stop) -> tuple[int, str]:
    known = stop.number.isascii() and stop.number.isdigit() and len(stop.number) < 9
    return (int(stop.number) if known else 0, "" if known else stop.number)


def good_units(receipt: GoodsReceipt) -> GoodsReceipt:
    """Take what was turned down off what arrived: the sender counts both as received."""
    return replace(receipt, lines=tuple(_counted(line, -line.rejected) for line in receipt.lines))


def all_units(receipt: GoodsReceipt) -> GoodsReceipt:
    """Add what was turned down to what was good."""
    return replace(receipt, lines=tuple(_counted(line, line.rejected) for line in receipt.lines))


def _counted(line: ReceiptLine, more: Decimal) -> ReceiptLine:
    # More turned down than arrived cannot be: then the sender counted them apart.
    if line.received.value + more < 0:
        return line
    return replace(line, received=replace(line.received, value=line.received.value + more))


def line_amounts(invoice: Invoice) -> Invoice:
    """Leave an invoice as it was read: every line says its amount."""
    return invoice


def counted_amounts(invoice: Invoice) -> Invoice:
    """Count the amount of every line that says none: quantity times price, and its charges."""
    lines = (replace(line, amount=_billed(line)) if line.amount is None else line for line in invoice.lines)
    return replace(invoice, lines=tuple(lines))


FINISHERS: dict[str, Callable[[Any], Any]] = {
    "split_backordered_balance": split_backordered_balance,
    "backordered_balance": backordered_balance,
    "positive_credit": positive_credit,
    "packed_items": packed_items,
    "packed_on_pallets": packed_items,
    "handling_units": handling_units,
    "packed_by_number": packed_by_number,
    "answered_in_parts": answered_in_parts,
    "priced_lines": priced_lines,
    "counted_messages": counted_messages,
    "faults_reject": faults_reject,
    "one_stop_each": one_stop_each,
    "move_between_buckets": move_between_buckets,
    "stops_in_order": stops_in_order,
    "good_units": good_units,
    "line_amounts": line_amounts,
    "taxes_once": taxes_once,
}

UNDONE: dict[str, Callable[[Any], Any]] = {
    "packed_items": unpacked_items,
    "packed_on_pallets": unpacked_with_pallets,
    "handling_units": apart_units,
    "packed_by_number": plain_packages,
    "backordered_balance": confirmed_part,
    "good_units": all_units,
    "line_amounts": counted_amounts,
}
"""What undoes a finisher before a document is lowered, where lowering does not do so by itself."""
