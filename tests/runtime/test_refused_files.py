"""A file that is picked up and cannot be taken: it is kept where it was laid down, says why, and a person is asked."""

from pathlib import Path

import pytest
from tests.runtime.bench_house import Bench, bench, json_of, order, response_855

from tradelane.model.case import CaseOpened, CaseResolved, ResolveCase
from tradelane.model.identity import case_stream
from tradelane.protocols.folder import FolderPickup
from tradelane.runtime.pickup import Pickup
from tradelane.store.port import StoreUnavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def house(tmp_path: Path) -> Bench:
    return await bench(tmp_path / "house")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def pickup(house: Bench, inbox: Path, partner: str = "lumen", **limits: int) -> Pickup:
    return Pickup(house.app.house, house.app.intake, {partner: FolderPickup(inbox, **limits)})


def refused(inbox: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8", "replace") for path in (inbox / "refused").rglob("*") if path.is_file()}


async def opened(house: Bench) -> list[dict[str, object]]:
    await house.work()
    return [one for one in await house.cases() if one["kind"] in ("FILE_REFUSED", "IDENTITY_REFUSED")]


async def test_a_file_under_somebody_elses_name_is_kept_and_asked_about(house: Bench, inbox: Path):
    (inbox / "855.edi").write_bytes(response_855("4711"))  # Acme's, in Lumen's folder.
    assert await pickup(house, inbox).turn() == 1
    kept = refused(inbox)
    assert kept["855.edi"].encode() == response_855("4711")
    for said in ("lumen", "ISA06", "ZZ:ACME", "What to do: Send under your own identity", "identity.not-yours"):
        assert said in kept["855.edi.why.txt"]
    (case,) = await opened(house)
    assert (case["kind"], case["role"], case["partner"]) == ("IDENTITY_REFUSED", "integration", "lumen")
    assert "855.edi" in str(case["says"])
    assert "refused/" in str(case["says"])
    assert not (inbox / "done").exists()
    assert await house.history("exchange/lumen") == []


async def test_a_large_file_under_somebody_elses_name_is_refused_as_a_small_one_is(house: Bench, inbox: Path):
    (inbox / "855.edi").write_bytes(response_855("4711"))
    assert await pickup(house, inbox, bytes_max=100).turn() == 1
    kept = refused(inbox)
    assert kept["855.edi"].encode() == response_855("4711")
    assert "identity.not-yours" in kept["855.edi.why.txt"]
    (case,) = await opened(house)
    assert case["kind"] == "IDENTITY_REFUSED"
    assert await house.history("exchange/lumen") == []


@pytest.mark.parametrize("name", ["done", "refused"])
async def test_a_file_in_the_place_of_our_folder_is_refused_once_and_stops_nobody(house: Bench, inbox: Path, name: str):
    (inbox / "1.json").write_bytes(b"{}")
    (inbox / name).write_bytes(response_855("4711"))
    assert await pickup(house, inbox).turn() == 2
    kept = refused(inbox)
    assert kept[name].encode() == response_855("4711")
    assert "transmission.reserved-name" in kept[f"{name}.why.txt"]
    assert await pickup(house, inbox).turn() == 0
    assert sorted(path.name for path in (inbox / "done").rglob("*.json")) == ["1.json"]
    (case,) = await opened(house)
    assert case["kind"] == "FILE_REFUSED"


@pytest.mark.parametrize(
    ("body", "limits", "code"),
    [
        (b"", {}, "transmission.empty"),
        (b"<Order>" + b"x" * 900, {"bytes_max": 500}, "transmission.too-large"),
        (b"ISA" + b"x" * 900, {"bytes_max": 100, "large_bytes_max": 500}, "transmission.too-large"),
    ],
    ids=["empty", "must be held and is too large", "larger than anything"],
)
async def test_what_cannot_be_taken_is_kept_whole_and_never_archived_as_nothing(house, inbox, body, limits, code):
    (inbox / "1.x").write_bytes(body)
    assert await pickup(house, inbox, **limits).turn() == 1
    kept = refused(inbox)
    assert kept["1.x"].encode() == body
    assert code in kept["1.x.why.txt"]
    (case,) = await opened(house)
    assert (case["kind"], case["role"]) == ("FILE_REFUSED", "integration")
    assert await house.history("exchange/lumen") == []


async def test_the_same_file_is_asked_about_once_and_another_for_itself(house: Bench, inbox: Path):
    for name in ("a.edi", "a.edi", "b.edi"):
        (inbox / name).write_bytes(b"")
        assert await pickup(house, inbox).turn() == 1
    cases = await opened(house)
    assert sorted(str(one["line"]).split(" ")[0] for one in cases) == ["a.edi", "b.edi"]
    streams = [case_stream("FILE_REFUSED", "exchange/lumen", str(one["line"])) for one in cases]
    assert [len([e for e in await house.history(stream) if isinstance(e, CaseOpened)]) for stream in streams] == [1, 1]
    assert len([name for name in refused(inbox) if name.endswith(".why.txt")]) == 3


async def test_nothing_is_moved_before_a_person_will_hear_of_it(house: Bench, inbox: Path, monkeypatch):
    async def away(_):
        raise StoreUnavailable

    (inbox / "a.edi").write_bytes(b"")
    with monkeypatch.context() as patched:
        patched.setattr(house.store, "put", away)
        assert await pickup(house, inbox).turn() == 0
    assert (inbox / "a.edi").exists()
    assert await pickup(house, inbox).turn() == 1
    assert len(await opened(house)) == 1


async def test_a_file_that_cannot_be_moved_away_is_asked_about_once_and_stops_nobody(house: Bench, inbox: Path):
    (inbox / "refused").symlink_to(inbox)
    (inbox / "a.edi").write_bytes(b"")
    (inbox / "b.json").write_bytes(json_of(order("4711")))
    fetching = pickup(house, inbox)
    assert await fetching.turn() == 1
    (case,) = await opened(house)
    stream = case_stream("FILE_REFUSED", "exchange/lumen", str(case["line"]))
    await house.app.ask(stream, ResolveCase(by="ann", action="discard"), house.app.new_id(), 0.0)
    assert [await fetching.turn() for _ in range(3)] == [0, 0, 0]
    (inbox / "refused").unlink()
    assert await fetching.turn() == 1
    await house.work()
    assert [type(event) for event in await house.history(stream)] == [CaseOpened, CaseResolved]


async def test_a_good_file_is_done_and_asked_about_by_nobody(house: Bench, inbox: Path):
    (inbox / "4711.json").write_bytes(json_of(order("4711")))
    assert await pickup(house, inbox, "erp").turn() == 1
    assert await opened(house) == []
    assert [path.name for path in (inbox / "done").rglob("*.json")] == ["4711.json"]
