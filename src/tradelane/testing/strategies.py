"""What partners may say about an order, drawn from the order as it stands: sensible things mostly, and nonsense.

Inputs that know nothing of the state are nearly all refused and test nothing; these know its lines, quantities and
notices. Needs hypothesis, which the product does not; so this module is for tests only.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tradelane.domain.ledger import Line
from tradelane.domain.order_book import State
from tradelane.model.command import Command
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.invoice import InvoiceLine
from tradelane.model.order_answer import DecideOnAnswer, RemindSupplier
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_receipt import RecordReceipt
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import ItemIds, Party
from tradelane.model.purchase_order import (
    ChangeOrder,
    CloseOrder,
    DecideOnInvoice,
    MatchInvoice,
    OrderLine,
    PurchaseOrder,
    RecordOrderResponse,
    RecordSending,
    RecordShipment,
    ReleaseOrder,
)
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.request import FireTimer
from tradelane.model.ship_notice import ShippedItem

SUPPLIER, OWNER, WAREHOUSE = "acme", "erp", "dock"
FIRST_DAY = date(2026, 3, 2)
DISPOSITIONS = ("accepted", "changed", "rejected", "backordered", "substituted", "held", "deleted")

days = st.integers(0, 30).map(lambda later: FIRST_DAY + timedelta(days=later))
quantities = st.one_of(st.integers(0, 120), st.integers(-3, 10_000)).map(Decimal) | st.decimals(0, 150, places=3)
units = st.sampled_from(["EA"] * 9 + ["CS"])
words = st.sampled_from(["", "1", "001", "9", "ghost", "I1", "I2"])
names = st.sampled_from([SUPPLIER] * 9 + ["mallory"])


def item(number: str) -> ItemIds:
    """Return the item of order line *number*."""
    return ItemIds(buyer_item=f"I{number}", supplier_item=f"S{number}")


@st.composite
def orders(draw: st.DrawFn) -> PurchaseOrder:
    """An order of one to four lines."""
    count = draw(st.integers(1, 4))
    lines = tuple(
        OrderLine(
            number=str(number),
            item=item(str(number)),
            quantity=Quantity(Decimal(draw(st.integers(0, 100))), "EA"),
            price=draw(st.none() | st.integers(1, 500).map(lambda cents: UnitPrice(Decimal(cents) / 100))),
            deliver_on=draw(st.none() | days),
        )
        for number in range(1, count + 1)
    )
    return PurchaseOrder(
        number="4711",
        ordered_on=FIRST_DAY,
        buyer=Party(),
        supplier=Party(),
        lines=lines,
        currency=draw(st.sampled_from(["", "USD"])),
    )


@st.composite
def named_lines(draw: st.DrawFn, state: State) -> tuple[str, ItemIds]:
    """A line as a partner may name it: rightly, by its item only, by a wrong number, or not at all."""
    number = draw(st.sampled_from(sorted(state.lines)) if state.lines else words)
    known = state.lines[number].item if number in state.lines else item(number)
    forms = [(number, known)] * 5 + [(number, ItemIds()), ("", known), ("77", known), (f"00{number}", known)]
    return draw(st.sampled_from(forms) | st.tuples(words, words.map(lambda word: ItemIds(buyer_item=word))))


@st.composite
def amounts(draw: st.DrawFn, state: State, line: str) -> Quantity:
    """A quantity near one of the line's accounts, or any."""
    books = state.lines.get(line)
    near = [books.ordered, books.open, books.promised, books.shipped, books.to_come, books.ordered / 2] if books else []
    value = draw(st.sampled_from(near) | quantities if near else quantities)
    return Quantity(value, draw(units))


@st.composite
def responses(draw: st.DrawFn, state: State) -> RecordOrderResponse:
    """An answer of the supplier."""
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        number, known = draw(named_lines(state))
        outcomes = tuple(
            LineOutcome(
                disposition=draw(st.sampled_from(DISPOSITIONS[:2]) | st.sampled_from(DISPOSITIONS)),
                quantity=draw(st.none() | amounts(state, number)),
                deliver_on=draw(st.none() | days),
                price=draw(st.none() | st.just(UnitPrice(Decimal("1.01")))),
            )
            for _ in range(draw(st.integers(0, 2)))
        )
        lines.append(ResponseLine(line=number, item=known, outcomes=outcomes))
    response = OrderResponse(
        order_number="4711",
        overall=draw(st.sampled_from(["accepted", "accepted_with_changes", "rejected", "held", "received_only"])),
        responded_on=draw(days),
        lines=tuple(lines),
        unmentioned=draw(st.sampled_from(["accepted", "unanswered", "rejected"])),
        order_version=draw(st.sampled_from([0, 0, 0, 1, 2])),
        purpose=draw(st.sampled_from(["original", "original", "change", "cancel"])),
    )
    return RecordOrderResponse(response=response, partner=draw(names))


@st.composite
def sensible_responses(draw: st.DrawFn, state: State) -> RecordOrderResponse:
    """An answer that a supplier in his senses could give now: right lines, no more than ordered, not older than the
    last.
    """
    last = max((line.answered_on for line in state.lines.values() if line.answered_on), default=FIRST_DAY)
    lines = []
    for number in draw(st.lists(st.sampled_from(sorted(state.lines)), unique=True)) if state.lines else []:
        ordered = state.lines[number].ordered
        first = draw(st.sampled_from([ordered, ordered / 2, Decimal(0)]))
        outcomes = tuple(
            LineOutcome(
                disposition=draw(st.sampled_from(DISPOSITIONS)),
                quantity=Quantity(units_said, state.lines[number].unit),
                deliver_on=draw(st.none() | days),
            )
            for units_said in draw(st.sampled_from([(first,), (first, ordered - first)]))
        )
        lines.append(ResponseLine(line=number, item=state.lines[number].item, outcomes=outcomes))
    response = OrderResponse(
        order_number="4711",
        overall=draw(st.sampled_from(["accepted", "accepted_with_changes", "rejected"])),
        responded_on=last + timedelta(days=draw(st.integers(0, 3))),
        lines=tuple(lines),
        unmentioned=draw(st.sampled_from(["accepted", "unanswered", "rejected"])),
    )
    return RecordOrderResponse(response=response, partner=SUPPLIER)


@st.composite
def sensible_shipments(draw: st.DrawFn, state: State) -> RecordShipment:
    """A notice that ships what is still to come of some lines, or a part of it; restating an earlier one at times."""
    number = draw(st.sampled_from(["N1", "N2", "N3"]))
    stream = f"ship_notice/{SUPPLIER}/{number}"
    items = []
    for line, books in state.lines.items():
        units_moved = books.remaining if draw(st.booleans()) else (books.ordered / 2).quantize(Decimal(1))
        if units_moved > 0 and draw(st.booleans()):
            quantity = Quantity(units_moved, books.unit)
            items.append(ShippedItem(node=line, order_number="4711", line=line, item=books.item, quantity=quantity))
    return RecordShipment(
        notice=number,
        notice_stream=stream,
        partner=SUPPLIER,
        items=tuple(items),
        shipped_on=draw(days),
        cancelled=draw(st.integers(0, 5)) == 5,
        revision=state.notices.get(stream, -1) + 1,
    )


@st.composite
def shipments(draw: st.DrawFn, state: State) -> RecordShipment:
    """A ship notice about the order, new or restated."""
    notice = draw(st.sampled_from(["N1", "N2", "N3"]))
    stream = f"ship_notice/{SUPPLIER}/{notice}"
    items = []
    for node in range(draw(st.integers(0, 3))):
        number, known = draw(named_lines(state))
        quantity = draw(amounts(state, number))
        items.append(ShippedItem(node=str(node), order_number="4711", line=number, item=known, quantity=quantity))
    return RecordShipment(
        notice=notice,
        notice_stream=stream,
        partner=draw(names),
        items=tuple(items),
        shipped_on=draw(days),
        expected_on=draw(st.none() | days),
        cancelled=draw(st.sampled_from([False, False, False, True])),
        revision=state.notices.get(stream, -1) + draw(st.integers(0, 1)),
    )


@st.composite
def reversals(draw: st.DrawFn, number: str, books: Line) -> ReceiptLine:
    """A count of the line taken back, whole or by a unit; now and then more than was counted."""
    good = draw(st.sampled_from([books.received, Decimal(1), books.received + 1]))
    turned_down = draw(st.sampled_from([Decimal(0), books.rejected]))
    received = Quantity(good, books.unit)
    return ReceiptLine(
        number=number, received=received, rejected=turned_down, order_line=number, item=books.item, reversal=True
    )


@st.composite
def sensible_receipts(draw: st.DrawFn, state: State) -> RecordReceipt:
    """A count of what is under way on some lines, whole or in part, now and then of goods nobody announced."""
    lines = []
    for number, books in state.lines.items():
        counted = books.shipped or draw(st.sampled_from([Decimal(0), books.to_come]))
        if counted > 0 and draw(st.integers(0, 3)):
            received = Quantity(counted, books.unit)
            line = ReceiptLine(number=number, received=received, order_line=number, item=books.item)
            lines.append(line)
        if books.received and not draw(st.integers(0, 3)):
            lines.insert(0, draw(reversals(number, books)))
    return RecordReceipt(
        receipt=f"R{draw(st.integers(1, 99))}",
        partner=WAREHOUSE,
        lines=tuple(lines),
        received_on=draw(days),
        notice=draw(st.sampled_from(["", "N1", "N2"])),
        final=draw(st.booleans()),
    )


@st.composite
def sensible_invoices(draw: st.DrawFn, state: State) -> MatchInvoice:
    """A bill for what was received, or will be, at the price of the order."""
    number = draw(st.sampled_from(["A", "B", "C"]))
    lines = []
    for line, books in state.lines.items():
        value = draw(st.sampled_from([books.unbilled, books.unbilled, books.ordered]))
        price = books.price or UnitPrice(Decimal(1))
        if value > 0:
            billed = Quantity(value, books.unit)
            lines.append(InvoiceLine(number=line, quantity=billed, price=price, order_line=line, item=books.item))
    return MatchInvoice(
        invoice=number, invoice_stream=f"invoice/{SUPPLIER}/{number}", partner=SUPPLIER, lines=tuple(lines)
    )


@st.composite
def receipts(draw: st.DrawFn, state: State) -> RecordReceipt:
    """A count at the dock."""
    lines = []
    for place in range(draw(st.integers(0, 3))):
        number, known = draw(named_lines(state))
        lines.append(
            ReceiptLine(
                number=str(place),
                received=draw(amounts(state, number)),
                order_number="4711",
                order_line=number,
                item=known,
                rejected=draw(st.sampled_from([Decimal(0)] * 4 + [Decimal(3)])),
                reason=draw(st.sampled_from(["", "damaged", "short", "over", "quality", "wrong_item", "held"])),
                reversal=draw(st.sampled_from([False] * 5 + [True])),
            )
        )
    return RecordReceipt(
        receipt=f"R{draw(st.integers(1, 99))}",
        partner=WAREHOUSE,
        lines=tuple(lines),
        received_on=draw(days),
        notice=draw(st.sampled_from(["", "N1", "N2", "N3", "unknown"])),
        final=draw(st.booleans()),
    )


@st.composite
def invoices(draw: st.DrawFn, state: State) -> MatchInvoice:
    """An invoice or, with negative quantities, a credit note."""
    number = draw(st.sampled_from(["A", "B", "C"]))
    lines = []
    for place in range(draw(st.integers(1, 3))):
        line, known = draw(named_lines(state))
        books = state.lines.get(line)
        received = [books.received, books.unbilled, -books.billed] if books else []
        value = draw(st.sampled_from(received) | quantities if received else quantities)
        price = books.price if books and books.price and draw(st.booleans()) else UnitPrice(draw(prices))
        billed = Quantity(value, draw(units))
        lines.append(InvoiceLine(number=str(place), quantity=billed, price=price, order_line=line, item=known))
    return MatchInvoice(
        invoice=number,
        invoice_stream=f"invoice/{SUPPLIER}/{number}",
        partner=draw(names),
        lines=tuple(lines),
        currency=draw(st.sampled_from(["", "USD", "USD", "EUR"])),
    )


prices = st.integers(0, 600).map(lambda cents: Decimal(cents) / 100)


@st.composite
def changes(draw: st.DrawFn, state: State) -> ChangeOrder:
    """A change of the buyer's, in its turn mostly."""
    lines = []
    for _ in range(draw(st.integers(0, 2))):
        number = draw(st.sampled_from([*sorted(state.lines), "8", "9"]))
        lines.append(
            ChangeLine(
                line=number,
                action=draw(st.sampled_from(["change", "change", "add", "delete", "none"])),
                item=item(number),
                quantity=draw(st.none() | amounts(state, number)),
                deliver_on=draw(st.none() | days),
            )
        )
    change = OrderChange(
        order_number="4711",
        sequence=max(0, state.sequence + draw(st.sampled_from([1, 1, 1, 1, 0, 2, -1]))),
        changed_on=draw(days),
        purpose=draw(st.sampled_from(["change", "change", "change", "replace", "cancel"])),
        lines=tuple(lines),
    )
    return ChangeOrder(change=change)


sendings = st.builds(
    RecordSending,
    document_type=st.sampled_from(["purchase_order", "order_change", "order_response"]),
    document_id=st.sampled_from(["d1", "d2"]),
    partner=st.sampled_from([SUPPLIER, OWNER]),
    state=st.sampled_from(["delivered", "accepted", "rejected", "overdue", "failed"]),
)
cancel_answers = st.builds(
    lambda overall, on, version: RecordOrderResponse(
        response=OrderResponse(
            order_number="4711", overall=overall, responded_on=on, purpose="cancel", order_version=version
        ),
        partner=SUPPLIER,
    ),
    st.sampled_from(["accepted", "accepted", "rejected", "accepted_with_changes", "held"]),
    days,
    st.integers(0, 2),
)
timers = st.builds(
    FireTimer, name=st.sampled_from(["cancel", "answer"]), due=st.just(datetime(2026, 3, 10, tzinfo=UTC))
)
decisions = st.builds(
    DecideOnInvoice,
    invoice=st.sampled_from(["A", "B", "C"]),
    approve=st.booleans(),
    by=st.sampled_from(["ann", "tradelane"]),
    partner=st.sampled_from(["", SUPPLIER, OWNER]),
)


def commands(state: State) -> st.SearchStrategy[Any]:
    """Anything that may be asked of a purchase order as it stands."""
    pending = (cancel_answers, timers) if state.cancelling else ()
    return st.one_of(
        *pending,
        sensible_responses(state),
        responses(state),
        sensible_shipments(state),
        shipments(state),
        sensible_receipts(state),
        receipts(state),
        sensible_invoices(state),
        invoices(state),
        changes(state),
        sendings,
        decisions,
        cancel_answers,
        st.just(CloseOrder(by="ann")),
        st.builds(RemindSupplier, by=st.just("ann"), id=st.sampled_from(["one", "two"])),
        st.builds(DecideOnAnswer, accept=st.booleans(), by=st.just("ann"), lines=st.sampled_from([(), ("1",), ("2",)])),
        orders().map(lambda order: ReleaseOrder(order=order, supplier=SUPPLIER, owner=OWNER)),
    )


def release(order: PurchaseOrder) -> Command:
    """Return the command that starts *order*'s life."""
    return ReleaseOrder(order=order, supplier=SUPPLIER, owner=OWNER)
