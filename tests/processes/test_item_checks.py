"""What a ship notice is checked for by what the house knows of its items."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, notice, order, release, units

from tradelane.model.item import ItemFacts, Items
from tradelane.model.party import ItemIds
from tradelane.model.ship_notice import ShipNoticeConfirmed, ShipNoticeRecorded


def told(facts, item=None, **more):
    """Return what is said of a notice of one unit of item I1, and whether it is received blind."""
    house = House(items=Items([ItemFacts(item="I1", **facts)]))
    house.tell(ORDER, release(order(quantities=(1,))))
    good = notice({"1": 1}, **more)
    nodes = tuple(replace(node, **item) if item and node.level == "item" else node for node in good.notice.nodes)
    house.tell(NOTICE, replace(good, notice=replace(good.notice, nodes=nodes)))
    (confirmed,) = house.of(ShipNoticeConfirmed)
    recorded = house.state(NOTICE)
    said = {finding.code.removeprefix("ship-notice.") for finding in (*confirmed.findings, *recorded.faults)}
    return said, confirmed.blind


BY_SUPPLIER = {"item": ItemIds(supplier_item="S-9")}


@pytest.mark.parametrize(
    ("facts", "item", "said"),
    [
        ({"lot_tracked": True}, {}, {"no-lot"}),
        ({"lot_tracked": True}, {"lot": "L1"}, set()),
        ({"lot_tracked": True}, BY_SUPPLIER, {"no-lot"}),
        ({}, {}, set()),
        ({"serial_tracked": True}, {}, {"serials"}),
        ({"serial_tracked": True}, {"serials": ("S1",)}, set()),
        ({"serial_tracked": True}, {"serials": ("S1", "S2")}, {"serials"}),
        ({"hazardous": True}, {}, {"no-un-number"}),
        ({"hazardous": True}, {"un_number": "1203"}, set()),
        ({"hazardous": True}, BY_SUPPLIER, {"no-un-number"}),
    ],
)
def test_lots_serials_and_dangerous_goods_are_asked_for_where_the_item_has_them(facts, item, said):
    assert told(facts, item) == (said, bool(said))


@pytest.mark.parametrize(
    ("weight", "unit", "fine"),
    [("10", "KGM", True), ("12", "KGM", True), ("12.1", "KGM", False), ("7.9", "KGM", False), ("22.05", "LBR", True)],
)
def test_a_load_weighs_what_its_items_weigh_within_a_fifth(weight, unit, fine):
    house = House(items=Items([ItemFacts(item="I1", weight_kg=Decimal(10))]))
    house.tell(ORDER, release(order(quantities=(1,))))
    house.tell(NOTICE, notice({"1": 1}, weight=units(weight, unit)))
    (recorded,) = house.of(ShipNoticeRecorded)
    assert [one.code for one in recorded.findings] == ([] if fine else ["ship-notice.weight-off"])


def test_goods_that_would_soon_be_old_are_named():
    for days, said in ((29, ["ship-notice.short-dated"]), (30, [])):
        house = House(items=Items([ItemFacts(item="I1", shelf_life_days=30)]))
        house.tell(ORDER, release(order(quantities=(1,))))
        good = notice({"1": 1})
        until = date.fromordinal(house.now.date().toordinal() + days)
        nodes = tuple(replace(n, expires_on=until) if n.level == "item" else n for n in good.notice.nodes)
        house.tell(NOTICE, replace(good, notice=replace(good.notice, nodes=nodes)))
        assert [one.code for one in house.of(ShipNoticeRecorded)[0].findings] == said
