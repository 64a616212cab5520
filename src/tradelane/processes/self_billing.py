"""Where a supplier is paid for what is received, let the receipt be the bill (evaluated receipt settlement, domain.md
4.6), and a count taken back a credit note. It is matched and passed on to the ERP as any invoice is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from tradelane.model.event import Event
from tradelane.model.identity import invoice_stream
from tradelane.model.invoice import Invoice, InvoiceLine, RecordInvoice
from tradelane.model.order_receipt import ReceiptRecorded
from tradelane.model.policy import Context
from tradelane.model.purchase_order import OrderReleased
from tradelane.model.quantity import ZERO, line_amount
from tradelane.model.request import Request, Tell

NAME = "self_billing"
LISTENS = ("purchase_order",)


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose order it is, and in which money."""

    number: str = ""
    release: str = ""
    currency: str = ""
    supplier: str = ""
    owner: str = ""


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    match event:
        case OrderReleased(order=order, supplier=supplier, owner=owner):
            return State(
                number=order.number, release=order.release, currency=order.currency, supplier=supplier, owner=owner
            )
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    match event:
        case ReceiptRecorded():
            number = f"{event.receipt}-{state.number}"
            credit = _bill(state, event, f"{number}-credit", event.credited, "credit_note", context)
            return [*credit, *_bill(state, event, number, event.evaluated, "invoice", context)]
        case _:
            return []


def _bill(
    state: State,
    event: ReceiptRecorded,
    number: str,
    lines: tuple[InvoiceLine, ...],
    invoice_type: Literal["invoice", "credit_note"],
    context: Context,
) -> Iterator[Tell]:
    """Yield what bills *lines*, if there are any, or gives them back."""
    if lines:
        bill = Invoice(
            number=number,
            invoiced_on=event.received_on or context.now.date(),
            total=sum((line_amount(line.quantity.value, line.price) for line in lines), ZERO),
            lines=lines,
            currency=state.currency,
            order_number=state.number,
            release=state.release,
            ship_notice=event.notice,
            invoice_type=invoice_type,
        )
        command = RecordInvoice(invoice=bill, partner=state.supplier, owner=state.owner, self_billed=True)
        yield Tell(stream=invoice_stream(state.supplier, number), command=command)
