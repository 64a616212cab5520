"""A practice warehouse: waits for what is announced, counts it as well as it can, and says what it counted."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine, RejectReason
from tradelane.model.moment import Moment
from tradelane.model.party import Party
from tradelane.model.quantity import Quantity
from tradelane.model.ship_notice import ShipNotice, ShippedItem, items
from tradelane.testing.twins.behaviour import DockBehaviour
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.shipping import TRANSIT

DOCK_OPENS = timedelta(hours=6)


class Warehouse:
    """One warehouse. ``counted`` is its own book: good and turned-down units by order number and line."""

    def __init__(self, desk: Desk, behaviour: DockBehaviour, party: Party) -> None:
        self.name, self.desk, self.behaviour, self.party = desk.name, desk, behaviour, party
        self.counted: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        self._expected: dict[str, ShipNotice] = {}

    def start(self, now: datetime) -> list[Due]:
        """A warehouse waits for ship notices."""
        return []

    def take(self, body: bytes, media_type: str, delivery_id: str, now: datetime) -> list[Due]:
        """Read a delivery; expect what its ship notices announce."""
        documents, dues = self.desk.open(body, delivery_id, now)
        for document in documents:
            if isinstance(document, ShipNotice):
                dues += self._expect(document, now)
        return dues

    def wake(self, token: str, now: datetime) -> list[Due]:
        """Count one delivery; send the receipt, sometimes twice."""
        notice = self._expected.get(token)
        if notice is None:
            return []
        receipt = self._count(notice, now)
        first = self.desk.send(now, receipt)
        chance = self.desk.chance(token, "doubled")
        if chance.random() >= self.behaviour.doubled:
            return [first]
        again = now + timedelta(minutes=chance.randint(2, 240))
        return [first, self.desk.send(again, receipt, sense="copy", copies=first.transport_id)]

    def _expect(self, notice: ShipNotice, now: datetime) -> list[Due]:
        if notice.purpose == "cancel":
            self._expected.pop(notice.number, None)
            return []
        if notice.number in self._expected:
            return []
        self._expected[notice.number] = notice
        day = notice.expected.on if notice.expected else (now + TRANSIT).date()
        chance = self.desk.chance(notice.number, "dock")
        opens = datetime.combine(day, datetime.min.time(), now.tzinfo) + DOCK_OPENS
        at = max(opens, now) + timedelta(hours=chance.uniform(*self.behaviour.dock_hours))
        return [Due(at=at, twin=self.name, action="wake", token=notice.number)]

    def _count(self, notice: ShipNotice, now: datetime) -> GoodsReceipt:
        lots: dict[tuple[str, str, str], list[ShippedItem]] = {}
        for shipped in items(notice):
            lots.setdefault((shipped.order_number, shipped.release, shipped.line), []).append(shipped)
        lines = tuple(
            self._line(place, lot, self.desk.chance(notice.number, "count", *key))
            for place, (key, lot) in enumerate(lots.items(), 1)
        )
        orders = {number for number, _, _ in lots}
        return GoodsReceipt(
            number=f"GR-{notice.number}",
            received=Moment(on=now.date()),
            lines=lines,
            order_number=next(iter(orders)) if len(orders) == 1 else "",
            ship_notice=notice.number,
            warehouse=self.party,
        )

    def _line(self, place: int, lot: list[ShippedItem], chance: Random) -> ReceiptLine:
        first = lot[0]
        announced = sum((shipped.quantity.value for shipped in lot), Decimal(0))
        good, bad, reason = self._fall(announced, chance)
        before = self.counted.get((first.order_number, first.line), (Decimal(0), Decimal(0)))
        self.counted[first.order_number, first.line] = (before[0] + good, before[1] + bad)
        return ReceiptLine(
            number=str(place),
            received=Quantity(good, first.quantity.unit),
            order_number=first.order_number,
            release=first.release,
            order_line=first.line,
            item=first.item,
            rejected=bad,
            reason=reason,
        )

    def _fall(self, announced: Decimal, chance: Random) -> tuple[Decimal, Decimal, RejectReason]:
        habits, fall = self.behaviour, chance.random()
        some = max(Decimal(1), announced * chance.randint(2, 15) // 100)
        if fall < habits.short and announced > 1:
            return announced - some, Decimal(0), ""
        if fall < habits.short + habits.over and announced > 1:
            return announced + some, Decimal(0), ""
        if fall < habits.short + habits.over + habits.damaged and announced > 1:
            return announced - some, some, "damaged"
        return announced, Decimal(0), ""
