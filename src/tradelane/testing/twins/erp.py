"""A practice ERP: issues purchase orders and changes over a period, and keeps its own books of all it is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from msgspec import Struct, structs

from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.invoice import Invoice
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity
from tradelane.model.ship_notice import ShipNotice, items
from tradelane.testing.twins.catalogue import BUYER, Article, Member, articles
from tradelane.testing.twins.desk import Desk, Syntax
from tradelane.testing.twins.due import Due

OPENS, CLOSES = 8, 17
ZERO = Decimal(0)


class Purchasing(Struct, frozen=True, kw_only=True):
    """How an ERP buys. ``days`` is the period over which ``orders`` are issued, on weekdays between eight and five."""

    orders: int = 50
    days: int = 5
    x12_share: float = 0.5
    long_orders: float = 0.03
    changes: float = 0.06
    cancellations: float = 0.01


class ErpLine(Struct):
    """The ERP's own account of one order line, posted from what it is told and from nothing else."""

    ordered: Decimal
    promised: Decimal = ZERO
    shipped: Decimal = ZERO
    received: Decimal = ZERO
    rejected: Decimal = ZERO
    invoiced: Decimal = ZERO


class Erp:
    """One ERP.

    It posts every document it is told of once per delivery: a document delivered twice is posted twice, and
    shows.
    """

    def __init__(
        self, desk: Desk, purchasing: Purchasing, suppliers: Sequence[Member], warehouse: Member, prefix: str = "45"
    ) -> None:
        self.name, self.desk, self.purchasing, self.prefix = desk.name, desk, purchasing, prefix
        self.suppliers, self.warehouse = tuple(suppliers), warehouse
        self.orders: dict[str, PurchaseOrder] = {}
        self.books: dict[str, dict[str, ErpLine]] = {}
        self.answers: dict[str, int] = {}
        self.changed: set[str] = set()
        self.syntaxes: dict[str, Syntax] = {}
        self._goods = {member.name: articles(member) for member in self.suppliers}

    def start(self, now: datetime) -> list[Due]:
        """Plan when each order of the period is issued."""
        moments = sorted(self._moment(number, now) for number in range(self.purchasing.orders))
        return [self._wake(at, "order", str(number)) for number, at in enumerate(moments, 1)]

    def take(self, body: bytes, media_type: str, delivery_id: str, now: datetime) -> list[Due]:
        """Read a delivery and post what it says."""
        documents, dues = self.desk.open(body, delivery_id, now)
        for document in documents:
            self._post(document)
        return dues

    def wake(self, token: str, now: datetime) -> list[Due]:
        """Issue an order or a change."""
        match token.split("|"):
            case ["order", number]:
                return self._issue(int(number), now)
            case ["change", number]:
                return self._change(self.orders[number], now)
            case _:
                raise ValueError(f"{self.name} never wanted to be woken for {token!r}")

    def order_number(self, number: int) -> str:
        """Return the number of the *number*th order of the period."""
        return f"{self.prefix}{number:08d}"

    def _moment(self, number: int, start: datetime) -> datetime:
        chance = self.desk.chance("moment", number)
        weekdays = [day for day in range(self.purchasing.days) if (start + timedelta(days=day)).weekday() < 5] or [0]
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=chance.choice(weekdays))
        at = midnight + timedelta(hours=OPENS, seconds=chance.randrange((CLOSES - OPENS) * 3600))
        return max(at, start + timedelta(seconds=chance.randrange(3600)))

    def _issue(self, number: int, now: datetime) -> list[Due]:
        chance = self.desk.chance("order", number)
        order = self._order(self.order_number(number), chance, now)
        self.orders[order.number] = order
        self.books[order.number] = {line.number: ErpLine(line.quantity.value) for line in order.lines}
        syntax = self.syntaxes[order.number] = "x12" if chance.random() < self.purchasing.x12_share else "json"
        dues = [self.desk.send(now, order, syntax=syntax)]
        if chance.random() < self.purchasing.changes + self.purchasing.cancellations:
            self.changed.add(order.number)
            dues.append(self._wake(now + timedelta(hours=chance.uniform(0.5, 8)), "change", order.number))
        return dues

    def _order(self, number: str, chance: Random, now: datetime) -> PurchaseOrder:
        supplier = chance.choice(self.suppliers)
        count = 50 if chance.random() < self.purchasing.long_orders else chance.randint(1, 8)
        wanted = now.date() + timedelta(days=chance.randint(5, 30))
        goods = chance.sample(self._goods[supplier.name], count)
        lines = tuple(_line(place, article, chance) for place, article in enumerate(goods, 1))
        return PurchaseOrder(
            number=number,
            ordered_on=now.date(),
            buyer=BUYER,
            supplier=supplier.party,
            ship_to=self.warehouse.party,
            currency="USD",
            deliver_on=wanted,
            lines=tuple(structs.replace(line, deliver_on=wanted) for line in lines),
        )

    def _change(self, order: PurchaseOrder, now: datetime) -> list[Due]:
        """Change one line's quantity, move its date, or cancel the order; nothing that has left is touched."""
        if any(line.shipped for line in self.books[order.number].values()):
            return []
        chance = self.desk.chance(order.number, "change")
        total = self.purchasing.changes + self.purchasing.cancellations
        cancel = chance.random() * total < self.purchasing.cancellations
        lines = () if cancel else (self._changed_line(order, chance),)
        change = OrderChange(
            order_number=order.number,
            sequence=1,
            changed_on=now.date(),
            ordered_on=order.ordered_on,
            purpose="cancel" if cancel else "change",
            lines=lines,
            buyer=order.buyer,
            supplier=order.supplier,
        )
        return [self.desk.send(now, change, syntax=self.syntaxes[order.number])]

    def _changed_line(self, order: PurchaseOrder, chance: Random) -> ChangeLine:
        line = chance.choice(order.lines)
        quantity = max(Decimal(1), line.quantity.value + chance.choice((-3, -1, 2, 5, 20)))
        later = line.deliver_on + timedelta(days=7) if line.deliver_on and chance.random() < 0.5 else None
        self.books[order.number][line.number].ordered = quantity
        return ChangeLine(
            line=line.number,
            action="change",
            item=line.item,
            quantity=Quantity(quantity, line.quantity.unit),
            price=line.price,
            deliver_on=later,
        )

    def _post(self, document: Document) -> None:
        match document:
            case OrderResponse():
                self.answers[document.order_number] = self.answers.get(document.order_number, 0) + 1
                self._post_answer(document)
            case ShipNotice(purpose="original"):
                for item in items(document):
                    if line := self._line(item.order_number, item.line):
                        line.shipped += item.quantity.value
            case GoodsReceipt():
                for each in document.lines:
                    if line := self._line(each.order_number or document.order_number, each.order_line):
                        line.received += each.received.value
                        line.rejected += each.rejected
            case Invoice():
                for each in document.lines:
                    if line := self._line(each.order_number or document.order_number, each.order_line):
                        line.invoiced += each.quantity.value
            case _:
                pass  # 997s are in the desk's ledger; an ERP posts nothing for them.

    def _post_answer(self, document: OrderResponse) -> None:
        for each in document.lines:
            if line := self._line(document.order_number, each.line):
                kept = (
                    o.quantity.value
                    for o in each.outcomes
                    if o.quantity and o.disposition not in ("rejected", "deleted")
                )
                line.promised = sum(kept, ZERO)

    def _line(self, order: str, line: str) -> ErpLine | None:
        return self.books.get(order, {}).get(line)

    def _wake(self, at: datetime, *token: str) -> Due:
        return Due(at=at, twin=self.name, action="wake", token="|".join(token))


def _line(place: int, article: Article, chance: Random) -> OrderLine:
    quantity = Decimal(article.usual * chance.randint(1, 5))
    return OrderLine(
        number=str(place),
        item=article.item,
        quantity=Quantity(quantity, "EA"),
        description=article.description,
        price=article.price,
    )
