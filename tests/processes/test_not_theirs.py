"""A partner who speaks of another partner's order hears what they would hear if it were not there (P22)."""

from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import ORDER, accepted, notice, release

from tradelane.model.purchase_order import ShipmentRefused
from tradelane.model.ship_notice import ShipNoticeConfirmed


def test_somebody_elses_answer_waits_as_if_the_order_were_not_there():
    house = House()
    house.tell(ORDER, release())
    before = house.state(ORDER)
    house.tell(ORDER, accepted(partner="mallory"))
    house.tell("purchase_order/none", accepted(partner="mallory"))
    (theirs, unknown) = (early for _, _, early in house.deferred)
    assert house.state(ORDER) == before
    assert (theirs.until, theirs.stranger, unknown.stranger) == (unknown.until, True, False)
    assert theirs.finding.code == "order-response.not-your-order"
    assert "which is acme's" in theirs.finding.says


def test_a_notice_for_somebody_elses_order_waits_and_ends_as_for_one_that_is_not_there():
    """What they hear, and when, says nothing of whether the order is there (P22)."""
    ends = []
    for there in (True, False):
        house = House()
        if there:
            house.tell(ORDER, release())
        house.tell("ship_notice/mallory/N1", replace(notice({"1": 100}), partner="mallory"))
        (early,) = [why for _, _, why in house.deferred]
        assert (early.stranger, not house.of(ShipNoticeConfirmed)) == (there, True)
        house.wait(hours=25)
        ends.append((house.of(ShipNoticeConfirmed), early.until))
        assert not house.of(ShipmentRefused)
    assert ends[0] == ends[1]
