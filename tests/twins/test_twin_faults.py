"""Each fault does what it says, and the good message always comes through in the end."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tradelane.model.identity import document_identity
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity
from tradelane.testing.twins import faults as fault
from tradelane.testing.twins.catalogue import BUYER, HOUSE, SUPPLIERS, articles
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.faults import NO_FAULTS, Faults, contradiction, disturb, is_down
from tradelane.testing.twins.ledger import digest
from tradelane.testing.twins.reading import Illegible, read_interchanges

NOW = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
NORTHWIND = SUPPLIERS[0]


def order(number: str = "4711") -> PurchaseOrder:
    article = articles(NORTHWIND)[0]
    line = OrderLine(number="1", item=article.item, quantity=Quantity(Decimal(12), "EA"), price=article.price)
    return PurchaseOrder(
        number=number,
        ordered_on=date(2026, 11, 23),
        buyer=BUYER,
        supplier=NORTHWIND.party,
        lines=(line,),
        currency="USD",
    )


def desk(seed: int = 1, syntax: str = "x12") -> Desk:
    return Desk("northwind", NORTHWIND.envelope, HOUSE, syntax=syntax, channel="http", seed=seed)


def only(**rate: float) -> Faults:
    return structs.replace(NO_FAULTS, **rate)


@given(seed=st.integers(0, 10_000), syntax=st.sampled_from(["x12", "json"]))
def test_the_good_message_always_comes_through(seed: int, syntax: str) -> None:
    heavy = Faults(lose=0.2, lose_answer=0.2, delay=0.2, duplicate=0.2, garble=0.2)
    sender = desk(seed, syntax)
    due = sender.send(NOW, order())
    crossing = disturb(due, sender, heavy)
    good = [each for each in crossing if each.body == due.body and each.transport_id == due.transport_id]
    assert good
    assert all(each.at >= due.at for each in crossing)
    assert {each.transport_id for each in crossing} <= set(sender.ledger.sent)
    assert all(sender.ledger.sent[each.transport_id].sha256 == digest(each.body) for each in crossing)


def test_what_is_lost_is_sent_again_with_the_same_transport_id() -> None:
    sender = desk()
    due = sender.send(NOW, order())
    (again,) = disturb(due, sender, only(lose=1))
    assert again.at > due.at
    assert (again.transport_id, again.body) == (due.transport_id, due.body)


def test_a_lost_answer_makes_the_sender_ask_again() -> None:
    sender = desk()
    due = sender.send(NOW, order())
    first, second = disturb(due, sender, only(lose_answer=1))
    assert first == due
    assert second == structs.replace(due, at=second.at)


def test_a_copy_has_a_transport_id_and_a_file_name_of_its_own() -> None:
    kinds: set[tuple[bool, bool]] = set()
    for seed in range(40):
        sender = desk(seed)
        due = sender.send(NOW, order())
        first, copy = disturb(due, sender, only(duplicate=1))
        assert first == due
        assert copy.transport_id != due.transport_id
        assert copy.file_name != due.file_name
        entry = sender.ledger.sent[copy.transport_id]
        assert entry.sense == "copy"
        assert entry.copies == due.transport_id
        assert entry.identities == sender.ledger.sent[due.transport_id].identities
        kinds.add((copy.body == due.body, copy.channel == due.channel))
        if copy.body != due.body:
            control = int(read_interchanges(copy.body)[0].control)
            assert control == entry.interchange == entry.group
            assert control != sender.ledger.sent[due.transport_id].interchange
    assert kinds == {(True, True), (True, False), (False, True)}


def test_what_is_garbled_cannot_be_read_and_is_followed_by_the_good_one() -> None:
    for seed in range(60):
        sender = desk(seed)
        due = sender.send(NOW, order())
        bad, good = disturb(due, sender, only(garble=1))
        assert sender.ledger.sent[bad.transport_id].sense == "garbled"
        assert not _sound(bad.body)
        assert good.body == due.body
        assert bad.at < good.at


def _sound(body: bytes) -> bool:
    try:
        return all(
            i.sound and i.groups and all(s.sound for g in i.groups for s in g.sets) for i in read_interchanges(body)
        )
    except Illegible:
        return False


@pytest.mark.parametrize("damage", [fault.truncated, fault.key_doubled, fault.number_ruined, fault.random_bytes])
def test_damaged_json_is_not_what_it_was(damage: fault.Damage) -> None:
    body = desk(syntax="json").send(NOW, order()).body
    assert damage(body, Random(1)) != body


def test_a_count_damaged_set_is_refused_but_its_interchange_is_not() -> None:
    (read,) = read_interchanges(fault.count_damaged(desk().send(NOW, order()).body, Random(1)))
    assert read.sound
    assert [s.sound for g in read.groups for s in g.sets] == [False]


def test_a_mismatched_trailer_discredits_the_interchange_alone() -> None:
    (read,) = read_interchanges(fault.trailer_mismatched(desk().send(NOW, order()).body, Random(1)))
    assert not read.sound
    assert [s.sound for g in read.groups for s in g.sets] == [True]


def test_a_contradiction_has_the_same_identity_and_other_content() -> None:
    sender = desk()
    due = sender.send(NOW, order())
    (other,) = contradiction(due, sender, only(contradict=1), NOW)
    entry = sender.ledger.sent[other.transport_id]
    (document,) = entry.documents
    assert entry.sense == "conflict"
    assert document_identity(document, "x") == document_identity(order(), "x")
    assert document != order()
    assert contradiction(other, sender, only(contradict=1), NOW) == []


def test_without_faults_nothing_befalls_anything() -> None:
    sender = desk()
    due = sender.send(NOW, order())
    assert disturb(due, sender, NO_FAULTS) == [due]
    assert contradiction(due, sender, NO_FAULTS, NOW) == []
    assert not is_down(sender, NO_FAULTS, NOW)


def test_outages_end_within_three_hours() -> None:
    sender = desk()
    minutes = [is_down(sender, only(outages_per_day=1), NOW + timedelta(minutes=m)) for m in range(3 * 24 * 60)]
    assert any(minutes)
    longest = max(len(run) for run in "".join("x" if down else " " for down in minutes).split())
    assert longest <= 180
