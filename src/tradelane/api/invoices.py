"""A supplier's invoice for operators: its history, a person's word over what is doubted about it, and what became of it
in the ERP.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from litestar import Request, Response, get, post
from msgspec import Meta, Struct

from tradelane.api.asking import body_of, put
from tradelane.api.door import Name, Number, house_of, operator_of
from tradelane.api.orders import by_whom
from tradelane.api.problem import not_found
from tradelane.api.records import happened
from tradelane.model.event import Recorded
from tradelane.model.identity import invoice_book_stream, invoice_stream
from tradelane.model.invoice import RecordPayment, RecordPosting
from tradelane.model.invoice_book import JudgeInvoice
from tradelane.views.trace import Entry, timeline, unescaped

By = Annotated[str, Meta(max_length=100)]
Said = Annotated[str, Meta(max_length=400)]


class InvoiceAnswer(Struct, frozen=True, kw_only=True):
    """One invoice and everything that happened to it."""

    number: str
    partner: str
    timeline: tuple[Entry, ...]


class Judgement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve an invoice that is taken for a double, or whose date or tax is doubted, or turn it down."""

    approve: bool
    reason: Said = ""
    by: By = ""


class Posting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ERP has booked it; ``reference`` is its number there."""

    on: date
    reference: Said = ""
    by: By = ""


class Payment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It was paid; without ``amount`` all of it."""

    on: date
    reference: Said = ""
    amount: Decimal | None = None
    by: By = ""


@get("/invoices/{partner:str}/{number:str}", opt={"may": "see.prices"}, summary="One invoice and its history")
async def invoice(request: Request[Any, Any, Any], partner: Name, number: Number) -> InvoiceAnswer:
    """Answer from the invoice's own history, so that what somebody just did is in it."""
    stream, history = await _known(request, partner, number)
    return InvoiceAnswer(number=stream.split("/", 2)[2], partner=unescaped(partner), timeline=timeline(history, ()))


@post(
    "/invoices/{partner:str}/{number:str}/decide",
    opt={"may": "decide.invoice"},
    status_code=200,
    summary="Approve an invoice that is doubted, or turn it down",
)
async def decide(request: Request[Any, Any, Any], partner: Name, number: Number) -> Response[Any]:
    """Put a person's word to the supplier's book of invoices."""
    who = operator_of(request)
    asked = await body_of(request, Judgement)
    stream, _ = await _known(request, partner, number)
    by = by_whom(who.name, asked.by, request)
    command = JudgeInvoice(invoice_stream=stream, approve=asked.approve, by=by, reason=asked.reason)
    return await put(house_of(request), request, who, invoice_book_stream(unescaped(partner)), command)


@post(
    "/invoices/{partner:str}/{number:str}/posted",
    opt={"may": "decide.invoice"},
    status_code=200,
    summary="Say that the ERP has booked an invoice",
)
async def posted(request: Request[Any, Any, Any], partner: Name, number: Number) -> Response[Any]:
    """Note that it is booked; from here on its supplier cannot take it back."""
    who = operator_of(request)
    asked = await body_of(request, Posting)
    stream, _ = await _known(request, partner, number)
    by = by_whom(who.name, asked.by, request)
    command = RecordPosting(by=by, on=asked.on, reference=asked.reference)
    return await put(house_of(request), request, who, stream, command)


@post(
    "/invoices/{partner:str}/{number:str}/paid",
    opt={"may": "decide.invoice"},
    status_code=200,
    summary="Say that an invoice was paid",
)
async def paid(request: Request[Any, Any, Any], partner: Name, number: Number) -> Response[Any]:
    """Note a payment."""
    who = operator_of(request)
    asked = await body_of(request, Payment)
    stream, _ = await _known(request, partner, number)
    by = by_whom(who.name, asked.by, request)
    command = RecordPayment(by=by, on=asked.on, reference=asked.reference, amount=asked.amount)
    return await put(house_of(request), request, who, stream, command)


async def _known(request: Request[Any, Any, Any], partner: str, number: str) -> tuple[str, list[Recorded]]:
    stream = invoice_stream(unescaped(partner), unescaped(number))
    history = await happened(house_of(request), stream)
    if not history:
        raise not_found()
    return stream, history


HANDLERS = (invoice, decide, posted, paid)
