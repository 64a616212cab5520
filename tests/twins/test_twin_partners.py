"""What each twin does with what it gets, and that its own books add up."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.twins.plain_house import PlainHouse

from tradelane.model import registry
from tradelane.model.invoice import Invoice
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.quantity import ZERO, Quantity, line_amount
from tradelane.model.ship_notice import ShipNotice, items, shipped_total
from tradelane.testing.twins.behaviour import EXACT_DOCK, PRESETS, Behaviour
from tradelane.testing.twins.catalogue import BUYER, HOUSE, SUPPLIERS, WAREHOUSE, articles
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.faults import NO_FAULTS
from tradelane.testing.twins.network import Network
from tradelane.testing.twins.pen import Numbers, write_interchange
from tradelane.testing.twins.shipping import Packing
from tradelane.testing.twins.supplier import Supplier
from tradelane.testing.twins.writing import write_document

MONDAY = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)
GRANITE = SUPPLIERS[1]


def supplier(seed: int = 1, behaviour: Behaviour = PRESETS["ordinary"], syntax: str = "x12") -> Supplier:
    desk = Desk("granite", GRANITE.envelope, HOUSE, syntax=syntax, channel="http", seed=seed)
    return Supplier(desk, behaviour, Packing(initials="GR", prefix="08500001", ship_from=GRANITE.party))


def order(*quantities: int, number: str = "4711", wanted: date = date(2026, 12, 10)) -> PurchaseOrder:
    lines = tuple(
        registry.purchase_order.OrderLine(
            number=str(place),
            item=article.item,
            quantity=Quantity(Decimal(quantity), "EA"),
            price=article.price,
            deliver_on=wanted,
        )
        for place, (quantity, article) in enumerate(zip(quantities, articles(GRANITE), strict=False), 1)
    )
    return PurchaseOrder(
        number=number,
        ordered_on=MONDAY.date(),
        buyer=BUYER,
        supplier=GRANITE.party,
        ship_to=WAREHOUSE.party,
        lines=lines,
        currency="USD",
    )


class Life:
    """One twin alone with its own wishes: everything it wants is done when it wants it."""

    def __init__(self, twin: Supplier) -> None:
        self.twin, self.waiting, self.said, self.count = twin, list[Due](), list[Due](), 0

    def tell(self, document, now: datetime = MONDAY) -> None:
        self.count += 1
        numbers = Numbers(self.count, self.count)
        body = write_interchange([write_document(document)], HOUSE, GRANITE.envelope, numbers, now)
        self._want(self.twin.take(body, "application/edi-x12", f"d{self.count}", now))

    def live(self, until: datetime = MONDAY + timedelta(days=200)) -> None:
        while self.waiting and (due := min(self.waiting, key=lambda d: d.at)).at <= until:
            self.waiting.remove(due)
            self._want(self.twin.wake(due.token, due.at))

    def _want(self, dues: list[Due]) -> None:
        self.said += [due for due in dues if due.action == "send"]
        self.waiting += [due for due in dues if due.action == "wake"]

    def documents(self, kind: type) -> list:
        sent = self.twin.desk.ledger.sent
        return [d for due in self.said for d in sent[due.transport_id].documents if isinstance(d, kind)]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 100_000),
    quantities=st.lists(st.integers(1, 500), min_size=1, max_size=6),
    habits=st.sampled_from([name for name in PRESETS if name != "silent"]),
)
def test_a_supplier_accounts_for_every_unit(seed: int, quantities: list[int], habits: str) -> None:
    life = Life(supplier(seed, PRESETS[habits]))
    life.tell(order(*quantities))
    life.live()
    book = life.twin.books["4711"]
    if book.silence:
        assert life.documents(OrderResponse) == []
        return
    (answer,) = life.documents(OrderResponse)
    for said, quantity in zip(answer.lines, quantities, strict=True):
        assert sum(o.quantity.value for o in said.outcomes) == quantity
        assert all(o.quantity.value > 0 for o in said.outcomes)
    shipped = sum((shipped_total(notice) for notice in life.documents(ShipNotice)), ZERO)
    assert shipped == sum(line.shipped for line in book.lines.values())
    for line in book.lines.values():
        assert line.planned + line.refused == line.ordered
        assert line.shipped <= line.ordered * Decimal("1.05") + 1
    assert len(life.documents(Invoice)) == len(life.documents(ShipNotice))


def test_a_punctual_supplier_ships_and_bills_exactly_what_was_ordered() -> None:
    life = Life(supplier(behaviour=PRESETS["punctual"]))
    life.tell(order(10, 250, 3))
    life.live()
    (answer,), (notice,), (invoice,) = (life.documents(kind) for kind in (OrderResponse, ShipNotice, Invoice))
    assert answer.overall == "accepted"
    assert shipped_total(notice) == 263
    assert [line.quantity.value for line in invoice.lines] == [10, 250, 3]
    assert invoice.total == sum(line_amount(line.quantity.value, line.price) for line in invoice.lines)
    assert notice.expected.on <= date(2026, 12, 10) + timedelta(days=1)


def test_an_850_is_answered_with_a_997_within_ten_minutes() -> None:
    life = Life(supplier())
    life.tell(order(10))
    (report,) = life.said
    assert timedelta(0) < report.at - MONDAY <= timedelta(minutes=10)
    assert b"AK1*PO*1~\nAK2*850*0001~\nAK5*A~\nAK9*A*1*1*1~" in report.body


def test_a_997_is_never_answered() -> None:
    life = Life(supplier())
    life.tell(order(10))
    report = life.twin.desk.ledger.sent[life.said[0].transport_id].documents[0]
    said = len(life.said)
    life.tell(report)
    assert len(life.said) == said


def test_a_silent_supplier_answers_only_when_reminded() -> None:
    life = Life(supplier(behaviour=Behaviour(silent_until_reminded=1)))
    life.tell(order(10))
    life.live()
    assert life.documents(OrderResponse) == []
    later = MONDAY + timedelta(days=1)
    life.tell(registry.purchase_order.PurchaseOrder(**_fields(order(10)) | {"purpose": "duplicate"}), later)
    life.live()
    assert len(life.documents(OrderResponse)) == 1


def test_some_suppliers_never_answer() -> None:
    life = Life(supplier(behaviour=Behaviour(silent_for_ever=1)))
    life.tell(order(10))
    life.tell(order(10), MONDAY + timedelta(days=1))
    life.live()
    assert life.documents(OrderResponse) == []


@settings(max_examples=60)
@given(
    seed=st.integers(0, 100_000),
    quantity=st.integers(5, 300),
    wish=st.integers(1, 400),
    hours=st.integers(0, 20 * 24),
)
def test_a_supplier_follows_a_change_unless_the_goods_have_left(
    seed: int, quantity: int, wish: int, hours: int
) -> None:
    life = Life(supplier(seed, PRESETS["punctual"]))
    life.tell(order(quantity, 7))
    at = MONDAY + timedelta(hours=hours)
    life.live(at)
    left = life.twin.books["4711"].lines["1"].shipped
    change = OrderChange(
        order_number="4711",
        sequence=1,
        changed_on=at.date(),
        lines=(ChangeLine(line="1", action="change", quantity=Quantity(Decimal(wish), "EA")),),
    )
    life.tell(change, at)
    life.live()
    line = life.twin.books["4711"].lines["1"]
    assert line.shipped == line.planned == max(Decimal(wish), left)
    assert life.twin.books["4711"].lines["2"].shipped == 7
    said = {(a.supplier_order_number, a.responded_on, a.purpose) for a in life.documents(OrderResponse)}
    assert len(said) == len(life.documents(OrderResponse))


@pytest.mark.parametrize(
    ("habit", "word", "ships"),
    [
        ({}, ["accepted"], False),
        ({"cancel_refused": 1.0}, ["rejected"], True),
        ({"cancel_overtaken": 1.0}, [], True),
        ({"cancel_ignored": 1.0}, [], False),
    ],
)
def test_a_supplier_takes_a_cancellation_as_its_habits_have_it(habit: dict[str, float], word: list[str], ships) -> None:
    life = Life(supplier(behaviour=Behaviour(**habit)))
    life.tell(order(10))
    life.live(MONDAY + timedelta(days=1))
    at = MONDAY + timedelta(days=1)
    life.tell(OrderChange(order_number="4711", sequence=1, changed_on=at.date(), purpose="cancel"), at)
    life.live()
    assert [a.overall for a in life.documents(OrderResponse) if a.purpose == "cancel"] == word
    assert bool(life.documents(ShipNotice)) == ships


def test_a_supplier_whose_goods_have_left_refuses_to_cancel_and_one_that_has_not_answered_never_does() -> None:
    for days, word in ((0, "accepted"), (30, "rejected")):
        life = Life(supplier(behaviour=Behaviour(cancel_refused=1.0)))
        life.tell(order(10))
        at = MONDAY + timedelta(days=days)
        life.live(at)
        life.tell(OrderChange(order_number="4711", sequence=1, changed_on=at.date(), purpose="cancel"), at)
        life.live()
        assert [a.overall for a in life.documents(OrderResponse) if a.purpose == "cancel"] == [word]


def test_a_change_that_overtakes_its_order_is_kept_for_it() -> None:
    life = Life(supplier(behaviour=PRESETS["punctual"]))
    wish = ChangeLine(line="1", action="change", quantity=Quantity(Decimal(8), "EA"))
    life.tell(OrderChange(order_number="4711", sequence=1, changed_on=MONDAY.date(), lines=(wish,)))
    life.tell(order(10))
    life.live()
    assert sum(shipped_total(notice) for notice in life.documents(ShipNotice)) == 8


def test_a_supplier_miscounts_as_its_habits_have_it() -> None:
    totals: dict[str, Decimal] = {}
    for habit, behaviour in (("short", Behaviour(ship_short=1)), ("over", Behaviour(ship_over=1))):
        life = Life(supplier(behaviour=behaviour))
        life.tell(order(100))
        life.live()
        totals[habit] = sum((shipped_total(notice) for notice in life.documents(ShipNotice)), ZERO)
    assert totals == {"short": Decimal(95), "over": Decimal(104)}


def test_a_supplier_bills_wrongly_as_its_habits_have_it_and_knows_it() -> None:
    for behaviour in (Behaviour(price_error=1), Behaviour(over_billed=1)):
        life = Life(supplier(behaviour=behaviour))
        life.tell(order(100))
        life.live()
        (invoice,) = life.documents(Invoice)
        fair = order(100).lines[0]
        assert (invoice.lines[0].quantity.value > 100) == bool(behaviour.over_billed)
        assert (invoice.lines[0].price.amount > fair.price.amount) == bool(behaviour.price_error)
        assert [s.sense for s in life.twin.desk.ledger.sent.values() if s.documents[0] == invoice] == ["off"]


def test_every_item_of_a_ship_notice_stands_in_a_carton_on_a_pallet() -> None:
    life = Life(supplier(behaviour=PRESETS["punctual"]))
    life.tell(order(10, 250, 3))
    life.live()
    (notice,) = life.documents(ShipNotice)
    assert {len(item.path) for item in items(notice)} == {2}
    assert notice.package_count == sum(node.level == "tare" for node in notice.nodes)


@pytest.mark.parametrize("seed", range(3))
def test_an_exact_warehouse_counts_what_was_announced(seed: int) -> None:
    network = Network(seed, orders=20, faults=NO_FAULTS, dock=EXACT_DOCK)
    PlainHouse(network).run(MONDAY, MONDAY + timedelta(days=365))
    shipped: dict[tuple[str, str], Decimal] = {}
    for each in network.suppliers.values():
        for book in each.books.values():
            for line in book.lines.values():
                if line.shipped:
                    shipped[book.order.number, line.number] = line.shipped
    assert {key: good for key, (good, _) in network.warehouse.counted.items()} == shipped
    assert all(bad == 0 for _, bad in network.warehouse.counted.values())


def test_a_warehouse_counts_a_delivery_once_however_often_it_is_announced() -> None:
    network = Network(4, orders=3, faults=NO_FAULTS, dock=EXACT_DOCK)
    house = PlainHouse(network)
    house.run(MONDAY, MONDAY + timedelta(days=365))
    (_, notice), *_ = house.notices.values()
    counted = dict(network.warehouse.counted)
    assert network.take("depot", registry.encode(notice), "application/json", "again", house.now)
    assert network.next_at() is None
    assert network.warehouse.counted == counted


def test_the_erp_orders_on_weekdays_between_eight_and_five() -> None:
    network = Network(4, orders=200, faults=NO_FAULTS)
    network.begin(MONDAY)
    network.due(MONDAY + timedelta(days=8))
    moments = [s.at for s in network.erp.desk.ledger.sent.values() if s.identities[0][1] == "purchase_order"]
    assert len(moments) == 200
    assert all(at.weekday() < 5 and 8 <= at.hour < 17 for at in moments)
    sizes = [len(each.lines) for each in network.erp.orders.values()]
    assert max(sizes) == 50
    assert sum(size <= 8 for size in sizes) > 180
    syntaxes = list(network.erp.syntaxes.values())
    assert 60 < syntaxes.count("x12") < 140


def test_the_erp_posts_a_document_twice_when_it_is_delivered_twice() -> None:
    """An ERP that was as clever as the backbone could not witness against it."""
    network = Network(4, orders=3, faults=NO_FAULTS)
    house = PlainHouse(network)
    house.run(MONDAY, MONDAY + timedelta(days=365))
    (_, receipt), *_ = house.receipts.values()
    number, line = receipt.order_number, receipt.lines[0].order_line
    before = network.erp.books[number][line].received
    body = registry.encode(receipt)
    assert network.take("erp", body, "application/json", "first", MONDAY)
    assert network.take("erp", body, "application/json", "first", MONDAY)
    assert network.erp.books[number][line].received == before + receipt.lines[0].received.value
    assert network.take("erp", body, "application/json", "second", MONDAY)
    assert network.erp.books[number][line].received == before + 2 * receipt.lines[0].received.value


def _fields(document: PurchaseOrder) -> dict[str, object]:
    return {name: getattr(document, name) for name in document.__struct_fields__}
