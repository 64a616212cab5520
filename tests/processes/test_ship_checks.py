"""What a ship notice is checked for beyond its tree; none of it keeps the goods from being received."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.processes.house import House
from tests.processes.papers import NOTICE, ORDER, node, notice, order, release, units

from tradelane.model.document import Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Identifier, Party
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import ShipmentRecorded, ShipmentRefused
from tradelane.model.ship_notice import LabelUse, ShipNotice, ShipNoticeConfirmed, ShipNoticeRecorded

LABEL, OTHER_LABEL = "106141412345678908", "106141411234567892"
BEFORE = datetime(2026, 2, 2, tzinfo=UTC)


def told(policy=None, command=None, **more):
    """Return what is said of a notice by itself, whether it is received blind, and the house."""
    house = House(policy)
    house.tell(ORDER, release())
    house.tell(NOTICE, command or notice({"1": 1}, **more))
    (recorded,), (confirmed,) = house.of(ShipNoticeRecorded), house.of(ShipNoticeConfirmed)
    said = {finding.code.removeprefix("ship-notice."): finding.severity for finding in recorded.findings}
    assert confirmed.blind is ("error" in said.values())
    return said, confirmed.blind, house


def packed(*extra, item=None):
    """Return a notice of one unit in a carton, with *extra* nodes beside it."""
    good = notice({"1": 1})
    whole = node("2.1", "item", "3", quantity=1, line="1", **(item or {}))
    top, order_node = good.notice.nodes[:2]
    return replace(good, notice=replace(good.notice, nodes=(top, order_node, *extra, whole)))


def carton(node_id="3", parent="2", **more):
    return node(node_id, "pack", parent, **more)


def test_a_notice_with_an_error_still_reaches_the_warehouse_marked_as_blind():
    said, blind, house = told(command=packed(carton(sscc=LABEL), carton("4", sscc=LABEL)))
    assert (said, blind) == ({"sscc-twice": "error"}, True)
    to_dock = [send.document for send in house.sent if send.to == "dock" and isinstance(send.document, ShipNotice)]
    assert to_dock[0].references[-1].value == "blind"
    assert "ASN_INVALID" in house.cases()
    assert house.state(ORDER).lines["1"].shipped == 1, "its order agrees, so the goods are under way all the same"


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (LabelUse(sscc=LABEL, notice="N0", at=BEFORE), {"sscc-reused": "error"}),
        (LabelUse(sscc=LABEL, notice="N1", at=BEFORE), {}),
        (LabelUse(sscc=LABEL, notice="N0", at=BEFORE - timedelta(days=365)), {}),
    ],
)
def test_a_label_of_another_notice_may_not_come_back_within_a_year(use, said):
    command = replace(packed(carton(sscc=f"00{LABEL}")), labels=(use,))
    assert told(command=command)[0] == said


def test_labels_are_asked_for_where_the_partner_must_have_them():
    command = packed(carton(), carton("4", sscc=LABEL))
    assert told(Policy(require_sscc=True), command)[0] == {"no-sscc": "warning"}
    assert told(command=command)[0] == {}


@pytest.mark.parametrize(
    ("policy", "item", "said"),
    [
        (Policy(require_lot=True), {}, {"no-lot": "error"}),
        (Policy(require_lot=True), {"lot": "L1"}, {}),
        (Policy(), {"expires_on": date(2026, 3, 1)}, {"expired": "error"}),
        (Policy(), {"expires_on": date(2026, 3, 2)}, {}),
        (Policy(shelf_life_days=30), {"expires_on": date(2026, 3, 31)}, {"short-dated": "warning"}),
        (Policy(shelf_life_days=30), {"expires_on": date(2026, 4, 1)}, {}),
        (Policy(), {"serials": ("S1", "S2")}, {"serials": "warning"}),
    ],
)
def test_lots_days_and_serials_are_checked_as_the_partner_is_held_to(policy, item, said):
    assert told(policy, packed(carton(), item=item))[0] == said


def test_a_serial_number_is_on_one_item_only():
    again = node("9", "item", "2", quantity=1, line="1", serials=("S1",))
    assert told(command=packed(carton(), again, item={"serials": ("S1",)}))[0] == {"serial-twice": "error"}


def at(hour, day=2):
    return Moment(on=date(2026, 3, day), at=time(hour), offset=0)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"shipped": at(8)}, {}),
        ({"shipped": at(7)}, {"late": "warning"}),
        ({"shipped": Moment(on=date(2026, 3, 1))}, {}),
        ({"shipped": Moment(on=date(2026, 2, 28))}, {"late": "warning"}),
        ({"shipped": at(7), "expected": at(8)}, {"after-arrival": "warning"}),
        ({"expected": Moment(on=date(2026, 2, 28))}, {"after-arrival": "warning"}),
        ({"expected": at(10)}, {}),
    ],
)
def test_a_notice_comes_within_an_hour_of_the_goods_leaving_and_before_they_arrive(dates, said):
    assert told(**dates)[0] == said, "it is 9 o'clock on the second of March"


@pytest.mark.parametrize(
    ("policy", "more", "said"),
    [
        (Policy(), {"transport_mode": "road"}, {"no-carrier-reference": "warning"}),
        (Policy(require_carrier_reference=True), {"transport_mode": "road"}, {"no-carrier-reference": "error"}),
        (Policy(require_carrier_reference=True), {"transport_mode": "road", "bill_of_lading": "B1"}, {}),
        (Policy(require_carrier_reference=True), {"transport_mode": "road", "carrier_reference": "P1"}, {}),
        (Policy(require_carrier_reference=True), {"transport_mode": "air"}, {}),
        (Policy(require_appointment=True), {}, {"no-appointment": "warning"}),
        (Policy(require_appointment=True), {"references": (Reference("appointment", "7"),)}, {}),
        (Policy(), {"weight": units(0, "KGM")}, {"weight": "warning"}),
        (Policy(check_totals=True), {"references": (Reference("quantity_total", "7"),)}, {"control-total": "error"}),
    ],
)
def test_carrier_appointment_weight_and_totals(policy, more, said):
    assert told(policy, **more)[0] == said


def test_a_carrier_that_is_none_of_ours_is_a_warning():
    assert told(command=replace(notice({"1": 1}, carrier="XXXX"), carrier_known=False))[0] == {
        "unknown-carrier": "warning"
    }


@pytest.mark.parametrize(("count", "fine"), [(1, True), (2, True), (3, True), (4, False)])
def test_the_packages_announced_are_those_listed(count, fine):
    command = packed(node("8", "tare", "2"), carton("3", "8"), carton("4", "8"))
    command = replace(command, notice=replace(command.notice, package_count=count))
    assert told(command=command)[0] == ({} if fine else {"package-count": "warning"})


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ((carton(), node("9", "shipment")), {"two-shipments": "error"}),
        ((carton(), node("9", "shipment", "2")), {"two-shipments": "error", "level-order": "error"}),
        ((carton(), node("9", "tare", "3")), {"level-order": "error"}),
        ((carton("3", "2"), node("9", "pack", "2.1")), {}),
        ((carton(), node("9", "pack")), {"apart": "error"}),
    ],
)
def test_levels_hang_together_the_right_way_up(extra, said):
    assert told(command=packed(*extra))[0] == said


def place(value, scheme="gln"):
    return Party(identifiers=(Identifier(scheme, value),))


def shipped(command, **terms):
    """Return what the order says to a notice."""
    house = House()
    house.tell(ORDER, release(order(**terms)))
    house.tell(NOTICE, command)
    [event] = [*house.of(ShipmentRecorded), *house.of(ShipmentRefused)]
    return {finding.code.removeprefix("ship-notice."): finding.severity for finding in event.findings}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (place("4012345000009"), False),
        (place("4012345000016"), True),
        (place("DOCK", "buyer_assigned"), False),
        (Party(name="Somewhere"), False),
        (None, False),
    ],
)
def test_goods_for_another_place_than_the_orders_are_an_error_where_the_two_can_be_compared(said, wrong):
    found = shipped(notice({"1": 100}, ship_to=said), ship_to=place("4012345000009"))
    assert found == ({"ship-to": "error"} if wrong else {})


def test_a_ship_date_outside_the_orders_window_is_a_warning():
    window = {"ship_not_before": date(2026, 3, 5), "ship_not_after": date(2026, 3, 6)}
    for day, said in ((4, {"shipped-early": "warning"}), (5, {}), (6, {}), (7, {"shipped-late": "warning"})):
        found = shipped(notice({"1": 100}, shipped=Moment(on=date(2026, 3, day))), **window)
        assert found == said, day


def test_less_than_ordered_is_a_warning_beyond_tolerance():
    assert shipped(notice({"1": 99})) == {"short-ship": "warning"}
    house = House(Policy(under_ship_percent=Decimal(1)))
    house.tell(ORDER, release())
    house.tell(NOTICE, notice({"1": 99}))
    assert not house.of(ShipmentRecorded)[0].findings


def test_dangerous_goods_are_named_by_their_un_number():
    plain = order()
    marked = replace(plain.lines[0], references=(Reference("un_number", "1263"),))
    lines = (marked, *plain.lines[1:])
    good = notice({"1": 100, "2": 50})
    assert shipped(good, number="4711") == {}
    house = House()
    house.tell(ORDER, release(replace(plain, lines=lines)))
    house.tell(NOTICE, good)
    assert [finding.code for finding in house.of(ShipmentRefused)[0].findings] == ["ship-notice.no-un-number"]
    nodes = tuple(
        replace(one, references=(Reference("un_number", "1263"),)) if one.line == "1" else one
        for one in good.notice.nodes
    )
    house.tell(NOTICE, replace(good, notice=replace(good.notice, nodes=nodes, purpose="replace")))
    assert house.of(ShipmentRecorded)[0].findings == ()
    assert not house.cases()


def test_an_item_that_makes_no_sense_does_not_keep_the_others_from_being_received():
    command = packed(carton(), node("9", "item", "2", line="2"), node("10", "item", "1", quantity=1))
    said, blind, house = told(command=command)
    assert (said, blind) == ({"no-quantity": "error", "no-order": "error"}, True)
    assert (house.state(ORDER).lines["1"].shipped, house.state(ORDER).lines["2"].shipped) == (1, 0)
