"""A practice supplier: confirms orders as its habits have it, ships, bills, follows changes, or says nothing at all."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from tradelane.model.document import Document
from tradelane.model.order_change import OrderChange
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.ship_notice import items
from tradelane.testing.twins.answer import answer
from tradelane.testing.twins.behaviour import Behaviour
from tradelane.testing.twins.book import Book, Cancel, LineBook
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.shipping import Packing, bill, pack

WORKDAY_STARTS = 7


class Supplier:
    """One supplier.

    What it will do with an order is drawn from the order's number, so the way of arrival changes nothing.
    """

    def __init__(self, desk: Desk, behaviour: Behaviour, packing: Packing) -> None:
        self.name, self.desk, self.behaviour, self.packing = desk.name, desk, behaviour, packing
        self.books: dict[str, Book] = {}
        self._early: dict[str, list[OrderChange]] = {}

    def start(self, now: datetime) -> list[Due]:
        """A supplier waits for orders."""
        return []

    def take(self, body: bytes, media_type: str, delivery_id: str, now: datetime) -> list[Due]:
        """Read a delivery; take orders, changes and reminders from it."""
        documents, dues = self.desk.open(body, delivery_id, now)
        for document in documents:
            dues += self._act(document, now)
        return dues

    def wake(self, token: str, now: datetime) -> list[Due]:
        """Answer, ship or bill, as the token says."""
        match token.split("|"):
            case ["answer", number]:
                return self._answer(self.books[number], now)
            case ["cancel", number]:
                book = self.books[number]
                return [self.desk.send(now, book.word_on_cancel(self._own_number(book), now.date()))]
            case ["ship", number]:
                return self._ship(self.books[number], now)
            case ["bill", number, notice]:
                return self._bill(self.books[number], notice, now)
            case _:
                raise ValueError(f"{self.name} never wanted to be woken for {token!r}")

    def _act(self, document: Document, now: datetime) -> list[Due]:
        match document:
            case PurchaseOrder(number=number) if number in self.books:
                return self._reminded(self.books[number], now)
            case PurchaseOrder():
                return self._new_order(document, now)
            case OrderChange(order_number=number) if number in self.books:
                return self._change(self.books[number], document, now)
            case OrderChange():
                self._early.setdefault(document.order_number, []).append(document)
        return []

    def _new_order(self, order: PurchaseOrder, now: datetime) -> list[Due]:
        mood = self.desk.chance(order.number, "mood").random()
        habits = self.behaviour
        silence = "for_ever" if mood < habits.silent_for_ever else ""
        if not silence and mood < habits.silent_for_ever + habits.silent_until_reminded:
            silence = "until_reminded"
        book = self.books[order.number] = Book(order, silence)
        for change in self._early.pop(order.number, ()):
            book.apply(change)
        return (
            []
            if silence
            else [self._later(self._hours(book, "answer", habits.answer_hours), now, "answer", order.number)]
        )

    def _reminded(self, book: Book, now: datetime) -> list[Due]:
        if book.silence != "until_reminded":
            return []
        book.silence = ""
        return [self._later(self._hours(book, "reminded", (0.2, 3.0)), now, "answer", book.order.number)]

    def _change(self, book: Book, change: OrderChange, now: datetime) -> list[Due]:
        if change.sequence in book.changes or book.silence == "for_ever":
            return []
        if change.purpose == "cancel":
            book.changes.add(change.sequence)
            return self._cancel(book, now)
        book.apply(change)
        if not book.answered_on:
            return []
        # One answer a day: an 855 has no number of its own, so two of one day would be one identity with two contents.
        return [
            self._at(_next_workday(max(now.date(), book.answered_on), now), "answer", book.order.number),
            *self._shipping(book, now),
        ]

    def _cancel(self, book: Book, now: datetime) -> list[Due]:
        """Agree to a cancellation, refuse it, send everything off all the same, or say nothing, as the habits fall."""
        book.end(self._mood_to_cancel(book))
        number = book.order.number
        match book.cancel:
            case "agrees" | "refuses":
                return [self._later(self._hours(book, "cancel", (0.3, 6.0)), now, "cancel", number)]
            case "overtakes":
                book.hurry(now.date())
                return [self._later(self._hours(book, "overtake", (0.5, 5.0)), now, "ship", number)]
            case _:
                return []

    def _mood_to_cancel(self, book: Book) -> Cancel:
        """Once goods have left a supplier refuses; before it has answered, there is nothing to hold on to."""
        fall, habits = self.desk.chance(book.order.number, "cancel mood").random(), self.behaviour
        if book.shipments:
            return "refuses"
        promised = any(line.planned for line in book.lines.values())
        if fall < habits.cancel_ignored:
            return "ignores"
        if promised and fall < habits.cancel_ignored + habits.cancel_refused:
            return "refuses"
        if promised and fall < habits.cancel_ignored + habits.cancel_refused + habits.cancel_overtaken:
            return "overtakes"
        return "agrees"

    def _answer(self, book: Book, now: datetime) -> list[Due]:
        if book.cancelled:
            return []
        first = not book.answered_on
        if first:
            book.plan_from(answer(book.order.number, [*book.lines.values()], self.behaviour, self.desk, now.date()))
        book.answered_on = now.date()
        said = book.response(
            "original" if first else "change", self._own_number(book), now.date(), coded=self.desk.syntax == "x12"
        )
        return [self.desk.send(now, said), *self._shipping(book, now)]

    def _shipping(self, book: Book, now: datetime) -> list[Due]:
        """Wake on each day on which something leaves."""
        days = {part.leaves for line in book.lines.values() for part in line.plan}
        return [self._at(self._departure(book, day, now), "ship", book.order.number) for day in sorted(days)]

    def _departure(self, book: Book, day: date, now: datetime) -> datetime:
        chance = self.desk.chance(book.order.number, "departure", str(day))
        late = chance.randint(1, 3) if chance.random() < self.behaviour.ship_late_days else 0
        leaves = datetime.combine(day + timedelta(days=late), datetime.min.time(), now.tzinfo)
        leaves += timedelta(hours=12, minutes=chance.randint(0, 300))
        return max(leaves, now + timedelta(hours=2, minutes=chance.randint(0, 120)))

    def _ship(self, book: Book, now: datetime) -> list[Due]:
        load = {number: due for number, line in book.lines.items() if (due := line.due(now.date())) > 0}
        if not load:
            return []
        chance = self.desk.chance(book.order.number, "load", book.shipments)
        dues: list[Due] = []
        if chance.random() < self.behaviour.split_shipments and self._halve(book, load, now):
            dues.append(self._later(timedelta(days=chance.randint(1, 3)), now, "ship", book.order.number))
        sensible = True
        for number, due in load.items():
            load[number] = self._miscounted(book.lines[number], due, f"{book.order.number}:{book.shipments}:{number}")
            sensible = sensible and book.lines[number].ship(load[number])
        load = {number: quantity for number, quantity in load.items() if quantity > 0}
        if not load:
            return dues
        book.shipments += 1
        notice = pack(book, load, self.packing, now)
        book.notices[notice.number] = notice
        dues.append(self.desk.send(now, notice, sense="sensible" if sensible else "off"))
        wait = self._hours(book, f"bill:{notice.number}", self.behaviour.invoice_hours)
        return [*dues, self._later(wait, now, "bill", book.order.number, notice.number)]

    def _halve(self, book: Book, load: dict[str, Decimal], now: datetime) -> bool:
        """Leave half of every load of two and more for the next lorry; say whether anything is left."""
        halves = {number: due // 2 for number, due in load.items() if due >= 2}
        for number, half in halves.items():
            load[number] -= half
            book.lines[number].postpone(half, now.date() + timedelta(days=1))
        return bool(halves)

    def _miscounted(self, line: LineBook, due: Decimal, about: str) -> Decimal:
        chance = self.desk.chance("count", about)
        fall = chance.random()
        if fall < self.behaviour.ship_short and due >= 10:
            return due - max(Decimal(1), due // 20)
        if fall < self.behaviour.ship_short + self.behaviour.ship_over and line.ordered >= 25:
            return due + max(Decimal(1), line.ordered // 25)
        return due

    def _bill(self, book: Book, notice: str, now: datetime) -> list[Due]:
        chance = self.desk.chance(notice, "bill")
        fall, habits = chance.random(), self.behaviour
        raised = Decimal(chance.randint(5, 20)) / 100 if fall < habits.price_error else Decimal(0)
        extra = habits.price_error <= fall < habits.price_error + habits.over_billed
        invoice = bill(book, items(book.notices[notice]), notice, now.date(), raised=raised, extra=extra)
        honest = not raised and not extra and not any(book.lines[i.order_line].price_moved for i in invoice.lines)
        return [self.desk.send(now, invoice, sense="sensible" if honest else "off")]

    def _own_number(self, book: Book) -> str:
        return f"{self.packing.initials}SO{book.order.number}"

    def _hours(self, book: Book, about: str, span: tuple[float, float]) -> timedelta:
        return timedelta(hours=self.desk.chance(book.order.number, about).uniform(*span))

    def _later(self, wait: timedelta, now: datetime, *token: str) -> Due:
        return self._at(now + wait, *token)

    def _at(self, at: datetime, *token: str) -> Due:
        return Due(at=at, twin=self.name, action="wake", token="|".join(token))


def _next_workday(day: date, now: datetime) -> datetime:
    """Return the morning of the first weekday after *day*."""
    day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), now.tzinfo) + timedelta(hours=WORKDAY_STARTS)
