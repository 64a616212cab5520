"""EDIFACT and rows too large to hold go through in pieces: the same orders and answers, after a death midway too."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, Bench, bench

from tradelane.model.exchange import TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import EdifactIdentity, EdifactSettings, TableSettings
from tradelane.protocols import folder
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.pickup import Pickup

pytestmark = pytest.mark.anyio
ORDERS = 60
ERP = replace(
    PARTNERS["erp"],
    edifact=EdifactIdentity(id="ERP", qualifier="ZZZ"),
    edifact_settings=EdifactSettings(acknowledge=True),
    tables=TableSettings(takes=("purchase_order",)),
)
COLUMNS = "PO Number,PO Date,Currency,Supplier No,PO Line,Item,Quantity,Unit,Price,Delivery Date"


def edifact_orders(control: int = 1, bad: tuple[int, ...] = (), twice: tuple[int, ...] = ()) -> bytes:
    """Return one interchange of many orders, each of *bad* with a quantity that is none, *twice* numbered as others."""
    messages = []
    for number in range(ORDERS):
        reference = number - 1 if number in twice else number
        segments = (
            f"UNH+M{reference}+ORDERS:D:96A:UN",
            f"BGM+220+L{number}+9",
            "DTM+137:20260302:102",
            "DTM+2:20260320:102",
            "NAD+BY+BUYER::92",
            "NAD+SU+V1::92",
            "NAD+DP+W1::92",
            "CUX+2:USD:9",
            "LIN+1",
            "PIA+5+SKU-1:IN",
            f"QTY+21:{'x' if number in bad else '10'}:PCE",
            "PRI+AAA:2.5",
            "UNS+S",
            f"UNT+14+M{reference}",
        )
        messages += [segment + "'\n" for segment in segments]
    head = f"UNB+UNOC:3+ERP:ZZZ+TRADELANE:ZZZ+260302:0800+{control}'\n"
    return (head + "".join(messages) + f"UNZ+{ORDERS}+{control}'\n").encode()


def csv_orders(bad: tuple[int, ...] = (), returns: bool = False) -> bytes:
    """Return the rows of many orders, two for each; each of *bad* with a quantity that is none."""
    rows = [COLUMNS]
    for number in range(ORDERS):
        quantity = "x" if number in bad else "10"
        rows += [f"L{number},2026-03-02,USD,V1,{line},SKU-{line},{quantity},EA,2.5,2026-03-20" for line in (1, 2)]
    if returns:
        rows.append(rows[1].replace(",1,SKU-1", ",3,SKU-3"))
    return "\n".join([*rows, ""]).encode()


@pytest.fixture(autouse=True)
def little_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_READ_BYTES", 1_500)
    monkeypatch.setattr("tradelane.runtime.receive.SETS_PER_STRETCH", 7)
    monkeypatch.setattr("tradelane.runtime.receive.LARGE_BYTES", 1_000)
    monkeypatch.setattr("tradelane.runtime.lane.LARGE_BYTES", 1_000)


async def erp(path: Path) -> Bench:
    return await bench(path, partners={**PARTNERS, "erp": ERP})


def laid_down(path: Path, name: str, what: bytes) -> None:
    path.mkdir(exist_ok=True)
    (path / name).write_bytes(what)


async def picked_up(house: Bench, path: Path, what: bytes, name: str, bytes_max: int = 1_000) -> int:
    laid_down(path, name, what)
    pickup = FolderPickup(path, bytes_max=bytes_max)
    return await Pickup(house.app.house, house.app.intake, {"erp": pickup}).turn()


async def taken(house: Bench) -> list[TransmissionTaken]:
    return [event for event in await house.history("exchange/erp") if isinstance(event, TransmissionTaken)]


async def answers(house: Bench) -> list[dict]:
    sent = [event for event in await house.history("exchange/erp") if type(event).__name__ == "DocumentSent"]
    return [json.loads(event.body) for event in sent if event.document_type == "syntax_report"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("orders.edi", edifact_orders(bad=(3, 50))),
        ("orders.edi", edifact_orders(twice=(20,))),
        ("orders.csv", csv_orders(bad=(3, 50))),
        ("orders.csv", csv_orders() + b'L1,"'),
    ],
)
async def test_a_large_file_comes_to_what_the_same_file_comes_to_when_it_is_held(
    tmp_path: Path, name: str, what: bytes
):
    large, held = await erp(tmp_path / "a"), await erp(tmp_path / "b")
    for house, most in ((large, 1_000), (held, 10_000_000)):
        assert await picked_up(house, tmp_path / "in", what, name, most) == 1
        await house.work()

    [one], [other] = await taken(large), await taken(held)
    assert (one.size, one.sha256, one.outcome) == (other.size, other.sha256, other.outcome)
    assert [(s.number, s.outcome, s.findings) for s in one.sets] == [
        (s.number, s.outcome, s.findings) for s in other.sets
    ]
    assert one.findings == other.findings
    assert await answers(large) == await answers(held)
    for number in range(ORDERS):
        stream = f"purchase_order/L{number}"
        assert [type(e) for e in await large.history(stream)] == [type(e) for e in await held.history(stream)]
    kept = await large.store.archive(one.transmission)
    assert kept is not None
    assert kept.body == what


async def test_of_two_messages_under_one_reference_the_first_is_accepted(tmp_path: Path):
    house = await erp(tmp_path)
    await picked_up(house, tmp_path / "in", edifact_orders(twice=(20,)), "orders.edi")
    await house.work()

    [answer] = await answers(house)
    assert (answer["received"], answer["accepted"]) == (ORDERS, ORDERS - 1)
    verdicts = [each["verdict"] for each in answer["sets"] if each["control"] == "M19"]
    assert verdicts == ["accepted", "rejected"]


@pytest.mark.parametrize(("name", "what"), [("orders.edi", edifact_orders()), ("orders.csv", csv_orders())])
async def test_a_worker_that_dies_midway_is_followed_by_one_that_goes_on(tmp_path: Path, name: str, what: bytes):
    house = await erp(tmp_path / "a")
    await picked_up(house, tmp_path / "in", what, name)
    while not await house.history("purchase_order/L20"):
        await house.worker.turn()
    released = [number for number in range(ORDERS) if await house.history(f"purchase_order/L{number}")]
    assert 0 < len(released) < ORDERS

    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()

    for number in range(ORDERS):
        events = [type(event).__name__ for event in await house.history(f"purchase_order/L{number}")]
        assert events.count("OrderReleased") == 1
    assert len(await taken(house)) == 1


async def test_the_same_interchange_again_is_no_second_effect(tmp_path: Path):
    house = await erp(tmp_path / "a")
    for name, what in (("a", edifact_orders()), ("b", edifact_orders()), ("c", edifact_orders(bad=(1,)))):
        await picked_up(house, tmp_path / "in", what, name)
        await house.work()

    first, again, other = await taken(house)
    assert again.repeats == first.transmission
    assert [finding.code for finding in other.findings] == ["edifact.control-number-reused"]


async def test_rows_that_come_again_later_refuse_their_document_and_no_other(tmp_path: Path):
    house = await erp(tmp_path)
    await picked_up(house, tmp_path / "in", csv_orders(returns=True), "orders.csv")
    await house.work()

    [one] = await taken(house)
    refused = [each for each in one.sets if each.outcome is Outcome.REJECTED]
    assert [[finding.code for finding in each.findings] for each in refused] == [["table.key-returns"]] * 2
    assert not await house.history("purchase_order/L0")
    assert await house.history("purchase_order/L1")


async def test_a_large_file_that_cannot_be_read_in_pieces_is_not_taken_for_one_that_can(tmp_path: Path):
    house = await erp(tmp_path)
    what = b"<Order>" + b" " * 5_000 + b"</Order>"
    await picked_up(house, tmp_path / "in", what, "order.xml")
    await house.work()

    assert await taken(house) == []  # Least of all as an empty body.
    [kept] = (tmp_path / "in" / "refused").rglob("order.xml")
    assert kept.read_bytes() == what


async def test_what_comes_whole_and_is_large_is_kept_and_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tradelane.runtime.intake.HELD_BYTES_MAX", 3_000)
    monkeypatch.setattr("tradelane.runtime.intake.PIECE_BYTES", 1_000)
    house, what = await erp(tmp_path), edifact_orders()
    first = await house.send("erp", what, "key")
    again = await house.send("erp", what, "key")
    await house.work()

    [one] = await taken(house)
    assert (first.status, again.replayed, first.body) == (202, True, again.body)
    assert len(await house.store.pieces(0, one.transmission, 1, 3)) == 3
    assert await house.history(f"purchase_order/L{ORDERS - 1}")
