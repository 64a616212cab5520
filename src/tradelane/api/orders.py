"""Orders for operators: the list by what is at stake, one order with its quantities and its timeline, decisions on
its invoices.
"""

from collections.abc import Callable
from typing import Annotated, Any, Protocol, TypeVar

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from tradelane.api.asking import body_of, put
from tradelane.api.door import Number, house_of, operator_of, sees_prices
from tradelane.api.house import House
from tradelane.api.paging import After, Limit, Page, page, rows
from tradelane.api.prices import entries_without, order_without
from tradelane.api.problem import not_found, refusal
from tradelane.api.records import happened
from tradelane.api.tracing import Found, found_without, timeline_of, trail
from tradelane.domain import purchase_order as domain
from tradelane.domain.expected_receipts import Expected, of_order
from tradelane.model.command import Command
from tradelane.model.event import Recorded
from tradelane.model.order_answer import DecideOnAnswer
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import CloseOrder, DecideOnInvoice
from tradelane.views import case, document, purchase_order
from tradelane.views.trace import Entry, unescaped

State = Annotated[str, QueryParameter(name="state", max_length=40, description="Only orders in this state.")]
Partner = Annotated[str, QueryParameter(max_length=200, description="Only orders with this supplier.")]

Late = Annotated[bool, QueryParameter(description="Only orders that are late and not over.")]


class OrderAnswer(Struct, frozen=True, kw_only=True):
    """One order: where its units are, what is expected of each line and when, the open exceptions about it, the
    documents, and everything that happened.
    """

    order: purchase_order.OrderRow
    expected: dict[str, tuple[Expected, ...]]
    open_cases: int
    cases: tuple[case.CaseRow, ...]
    documents: tuple[document.DocumentRow, ...]
    timeline: tuple[Entry, ...]


class InvoiceDecision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve an invoice in spite of its differences, or turn it down.

    ``partner`` says whose invoice it is, where more than one partner bills the order under that number.
    """

    approve: bool
    by: Annotated[str, Meta(max_length=100)] = ""
    partner: Annotated[str, Meta(max_length=200)] = ""


class AnswerDecision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accept what the supplier answered beyond policy, or decline it and ask again for the lines as ordered.

    ``lines``: only these; without, all that wait for a decision.
    """

    accept: bool
    lines: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=1000)] = ()
    by: Annotated[str, Meta(max_length=100)] = ""


class Closing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Close an order that waits for nothing but bills."""

    by: Annotated[str, Meta(max_length=100)] = ""
    reason: Annotated[str, Meta(max_length=400)] = ""


class Signed(Protocol):
    """What somebody asks for, and says who they are."""

    @property
    def by(self) -> str:
        """Return who they say they are."""
        ...


Asked = TypeVar("Asked", bound=Signed)


@get("/orders", opt={"may": "see.orders"}, summary="Orders, those with most at stake first")
async def orders(
    request: Request[Any, Any, Any],
    in_state: State = "",
    partner: Partner = "",
    late: Late = False,
    limit: Limit = 100,
    after: After = "",
) -> Page[purchase_order.OrderRow]:
    """List orders by the money of the units that are late, short or cut."""
    choice = {"state": in_state, "partner": partner, "mark": purchase_order.LATE if late else ""}
    found, cursor = await rows(house_of(request), purchase_order, limit, after, **choice)
    return page(request, found if sees_prices(request) else [*map(order_without, found)], cursor)


@get(
    "/orders/{number:str}", opt={"may": "see.orders"}, summary="One order: quantities, exceptions, documents, timeline"
)
async def order(request: Request[Any, Any, Any], number: Number) -> OrderAnswer:
    """Answer from the order's own history, so that what somebody just did is in it."""
    house, key = house_of(request), unescaped(number)
    history = await happened(house, f"purchase_order/{key}")
    row = current(key, history)
    found = await trail(house, key.split("/")[0])
    found = found if sees_prices(request) else found_without(found)
    cases = tuple(c for c in found.cases if _about(c, key, found))
    story = await timeline_of(house, found, {f"purchase_order/{key}": history})
    if not sees_prices(request):
        row, story = order_without(row), entries_without(story)
    return OrderAnswer(
        order=row,
        expected=_expected(house, history),
        open_cases=sum(c.state != "resolved" for c in cases),
        cases=cases,
        documents=found.documents,
        timeline=story,
    )


@post(
    "/orders/{number:str}/invoices/{invoice:str}/decide",
    opt={"may": "decide.invoice"},
    status_code=200,
    summary="Approve an invoice that differs, or turn it down",
)
async def decide(request: Request[Any, Any, Any], number: Number, invoice: Number) -> Response[Any]:
    """Put a person's decision about an invoice to its order."""
    named = unescaped(invoice)

    def command(asked: InvoiceDecision, row: purchase_order.OrderRow, by: str) -> Command:
        billed_by = {known.stream.split("/")[1] for known in row.invoices if known.number == named}
        if not billed_by or (asked.partner and asked.partner not in billed_by):
            raise not_found()
        if len(billed_by) > 1 and not asked.partner:
            says = f"Invoice {named} came from more than one partner: {', '.join(sorted(billed_by))}."
            raise refusal(422, "invoice.ambiguous", says, "Say whose it is: partner.")
        return DecideOnInvoice(invoice=named, approve=asked.approve, by=by, partner=asked.partner or billed_by.pop())

    return await put_to_order(request, number, InvoiceDecision, command)


@post(
    "/orders/{number:str}/answer/decide",
    opt={"may": "decide.order"},
    status_code=200,
    summary="Accept a supplier's answer beyond policy, or decline it",
)
async def decide_on_answer(request: Request[Any, Any, Any], number: Number) -> Response[Any]:
    """Put a person's decision about the supplier's answer to its order."""

    def command(asked: AnswerDecision, row: purchase_order.OrderRow, by: str) -> Command:
        waiting = [line.number for line in row.lines if line.disputed]
        if not waiting or not set(asked.lines) <= set(waiting):
            about = f"line {', '.join(asked.lines)}" if asked.lines else "this order"
            fix = f"Lines that wait for a decision: {', '.join(waiting) or 'none'}."
            raise refusal(422, "answer.nothing-to-decide", f"No answer on {about} waits for a decision.", fix)
        return DecideOnAnswer(accept=asked.accept, lines=asked.lines, by=by)

    return await put_to_order(request, number, AnswerDecision, command)


@post(
    "/orders/{number:str}/close",
    opt={"may": "decide.order"},
    status_code=200,
    summary="Close an order that is not billed in full",
)
async def close(request: Request[Any, Any, Any], number: Number) -> Response[Any]:
    """Put a person's word that nothing more will happen to the order; goods that are still to come are in its way."""
    return await put_to_order(request, number, Closing, lambda asked, _, by: CloseOrder(by=by, reason=asked.reason))


async def put_to_order(
    request: Request[Any, Any, Any],
    number: str,
    kind: type[Asked],
    command: Callable[[Asked, purchase_order.OrderRow, str], Command],
) -> Response[Any]:
    """Put to an order that is there what the request's body, of this *kind*, asks for."""
    house, who, key = house_of(request), operator_of(request), unescaped(number)
    asked = await body_of(request, kind)
    row = current(key, await happened(house, f"purchase_order/{key}"))
    by = by_whom(who.name, asked.by, request)
    return await put(house, request, who, f"purchase_order/{key}", command(asked, row, by))


def current(key: str, history: list[Recorded]) -> purchase_order.OrderRow:
    """Return the order as its history makes it; there is nothing here when nothing happened."""
    row: purchase_order.OrderRow | None = None
    for event in history:
        row = purchase_order.apply(row, key, event) or row
    if row is None:
        raise not_found()
    return row


def _expected(house: House, history: list[Recorded]) -> dict[str, tuple[Expected, ...]]:
    """Return what is expected of each line of the order by today."""
    state = domain.initial
    for recorded in history:
        state = domain.evolve(state, recorded.event)
    supplier = house.registry.partners.get(state.supplier)
    return of_order(state, supplier.policy if supplier else Policy(), house.now().date())


def by_whom(name: str, said: str, request: Request[Any, Any, Any]) -> str:
    """Return who acts: who is signed in, or whose key it is; on the machine itself, whoever they say they are."""
    person = operator_of(request).person
    if person is not None:
        return person.title or person.name
    return name if "tradelane.caller" in request.scope else said or name


def _about(row: case.CaseRow, key: str, found: Found) -> bool:
    return row.about in (key, f"purchase_order/{key}") or row.about in found.streams


HANDLERS = (orders, order, decide, decide_on_answer, close)
