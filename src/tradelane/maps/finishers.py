"""What a finished document still needs that no single element says: named pure functions over whole documents, with
examples.

They run after a message is lifted, on either path, and must leave alone a document they have already finished.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tradelane.maps.packed_items import packed_items, unpacked_items
from tradelane.model.invoice import Invoice
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.quantity import ZERO, Quantity


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


def positive_credit(invoice: Invoice) -> Invoice:
    """Write a credit note's total as an amount above zero, whichever sign the sender chose."""
    if invoice.invoice_type != "credit_note" or invoice.total >= 0:
        return invoice
    return replace(invoice, total=-invoice.total)


FINISHERS: dict[str, Callable[[Any], Any]] = {
    "split_backordered_balance": split_backordered_balance,
    "positive_credit": positive_credit,
    "packed_items": packed_items,
}

UNDONE: dict[str, Callable[[Any], Any]] = {"packed_items": unpacked_items}
"""What undoes a finisher before a document is lowered, where lowering does not do so by itself."""
