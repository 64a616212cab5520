"""What a supplier is asked or has said outside of its documents: a reminder, an answer by telephone or mail."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from litestar import Request, Response, post
from msgspec import Meta, Struct

from tradelane.api.asking import key_of
from tradelane.api.door import Number, house_of, operator_of
from tradelane.api.orders import put_to_order
from tradelane.api.problem import Problem, not_found
from tradelane.model.document import Reference
from tradelane.model.finding import Finding, Place
from tradelane.model.order_answer import RemindSupplier
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.purchase_order import RecordOrderResponse
from tradelane.model.quantity import Quantity
from tradelane.views.purchase_order import OrderRow


class Reminder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Remind the supplier of the answer that is missing."""

    by: Annotated[str, Meta(max_length=100)] = ""


class SaidLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the supplier said about one line; without a quantity it speaks of all of it."""

    line: Annotated[str, Meta(min_length=1, max_length=100)]
    answer: Literal["accepted", "changed", "backordered", "rejected"]
    quantity: Decimal | None = None
    deliver_on: date | None = None


class SaidAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the supplier said, by which way, and who it was. It counts as an order confirmation (855) does."""

    lines: Annotated[tuple[SaidLine, ...], Meta(min_length=1, max_length=1000)]
    way: Literal["phone", "mail", "portal", "in person"] = "phone"
    who: Annotated[str, Meta(max_length=100)] = ""
    note: Annotated[str, Meta(max_length=400)] = ""
    by: Annotated[str, Meta(max_length=100)] = ""


@post("/orders/{number:str}/remind", opt={"may": "work.cases"}, status_code=200, summary="Remind the supplier")
async def remind(request: Request[Any, Any, Any], number: Number) -> Response[Any]:
    """Send the order again, marked as a duplicate, where its answer is missing."""
    key = key_of(house_of(request), request, operator_of(request))
    return await put_to_order(request, number, Reminder, lambda _, __, by: RemindSupplier(by=by, id=key))


@post(
    "/orders/{number:str}/answer",
    opt={"may": "decide.order"},
    status_code=200,
    summary="Record what the supplier said by telephone, mail or portal",
)
async def record(request: Request[Any, Any, Any], number: Number) -> Response[Any]:
    """Take what the supplier said as its answer to the order."""
    today = house_of(request).now().date()
    return await put_to_order(request, number, SaidAnswer, lambda asked, row, by: _answer(asked, row, by, today))


def _answer(asked: SaidAnswer, row: OrderRow, by: str, today: date) -> RecordOrderResponse:
    if not row.number:
        raise not_found()
    response = OrderResponse(
        order_number=row.number,
        release=row.release,
        overall="accepted_with_changes",
        responded_on=today,
        lines=tuple(_line(said, row) for said in asked.lines),
        references=tuple(Reference(kind, value) for kind, value in _how(asked, by) if value),
    )
    return RecordOrderResponse(response=response, partner=row.supplier)


def _how(asked: SaidAnswer, by: str) -> tuple[tuple[str, str], ...]:
    """Return how it was said, as references of the answer: they stay with it wherever it is sent."""
    return ("said_by_way_of", asked.way), ("said_by", asked.who), ("recorded_by", by), ("note", asked.note)


def _line(said: SaidLine, row: OrderRow) -> ResponseLine:
    known = next((line for line in row.lines if line.number == said.line), None)
    if known is None:
        says, fix = f"Order {row.number} has no line {said.line}.", "Name a line of the order."
        raise Problem(422, Finding(code="answer.no-line", says=says, fix=fix, where=Place(path="$.lines")))
    if said.quantity is not None and said.quantity < 0:
        says, fix = f"Line {said.line}: {said.quantity} is less than nothing.", "Say how many units come."
        raise Problem(422, Finding(code="answer.quantity", says=says, fix=fix, where=Place(path="$.lines")))
    quantity = None if said.quantity is None else Quantity(said.quantity, known.unit)
    outcome = LineOutcome(disposition=said.answer, quantity=quantity, deliver_on=said.deliver_on)
    return ResponseLine(line=said.line, outcomes=(outcome,))


HANDLERS = (remind, record)
