"""The judgement: what the twins know happened against what the backbone says happened. Empty is good."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.invoice import Invoice
from tradelane.model.order_response import OrderResponse
from tradelane.model.ship_notice import ShipNotice, items
from tradelane.testing.twins.ledger import Ledger, Received
from tradelane.testing.twins.network import Network

ZERO = Decimal(0)
REPEATABLE = ("duplicate", "confirm", "status")
"""Purposes under which a document says of itself that it is a reminder or a copy."""


class LineFacts(Struct, frozen=True, kw_only=True):
    """One order line as the backbone's ledger has it at the end.

    ``shipped`` is what is under way: announced and not yet counted.
    """

    ordered: Decimal
    open: Decimal = ZERO
    promised: Decimal = ZERO
    cut: Decimal = ZERO
    shipped: Decimal = ZERO
    received: Decimal = ZERO
    rejected: Decimal = ZERO
    over: Decimal = ZERO
    invoiced: Decimal = ZERO


class OrderFacts(Struct, frozen=True, kw_only=True):
    """One order as the backbone has it at the end.

    ``answers``: `answer_key` of every answer it recorded, superseded ones too. ``answered``: the supplier's word
    is in its books.
    ``ended``: closed, cancelled, rejected. ``open_cases``: cases about it that wait for a person. ``cancel``: what
    became of the buyer's cancellation.
    """

    number: str
    supplier: str
    lines: dict[str, LineFacts]
    answers: frozenset[str] = frozenset()
    answered: bool = False
    ended: bool = False
    open_cases: int = 0
    cancel: Literal["", "pending", "effective", "failed"] = ""


class Facts(Struct, frozen=True, kw_only=True):
    """All that the caller knows of the backbone, read through its store or its API.

    ``archive``: SHA-256 of the exported bytes of every archived transmission, by its id. ``notices``,
    ``receipts``, ``invoices``:
    numbers of the documents it recorded, by the partner who sent them: ``{"granite": {"GRSH...", ...}}``.
    """

    archive: dict[str, str]
    orders: dict[str, OrderFacts]
    notices: dict[str, frozenset[str]] = {}
    receipts: dict[str, frozenset[str]] = {}
    invoices: dict[str, frozenset[str]] = {}


def answer_key(answer: OrderResponse) -> str:
    """Return by what one answer is known: the supplier's number, the day, the purpose."""
    return f"{answer.number or answer.supplier_order_number}|{answer.responded_on}|{answer.purpose}"


def judge(network: Network, facts: Facts) -> list[str]:
    """Return every broken law in words, once the network is idle and the backbone has nothing left to do."""
    return [
        *_nothing_lost(network, facts),
        *_nothing_doubled(network),
        *_every_answer_present(network, facts),
        *_quantities_add_up(network, facts),
        *_books_agree(network, facts),
        *_every_order_ends(network, facts),
        *_every_cancellation_ends(network, facts),
    ]


def _nothing_lost(network: Network, facts: Facts) -> Iterator[str]:
    """P1, P2: what was acknowledged is in the archive, byte for byte."""
    hashes = set(facts.archive.values())
    for name, ledger in _ledgers(network):
        for sent in ledger.sent.values():
            if not ledger.taken(sent):
                continue
            answer = ledger.acknowledged[sent.transport_id]
            if answer.sha256 and answer.sha256 != sent.sha256:
                yield f"{name} {sent.transport_id}: sent {sent.sha256}, acknowledged {answer.sha256}"
            kept = facts.archive.get(answer.id) == sent.sha256 if answer.id else sent.sha256 in hashes
            if not kept:
                taken_as = answer.id or "picked up"
                yield f"{name} {sent.transport_id}: acknowledged ({taken_as}) but not in the archive byte-identical"


def _nothing_doubled(network: Network) -> Iterator[str]:
    """P6, P8, P9, P10.

    A document reaches a partner once, a control number means one content, a question has one answer.
    """
    for name, ledger in _ledgers(network):
        yield from (f"{name}: {breach}" for breach in ledger.breaches)
        seen: dict[tuple[str, ...], Received] = {}
        numbers: dict[str, str] = {}
        for received in ledger.received:
            if received.illegible:
                yield f"{name} could not read {received.delivery_id}: {received.illegible}"
                continue
            if received.interchange and numbers.setdefault(received.interchange, received.sha256) != received.sha256:
                yield f"{name}: ISA13 {received.interchange} came with two contents"
            first = seen.setdefault(received.identity, received)
            if first is not received and not _may_repeat(received, first):
                how = "again" if first.content == received.content else "with other content"
                what = " ".join(received.identity[1:])
                yield f"{name}: {what} came {how} ({first.delivery_id}, {received.delivery_id})"


def _every_answer_present(network: Network, facts: Facts) -> Iterator[str]:
    """Each sensible document that was acknowledged has its effect; none of them was refused."""
    for name, ledger in _ledgers(network):
        for document in ledger.effective():
            if not _recorded(document, name, network, facts):
                yield f"{name}: {_said(document)} was acknowledged and sensible, but is not in the books"
        verdicts = {group: said for (_, group), said in ledger.verdicts.items()}
        for sent in ledger.accepted("sensible"):
            verdict = verdicts.get(str(sent.group), "") if sent.group else ""
            if verdict not in ("", "accepted", "accepted_with_errors"):
                yield f"{name} {sent.transport_id}: a sensible document was answered with a 997 that says {verdict}"
            if sent.interchange and not verdict:
                yield f"{name} {sent.transport_id}: no 997 ever came"


def _quantities_add_up(network: Network, facts: Facts) -> Iterator[str]:
    """Every unit is in one place.

    And what was counted and what is under way are what the partners say they counted and sent.
    """
    under_way = _under_way(network)
    for order in facts.orders.values():
        for number, line in order.lines.items():
            places = (line.open, line.promised, line.cut, line.shipped, line.received, line.rejected)
            if line.ordered + line.over != sum(places, ZERO) or min(places) < 0:
                yield f"order {order.number} line {number}: {line.ordered} + {line.over} over are not {places}"
            if line.invoiced > line.received:
                yield f"order {order.number} line {number}: {line.invoiced} billed, only {line.received} received"
            good, bad = network.warehouse.counted.get((order.number, number), (ZERO, ZERO))
            if (good, bad) != (line.received, line.rejected):
                booked = f"booked {line.received} and {line.rejected}"
                yield f"order {order.number} line {number}: counted {good} and {bad} bad, {booked}"
            if (sent := under_way.get((order.number, number), ZERO)) != line.shipped:
                yield f"order {order.number} line {number}: {sent} under way, booked {line.shipped}"


def _books_agree(network: Network, facts: Facts) -> Iterator[str]:
    """The ERP, told of everything once, has the same books."""
    for number, lines in network.erp.books.items():
        order = facts.orders.get(number)
        for line_number, own in lines.items() if order else ():
            line = order.lines.get(line_number) if order else None
            if line is None:
                yield f"order {number} line {line_number}: the ERP has it, the backbone has not"
                continue
            told = (own.received, own.rejected, own.invoiced)
            if told != (line.received, line.rejected, line.invoiced):
                booked = (line.received, line.rejected, line.invoiced)
                yield f"order {number} line {line_number}: received, rejected, billed: {told} in the ERP, {booked} here"


def _every_order_ends(network: Network, facts: Facts) -> Iterator[str]:
    """Liveness: every order is answered, over, or on somebody's desk.

    And what its supplier said last is what its books say.
    """
    last = _last_answers(network)
    for number in network.erp.orders:
        order = facts.orders.get(number)
        if order is None:
            continue  # When it was acknowledged, `_every_answer_present` says so.
        if not (order.answered or order.ended or order.open_cases):
            yield f"order {number}: neither answered nor over nor on anybody's desk"
        if number in last and number not in network.erp.changed:
            yield from _answer_stands(last[number], order)


def _every_cancellation_ends(network: Network, facts: Facts) -> Iterator[str]:
    """A cancellation ends as its supplier took it: it takes effect, or fails when that refused or shipped."""
    for supplier in network.suppliers.values():
        for number, book in supplier.books.items():
            order = facts.orders.get(number)
            meant = "effective" if book.cancel in ("agrees", "ignores") else "failed"
            if book.cancel and order and order.cancel != meant:
                found = order.cancel or "never asked for"
                yield f"order {number}: its supplier {book.cancel} on the cancellation, which is {found} here"


def _answer_stands(answer: OrderResponse, order: OrderFacts) -> Iterator[str]:
    for said in answer.lines:
        line = order.lines[said.line]
        refused = sum((o.quantity.value for o in said.outcomes if o.quantity and o.disposition == "rejected"), ZERO)
        gone = line.shipped + line.received + line.rejected
        if line.cut != refused:
            yield f"order {order.number} line {said.line}: {refused} refused by the supplier, {line.cut} cut"
        if not gone and line.promised != line.ordered - refused:
            kept = line.ordered - refused
            yield f"order {order.number} line {said.line}: {kept} promised by the supplier, booked {line.promised}"


def _recorded(document: Document, partner: str, network: Network, facts: Facts) -> bool:
    match document:
        case OrderResponse():
            order = facts.orders.get(document.order_number)
            changed = document.order_number in network.erp.changed
            return order is not None and (changed or answer_key(document) in order.answers)
        case ShipNotice():
            return document.number in facts.notices.get(partner, ())
        case GoodsReceipt():
            return document.number in facts.receipts.get(partner, ())
        case Invoice():
            return document.number in facts.invoices.get(partner, ())
        case _:
            number = getattr(document, "number", "") or getattr(document, "order_number", "")
            return not number or number in facts.orders


def _under_way(network: Network) -> dict[tuple[str, str], Decimal]:
    """Return what suppliers announced and the warehouse did not count, by order and line."""
    counted = {d.ship_notice for d in network.warehouse.desk.ledger.effective() if isinstance(d, GoodsReceipt)}
    found: dict[tuple[str, str], Decimal] = {}
    for supplier in network.suppliers.values():
        for document in supplier.desk.ledger.effective():
            if isinstance(document, ShipNotice) and document.number not in counted:
                for item in items(document):
                    key = (item.order_number, item.line)
                    found[key] = found.get(key, ZERO) + item.quantity.value
    return found


def _ledgers(network: Network) -> Iterator[tuple[str, Ledger]]:
    return ((name, twin.desk.ledger) for name, twin in network.twins.items())


def _may_repeat(received: Received, first: Received) -> bool:
    """A 997 may come again; so may a reminder: an order says so of itself, a change (X12 860) has no word for it."""
    _, kind, *rest = received.identity
    same = received.content == first.content
    return kind == "syntax_report" or rest[-1] in REPEATABLE or (kind == "order_change" and same)


def _last_answers(network: Network) -> dict[str, OrderResponse]:
    """Return what each order's supplier said last, by order number."""
    return {
        document.order_number: document
        for supplier in network.suppliers.values()
        for document in supplier.desk.ledger.effective()
        if isinstance(document, OrderResponse)
    }


def _said(document: Document) -> str:
    number = getattr(document, "number", "") or getattr(document, "order_number", "")
    return f"{type(document).__name__} {number}"
