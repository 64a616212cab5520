"""The practice network as a whole: the same seed does the same, and its judge hears what is wrong."""

from datetime import datetime, timedelta, timezone

import pytest
from tests.twins.plain_house import PlainHouse

from tradelane.cli.demo import history_network, live_network
from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.order_response import OrderResponse
from tradelane.model.ship_notice import ShipNotice
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.faults import NO_FAULTS, Faults
from tradelane.testing.twins.judge import Facts, judge
from tradelane.testing.twins.network import Network

MONDAY = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)
YEAR = MONDAY + timedelta(days=365)
HARD = Faults(lose=0.08, lose_answer=0.08, delay=0.1, duplicate=0.15, garble=0.1, contradict=0.05, outages_per_day=0.5)


def played(network: Network, house: type[PlainHouse] = PlainHouse) -> tuple[PlainHouse, Facts]:
    playing = house(network)
    return playing, playing.run(MONDAY, YEAR)


@pytest.mark.parametrize("seed", range(6))
def test_a_faultless_backbone_breaks_no_law_without_faults(seed: int) -> None:
    network = Network(seed, orders=25, faults=NO_FAULTS)
    house, facts = played(network)
    assert judge(network, facts) == []
    assert len(facts.orders) == 25
    assert house.receipts
    assert house.approved


@pytest.mark.parametrize("seed", range(12))
def test_a_faultless_backbone_breaks_no_law_under_hard_faults(seed: int) -> None:
    network = Network(seed, orders=25, faults=HARD)
    _, facts = played(network)
    assert judge(network, facts) == []


def test_the_same_seed_sends_the_same_bytes_at_the_same_times() -> None:
    first, second = (Network(7, orders=15, faults=HARD) for _ in range(2))
    played(first)
    played(second)
    for name in first.twins:
        assert first.twins[name].desk.ledger.sent == second.twins[name].desk.ledger.sent


def test_another_seed_does_something_else() -> None:
    first, second = Network(7, orders=5), Network(8, orders=5)
    played(first)
    played(second)
    assert first.erp.desk.ledger.sent != second.erp.desk.ledger.sent


def test_the_network_comes_to_rest() -> None:
    network = Network(3, orders=20, faults=HARD)
    house, _ = played(network)
    assert network.idle
    assert house.now < MONDAY + timedelta(days=120)


def test_all_habits_show_themselves() -> None:
    """A network that never answered late or counted short would practise nothing."""
    network = Network(1, orders=120, faults=NO_FAULTS)
    played(network)
    said: set[str] = set()
    for supplier in network.suppliers.values():
        for document in supplier.desk.ledger.effective():
            if isinstance(document, OrderResponse):
                said |= {outcome.disposition for line in document.lines for outcome in line.outcomes}
    off = {s.identities[0][1] for t in network.twins.values() for s in t.desk.ledger.sent.values() if s.sense == "off"}
    assert said >= {"accepted", "changed", "backordered", "rejected"}
    assert "invoice" in off
    receipts = [d for d in network.warehouse.desk.ledger.effective() if isinstance(d, GoodsReceipt)]
    assert any(line.rejected for receipt in receipts for line in receipt.lines)
    heard = (r.identity for supplier in network.suppliers.values() for r in supplier.desk.ledger.received)
    assert any(identity[1] == "purchase_order" and "duplicate" in identity for identity in heard)


# --- the judge hears every broken promise ---------------------------------------------------------------------------


class LosesTheArchive(PlainHouse):
    def receive(self, due: Due) -> None:
        super().receive(due)
        self.archive.pop("T7", None)


class ChangesBytes(PlainHouse):
    def receive(self, due: Due) -> None:
        super().receive(due)
        self.archive["T3"] = "0" * 64


class AppliesCopies(PlainHouse):
    def receive(self, due: Due) -> None:
        super().receive(due)
        sent = self.network.twins[due.twin].desk.ledger.sent[due.transport_id]
        if sent.sense == "copy":
            self.apply(sent.documents[0], due.twin)


class ForgetsAnAnswer(PlainHouse):
    def apply(self, document: Document, partner: str) -> None:
        if not (isinstance(document, OrderResponse) and document.order_number.endswith("3")):
            super().apply(document, partner)


class ForgetsANotice(PlainHouse):
    def apply(self, document: Document, partner: str) -> None:
        if not (isinstance(document, ShipNotice) and partner == "granite"):
            super().apply(document, partner)


class ForgetsReminders(PlainHouse):
    def remind(self, number: str) -> None:
        pass


class MiscountsReceipts(PlainHouse):
    def received(self, key):
        good, bad = super().received(key)
        return good + (1 if key[1] == "2" and good else 0), bad


class AnswersDifferentlyEachTime(PlainHouse):
    def receive(self, due: Due) -> None:
        super().receive(due)
        self.network.acknowledged(due, self.now, "another", "")


class NeverSends997s(PlainHouse):
    def answer_syntax(self, twin, sent) -> None:
        pass


class SendsTwice(PlainHouse):
    def send(self, twin: str, document: Document, syntax: str = "") -> None:
        super().send(twin, document, syntax)
        if isinstance(document, ShipNotice) and twin == "depot":
            super().send(twin, document, syntax)


class ReusesControlNumbers(PlainHouse):
    def send(self, twin: str, document: Document, syntax: str = "") -> None:
        self.numbers[twin] %= 5
        super().send(twin, document, syntax)


@pytest.mark.parametrize(
    ("house", "says"),
    [
        (LosesTheArchive, "not in the archive"),
        (ChangesBytes, "not in the archive"),
        (AppliesCopies, "came again"),
        (ForgetsAnAnswer, "is not in the books"),
        (ForgetsANotice, "is not in the books"),
        (ForgetsReminders, "nor on anybody's desk"),
        (MiscountsReceipts, "counted"),
        (AnswersDifferentlyEachTime, "answered another instead of"),
        (NeverSends997s, "no 997 ever came"),
        (SendsTwice, "came again"),
        (ReusesControlNumbers, "different bytes"),
    ],
)
def test_the_judge_hears(house: type[PlainHouse], says: str) -> None:
    network = Network(5, orders=40, faults=HARD)
    _, facts = played(network, house)
    assert any(says in breach for breach in judge(network, facts))


def test_the_live_demo_uses_no_number_that_its_history_used():
    begins = MONDAY
    history, live, again = history_network(7), live_network(7, begins), live_network(7, begins + timedelta(days=3))
    used: set[object] = set()
    for network, start in ((history, begins - timedelta(days=90)), (live, begins), (again, begins + timedelta(days=3))):
        network.begin(start)
        network.due(start + timedelta(days=3))
        sent = network.erp.desk.ledger.sent
        numbers = {*sent, *(one.interchange for one in sent.values() if one.interchange)}
        numbers |= {identity for one in sent.values() for identity in one.identities}
        assert len(sent) > 3
        assert not numbers & used
        used |= numbers
