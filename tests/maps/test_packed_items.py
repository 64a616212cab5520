"""Items that name their containers and the tree of these are one thing: what is in what survives either way."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradelane.maps.packed_items import apart_units, handling_units, packed_items, unpacked_with_pallets
from tradelane.model.moment import Moment
from tradelane.model.quantity import Quantity
from tradelane.model.ship_notice import Level, ShipNode, ShipNotice, items, shipped_total

DAY = date(2026, 12, 8)
CARTONS, PALLETS = ("340123450000000018", "340123450000000025"), ("340123450000000032", "340123450000000049")


@st.composite
def trees(draw: st.DrawFn) -> ShipNotice:
    """A notice of two orders, whose goods stand in cartons, on pallets, on both, or in nothing."""
    nodes = [ShipNode(id="1", level="shipment")]

    def add(level: Level, parent: ShipNode, **said) -> ShipNode:
        nodes.append(ShipNode(id=str(len(nodes) + 1), level=level, parent=parent.id, **said))
        return nodes[-1]

    for number in draw(st.lists(st.sampled_from(("4711", "4712")), unique=True, min_size=1)):
        order = add("order", nodes[0], order_number=number)
        stands = st.sampled_from((("", ""), (CARTONS[0], ""), (CARTONS[1], PALLETS[1]), ("", PALLETS[0])))
        for sscc, pallet in draw(st.lists(stands, unique=True, min_size=1)):
            holder = add("tare", order, sscc=pallet) if pallet else order
            holder = add("pack", holder, sscc=sscc) if sscc else holder
            for line in draw(st.lists(st.sampled_from("123"), unique=True, min_size=1)):
                count = draw(st.integers(1, 90))
                add("item", holder, line=line, quantity=Quantity(Decimal(count), "C62"), lot=f"L{count}")
    return ShipNotice(number="SN-1", noticed=Moment(on=DAY), nodes=tuple(nodes))


def shipped(notice: ShipNotice) -> list:
    return sorted((one.order_number, one.line, one.lot, one.path, str(one.quantity.value)) for one in items(notice))


@given(trees())
def test_rows_that_name_carton_and_pallet_ship_what_the_tree_ships(notice):
    again = packed_items(unpacked_with_pallets(notice))
    assert shipped(again) == shipped(notice)
    assert {one.sscc: one.level for one in again.nodes if one.sscc} == {
        one.sscc: one.level for one in notice.nodes if one.sscc
    }
    assert packed_items(again) == again


@given(trees())
def test_handling_units_hold_what_the_tree_holds(notice):
    apart = apart_units(notice)
    assert {one.level for one in apart.nodes} <= {"item", "pack", "tare"}
    assert shipped_total(apart) == shipped_total(notice)
    again = handling_units(apart)
    assert shipped(again) == shipped(notice)
    assert handling_units(again) == again


@given(st.lists(st.integers(1, 40), min_size=1, max_size=2), st.integers(0, 40))
def test_what_no_handling_unit_holds_stands_beside_them(packed, loose):
    whole = Decimal(sum(packed) + loose)
    item = ShipNode(id="000010", level="item", order_number="4711", line="1", quantity=Quantity(whole, "C62"))
    packs = [
        ShipNode(id="1", level="pack", parent="10", sscc=sscc, quantity=Quantity(Decimal(count), "C62"))
        for sscc, count in zip(CARTONS, packed, strict=False)
    ]
    notice = handling_units(ShipNotice(number="1", noticed=Moment(on=DAY), nodes=(item, *packs)))
    assert shipped_total(notice) == whole
    assert [one.path for one in items(notice)].count(()) == (1 if loose else 0)


def test_goods_in_one_unit_counted_otherwise_keep_their_own_count():
    item = ShipNode(id="10", level="item", order_number="4711", quantity=Quantity(Decimal(2), "CT"))
    pack = ShipNode(id="1", level="pack", parent="10", sscc=CARTONS[0], quantity=Quantity(Decimal(24), "C62"))
    notice = handling_units(ShipNotice(number="1", noticed=Moment(on=DAY), nodes=(item, pack)))
    assert [(one.path, one.quantity) for one in items(notice)] == [((CARTONS[0],), Quantity(Decimal(2), "CT"))]
