"""A file too large to hold goes through in pieces: the same orders, the same answers, also after a death midway."""

import json
from pathlib import Path

import pytest
from tests.formats.x12_bytes import group, joined
from tests.runtime.bench_house import Bench, bench

from tradelane.model.exchange import TransmissionTaken
from tradelane.protocols import folder
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.intake_pieces import take_pieces
from tradelane.runtime.pickup import Pickup
from tradelane.runtime.read_kept import bytes_of
from tradelane.runtime.reading import LET_GO
from tradelane.runtime.replay import plan

pytestmark = pytest.mark.anyio
ISA = "ISA*00*          *00*          *ZZ*ERP            *ZZ*US             *260302*0800*U*00401*{:09d}*0*P*>"
SETS = 60


def order(number: int, price: str = "2.5") -> tuple[str, ...]:
    control = f"{number:04d}"
    return (
        f"ST*850*{control}",
        f"BEG*00*NE*L{number}**20260302",
        "CUR*BY*USD",
        "N1*BY*Distributor*92*BUYER",
        "N1*SU*Acme*92*V1",
        "N1*ST*Main warehouse*92*W1",
        f"PO1*1*10*EA*{price}**BP*SKU-1",
        "DTM*002*20260320",
        "CTT*1",
        f"SE*10*{control}",
    )


def body(control: int = 1, bad: tuple[int, ...] = ()) -> bytes:
    """Return one interchange of many orders in two groups, each of *bad* with a price that is none."""
    sets = [order(number, "?" if number in bad else "2.5") for number in range(SETS)]
    groups = (group(*sets[:40], control="1"), group(*sets[40:], control="2"))
    inner = [segment.replace("*ACME*TRADELANE*", "*ERP*US*") for each in groups for segment in each]
    return joined(ISA.format(control), *inner, f"IEA*2*{control:09d}", line="\n")


@pytest.fixture(autouse=True)
def little_counts_as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_READ_BYTES", 1_500)
    monkeypatch.setattr("tradelane.runtime.receive.SETS_PER_STRETCH", 7)
    monkeypatch.setattr("tradelane.runtime.receive.LARGE_BYTES", 1_000)
    monkeypatch.setattr("tradelane.runtime.lane.LARGE_BYTES", 1_000)


def laid_down(path: Path, name: str, what: bytes) -> None:
    path.mkdir(exist_ok=True)
    (path / name).write_bytes(what)


async def picked_up(house: Bench, path: Path, what: bytes, name: str = "orders.x12") -> int:
    """Lay *what* down for the ERP's folder and have it fetched; return how many files were settled."""
    laid_down(path, name, what)
    pickup = FolderPickup(path, bytes_max=2_000)
    return await Pickup(house.app.house, house.app.intake, {"erp": pickup}).turn()


async def taken(house: Bench) -> list[TransmissionTaken]:
    return [event for event in await house.history("exchange/erp") if isinstance(event, TransmissionTaken)]


async def acknowledged(house: Bench) -> list[str]:
    """Return the bodies of the 997s that went back, in turn."""
    sent = [event for event in await house.history("exchange/erp") if type(event).__name__ == "DocumentSent"]
    return [event.body for event in sent if event.document_type == "syntax_report"]


async def test_a_large_file_comes_to_what_the_same_file_comes_to_when_it_is_held(tmp_path: Path):
    what = body(bad=(3, 50))
    large, held = await bench(tmp_path / "a"), await bench(tmp_path / "b")

    assert await picked_up(large, tmp_path / "in", what) == 1
    await large.work()
    await held.send("erp", what)
    await held.work()

    [one], [other] = await taken(large), await taken(held)
    assert (one.size, one.sha256, one.outcome) == (other.size, other.sha256, other.outcome)
    assert [(s.number, s.outcome, s.findings) for s in one.sets] == [
        (s.number, s.outcome, s.findings) for s in other.sets
    ]
    assert one.findings == other.findings
    assert await acknowledged(large) == await acknowledged(held)
    for number in range(SETS):
        stream = f"purchase_order/L{number}"
        assert [type(e) for e in await large.history(stream)] == [type(e) for e in await held.history(stream)]
    kept = await large.store.archive(one.transmission)
    assert kept is not None
    assert kept.body == what
    assert not (tmp_path / "in" / "orders.x12").exists()


async def test_what_is_wrong_with_a_group_that_is_empty_is_said_too(tmp_path: Path):
    what = (
        body()
        .replace(b"GS*PO*ERP*US*", b"GS*PO*ERP*US*20260302*0800*9*X*004010~\nGE*3*9~\nGS*PO*ERP*US*", 1)
        .replace(b"IEA*2*", b"IEA*3*")
    )
    large, held = await bench(tmp_path / "a"), await bench(tmp_path / "b")
    await picked_up(large, tmp_path / "in", what)
    await large.work()
    await held.send("erp", what)
    await held.work()

    [one], [other] = await taken(large), await taken(held)
    assert one.findings == other.findings
    assert "x12.ge-count" in [finding.code for finding in one.findings]


async def test_the_report_on_very_many_sets_names_those_that_are_not_accepted_and_counts_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tradelane.runtime.read_x12.NAMED_MAX", 10)
    house = await bench(tmp_path / "a")
    await picked_up(house, tmp_path / "in", body(bad=(3, 50)))
    await house.work()

    first, second = [json.loads(one) for one in await acknowledged(house)]
    assert (first["received"], first["accepted"], first["verdict"]) == (40, 39, "partially_accepted")
    assert [one["control"] for one in first["sets"]] == ["0003"]
    assert (second["received"], second["accepted"]) == (20, 19)


async def test_a_worker_that_dies_midway_is_followed_by_one_that_goes_on(tmp_path: Path):
    house = await bench(tmp_path / "a")
    await picked_up(house, tmp_path / "in", body())
    while not await house.history("purchase_order/L20"):
        await house.worker.turn()
    released = [number for number in range(SETS) if await house.history(f"purchase_order/L{number}")]
    assert 0 < len(released) < SETS

    house.clock.advance_to(house.clock.now().replace(hour=9))
    await house.hire("w2")
    await house.work()

    for number in range(SETS):
        events = [type(event).__name__ for event in await house.history(f"purchase_order/L{number}")]
        assert events.count("OrderReleased") == 1
    assert len(await taken(house)) == 1
    assert len(await acknowledged(house)) == 2


async def test_the_same_file_again_is_no_second_effect_and_the_same_number_for_other_bytes_is_refused(tmp_path: Path):
    house = await bench(tmp_path / "a")
    for name, what in (("a.x12", body()), ("b.x12", body()), ("c.x12", body(bad=(1,)))):
        await picked_up(house, tmp_path / "in", what, name)
        await house.work()

    first, again, other = await taken(house)
    assert again.repeats == first.transmission
    assert [finding.code for finding in other.findings] == ["x12.control-number-reused"]
    assert len(await acknowledged(house)) == 2


async def test_a_file_that_changes_while_it_is_read_is_not_taken_and_stays(tmp_path: Path):
    house = await bench(tmp_path / "a")
    path = tmp_path / "in"
    laid_down(path, "x", body())
    [received] = await FolderPickup(path, bytes_max=2_000).receive(5, house.clock.now())
    laid_down(path, "x", body(control=2))

    partner = house.app.registry.partners["erp"]
    answer = await take_pieces(
        house.app.house, partner, received, channel="folder", media_type="application/edi-x12", now=house.clock.now()
    )

    assert answer.status == 503
    await house.work()
    assert await taken(house) == []


async def test_the_same_id_hears_the_same_answer(tmp_path: Path):
    house = await bench(tmp_path / "a")
    path = tmp_path / "in"
    laid_down(path, "x", body())
    [received] = await FolderPickup(path, bytes_max=2_000).receive(5, house.clock.now())
    partner, told = house.app.registry.partners["erp"], {"channel": "folder", "media_type": "application/edi-x12"}

    first = await take_pieces(house.app.house, partner, received, **told, now=house.clock.now())
    again = await take_pieces(house.app.house, partner, received, **told, now=house.clock.now())

    assert (first.status, again.status, again.replayed, again.body) == (202, 202, True, first.body)


async def test_a_file_with_a_long_name_is_taken_like_any_other(tmp_path: Path):
    house = await bench(tmp_path / "a")
    await picked_up(house, tmp_path / "in", joined(*body().decode().split("~\n")[:12]), "Bestellung äöü " * 8)
    await picked_up(house, tmp_path / "in", body(), "Große Bestellung äöü " * 6)
    await house.work()

    assert [len(event.file_name) > 100 for event in await taken(house)] == [True, True]


async def test_what_was_refused_in_a_large_file_is_replayed_without_holding_the_file(tmp_path: Path):
    house = await bench(tmp_path / "a")
    what = body(bad=(3, 50))
    await picked_up(house, tmp_path / "in", what)
    await house.work()
    [one] = await taken(house)
    [refused] = [each for each in one.sets if each.control == "0003"]
    kept = await house.store.kept(one.transmission)
    assert kept is not None
    assert kept.pieces > 3
    assert b"".join([piece async for piece in bytes_of(house.store, kept)]) == what

    planned = await plan(house.app.house, kept, frozenset({refused.item}))
    assert [(each.told.item, each.told.verdict) for each in planned.documents] == [(refused.item, "unreadable")]
    assert planned.answers == []

    whole = await plan(house.app.house, kept)
    assert [each.told.verdict for each in whole.documents].count("standing") == SETS - 2


async def test_a_document_of_a_large_file_is_read_again_by_itself(tmp_path: Path):
    house = await bench(tmp_path / "a")
    await picked_up(house, tmp_path / "in", body())
    await house.work()
    [one] = await taken(house)
    kept = await house.store.kept(one.transmission)
    assert kept is not None

    reading = await house.app.read_again(kept, house.app.registry.partners["erp"], one.sets[44].item)
    held = [each for interchange in reading.interchanges for each in interchange.sets if each is not LET_GO]
    assert [each.document.number for each in held if each.document] == ["L44"]


async def test_of_a_large_file_only_so_many_documents_are_looked_at_at_once(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("tradelane.runtime.replay.SETS_HELD_MAX", 10)
    house = await bench(tmp_path / "a")
    await picked_up(house, tmp_path / "in", body())
    await house.work()
    [one] = await taken(house)
    kept = await house.store.kept(one.transmission)
    assert kept is not None

    planned = await plan(house.app.house, kept)
    assert len(planned.documents) == 11
    assert "50 documents more" in planned.documents[-1].told.says
