"""A backbone as plain as can be, in memory and without a fault: what the twins and their judge are tried against."""

import heapq
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

from msgspec import structs

from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.invoice import Invoice
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.quantity import ZERO
from tradelane.model.ship_notice import ShipNotice, items
from tradelane.model.syntax_report import SetReport, SyntaxReport
from tradelane.testing.twins.catalogue import HOUSE
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.judge import Facts, LineFacts, OrderFacts, answer_key
from tradelane.testing.twins.ledger import Sent, digest
from tradelane.testing.twins.network import Network
from tradelane.testing.twins.pen import FUNCTIONAL_IDS, Numbers, write_interchange
from tradelane.testing.twins.writing import write_document

ANSWER_WITHIN = timedelta(hours=24)


class PlainHouse:
    """Takes what twins send, passes it on, keeps books. Subclasses break one promise each."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.now = datetime.min.replace(tzinfo=timezone.utc)
        self.archive: dict[str, str] = {}
        self.taken: dict[str, str] = {}
        self.seen: dict[tuple[str, ...], Document] = {}
        self.orders: dict[str, PurchaseOrder] = {}
        self.ordered: dict[tuple[str, str], Decimal] = {}
        self.answers: dict[str, list[OrderResponse]] = defaultdict(list)
        self.notices: dict[str, tuple[str, ShipNotice]] = {}
        self.receipts: dict[str, tuple[str, GoodsReceipt]] = {}
        self.invoices: dict[str, tuple[str, Invoice]] = {}
        self.approved: set[str] = set()
        self.cancelled: set[str] = set()
        self.cases: dict[str, int] = defaultdict(int)
        self.sequence = 0
        self.numbers: dict[str, int] = defaultdict(int)
        self.later: list[tuple[datetime, int, str, str, bytes]] = []
        self.supplier_of = {m.vendor: m.name for m in network.members.values() if m.role == "supplier"}

    # --- the loop ---------------------------------------------------------------------------------------------------

    def run(self, start: datetime, until: datetime) -> Facts:
        """Play until nobody wants anything any more, or *until*."""
        self.now = start
        self.network.begin(start)
        while (at := self._next()) is not None and at <= until:
            self.now = max(self.now, at)
            for due in self.network.due(self.now):
                self.receive(due)
            while self.later and self.later[0][0] <= self.now:
                _, _, twin, delivery, body = heapq.heappop(self.later)
                self.push(twin, delivery, body)
        return self.facts()

    def _next(self) -> datetime | None:
        wanted = [at for at in (self.network.next_at(), self.later[0][0] if self.later else None) if at]
        return min(wanted, default=None)

    def push(self, twin: str, delivery: str, body: bytes) -> None:
        if delivery.startswith("remind|"):
            self.remind(delivery.removeprefix("remind|"))
        elif not self.network.take(twin, body, "", delivery, self.now):
            self.put_off(timedelta(minutes=10), twin, delivery, body)

    def put_off(self, wait: timedelta, twin: str, delivery: str, body: bytes) -> None:
        self.sequence += 1
        heapq.heappush(self.later, (self.now + wait, self.sequence, twin, delivery, body))

    # --- in ---------------------------------------------------------------------------------------------------------

    def receive(self, due: Due) -> None:
        sent = self.network.twins[due.twin].desk.ledger.sent[due.transport_id]
        first = due.transport_id not in self.taken
        id = self.taken.setdefault(due.transport_id, f"T{len(self.taken)}")
        self.archive[id] = digest(due.body)
        self.network.acknowledged(due, self.now, id, digest(due.body))
        if not first or sent.sense in ("garbled", "syntax"):
            return
        self.answer_syntax(due.twin, sent)
        for identity, document in zip(sent.identities, sent.documents, strict=True):
            if identity not in self.seen:
                self.seen[identity] = document
                self.apply(document, due.twin)
            elif self.seen[identity] != document:
                self.cases[getattr(document, "order_number", "") or getattr(document, "number", "")] += 1

    def answer_syntax(self, twin: str, sent: Sent) -> None:
        if sent.interchange:
            kind, _ = write_document(sent.documents[0])
            count = len(sent.documents)
            sets = tuple(SetReport(kind=kind, control=f"{n:04d}", verdict="accepted") for n in range(1, count + 1))
            report = SyntaxReport(
                functional_id=FUNCTIONAL_IDS[kind], group=str(sent.group), verdict="accepted",
                included=count, received=count, accepted=count, sets=sets,
            )  # fmt: skip
            self.send(twin, report, "x12")

    def apply(self, document: Document, partner: str) -> None:
        match document:
            case PurchaseOrder():
                self.orders[document.number] = document
                self.ordered |= {(document.number, line.number): line.quantity.value for line in document.lines}
                self.send(self.supplier(document.number), document)
                self.put_off(ANSWER_WITHIN, "", f"remind|{document.number}", b"")
            case OrderChange(purpose="cancel"):
                self.cancelled.add(document.order_number)
                self.send(self.supplier(document.order_number), document)
            case OrderChange():
                for wish in document.lines:
                    if wish.quantity:
                        self.ordered[document.order_number, wish.line] = wish.quantity.value
                self.send(self.supplier(document.order_number), document)
            case OrderResponse():
                self.answers[document.order_number].append(document)
                self.send("erp", document)
            case ShipNotice():
                self.notices[document.number] = (partner, document)
                self.send(self.network.warehouse.name, document)
                self.send("erp", document)
            case GoodsReceipt():
                self.receipts[document.number] = (partner, document)
                self.send("erp", document)
            case Invoice():
                self.invoices[document.number] = (partner, document)
        self.match()

    def remind(self, number: str) -> None:
        if not self.answers[number] and number not in self.cancelled:
            self.cases[number] += 1
            self.send(self.supplier(number), structs.replace(self.orders[number], purpose="duplicate"))

    def match(self) -> None:
        for number, (_, invoice) in self.invoices.items():
            if number not in self.approved and all(
                self.billed((invoice.order_number, line.order_line)) + line.quantity.value
                <= self.received((invoice.order_number, line.order_line))[0]
                for line in invoice.lines
            ):
                self.approved.add(number)
                self.send("erp", invoice)

    # --- out --------------------------------------------------------------------------------------------------------

    def send(self, twin: str, document: Document, syntax: str = "") -> None:
        member = self.network.members[twin]
        self.numbers[twin] += 1
        number = self.numbers[twin]
        if (syntax or member.syntax) == "x12":
            sets = [write_document(document)]
            body = write_interchange(sets, HOUSE, member.envelope, Numbers(number, number), self.now)
        else:
            body = registry.encode(document)
        self.put_off(timedelta(seconds=1), twin, f"{twin}/{number}", body)

    def supplier(self, number: str) -> str:
        return self.supplier_of[self.orders[number].supplier.identifier("buyer_assigned")]

    # --- books ------------------------------------------------------------------------------------------------------

    def received(self, key: tuple[str, str]) -> tuple[Decimal, Decimal]:
        lines = [ln for _, r in self.receipts.values() for ln in r.lines if (ln.order_number, ln.order_line) == key]
        return sum((ln.received.value for ln in lines), ZERO), sum((ln.rejected for ln in lines), ZERO)

    def billed(self, key: tuple[str, str]) -> Decimal:
        lines = [
            (n, ln) for n, (_, i) in self.invoices.items() for ln in i.lines if (i.order_number, ln.order_line) == key
        ]
        return sum((ln.quantity.value for n, ln in lines if n in self.approved), ZERO)

    def facts(self) -> Facts:
        by_partner: dict[str, dict[str, frozenset[str]]] = {}
        for name, book in (("notices", self.notices), ("receipts", self.receipts), ("invoices", self.invoices)):
            senders = {partner for partner, _ in book.values()}
            by_partner[name] = {p: frozenset(n for n, (q, _) in book.items() if q == p) for p in senders}
        orders = {number: self.order_facts(order) for number, order in self.orders.items()}
        return Facts(archive=dict(self.archive), orders=orders, **by_partner)

    def order_facts(self, order: PurchaseOrder) -> OrderFacts:
        answers = self.answers[order.number]
        return OrderFacts(
            number=order.number,
            supplier=self.supplier(order.number),
            lines={line.number: self.line_facts(order, line.number) for line in order.lines},
            answers=frozenset(answer_key(answer) for answer in answers),
            answered=bool(answers),
            ended=order.number in self.cancelled,
            open_cases=self.cases[order.number],
            cancel=self.cancel(order.number),
        )

    def cancel(self, number: str) -> Literal["", "effective", "failed"]:
        if number not in self.cancelled:
            return ""
        shipped = any(item.order_number == number for _, notice in self.notices.values() for item in items(notice))
        refused = any(a.purpose == "cancel" and a.overall == "rejected" for a in self.answers[number])
        return "failed" if shipped or refused else "effective"

    def line_facts(self, order: PurchaseOrder, number: str) -> LineFacts:
        key = (order.number, number)
        ordered, (good, bad) = self.ordered[key], self.received(key)
        counted = {r.ship_notice for _, r in self.receipts.values()}
        parcels = [i for n, (_, d) in self.notices.items() if n not in counted for i in items(d)]
        shipped = sum((i.quantity.value for i in parcels if (i.order_number, i.line) == key), ZERO)
        answers = sorted(self.answers[order.number], key=lambda answer: answer.responded_on)
        outcomes = [o for ln in (answers[-1].lines if answers else ()) if ln.line == number for o in ln.outcomes]
        cut = sum((o.quantity.value for o in outcomes if o.quantity and o.disposition == "rejected"), ZERO)
        promised = min(
            sum((o.quantity.value for o in outcomes if o.quantity and o.disposition != "rejected"), ZERO),
            max(ZERO, ordered - cut - shipped - good - bad),
        )
        left = ordered - promised - cut - shipped - good - bad
        return LineFacts(
            ordered=ordered, open=max(left, ZERO), over=max(-left, ZERO), promised=promised, cut=cut,
            shipped=shipped, received=good, rejected=bad, invoiced=self.billed(key),
        )  # fmt: skip
