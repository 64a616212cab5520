"""Kill whoever takes a large file in, between its pieces and after the last: nothing is lost and nothing done twice."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from tests.killer.rig import Rig

from tradelane.model.exchange import TransmissionTaken
from tradelane.model.purchase_order import OrderReleased
from tradelane.store.postgres import PostgresStore
from tradelane.testing.facts import read_journal

PIECE_POINTS = ("after_piece", "before_settle")
DEATHS = ["after_piece:1", "after_piece:3", "before_settle:1", "after_step_before_delivery:2"]
ORDERS, TEXTS = 50, 300
SECONDS = 150


class PieceRig(Rig):
    """One worker that picks files up, and dies at a point that is next on the list each time it is started."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.deaths = list(DEATHS)

    def _write_settings(self, sink_port: int) -> None:
        super()._write_settings(sink_port)
        with (self.root / "tradelane.toml").open("a") as file:
            file.write("[server]\nbody_bytes_max = 100000\n")
        with (self.root / "partners" / "erp" / "profile.toml").open("a") as file:
            file.write('[x12]\nid = "ERP"\n[receive]\nfolder = "erp/in"\n')

    async def spawn(self, name: str, crash: str = "") -> None:
        if name == "work-a":
            await super().spawn(name, self.deaths.pop(0) if self.deaths else crash)


def orders(numbers: Sequence[int], control: int = 1) -> bytes:
    """Return an interchange of orders with much to read in each, a few megabytes for all."""
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'ERP':15}*ZZ*{'US':15}*260302*0800*U*00401*{control:09d}*0*P*>",
        f"GS*PO*ERP*US*20260302*0800*{control}*X*004010",
    ]
    for number in numbers:
        texts = ["N9*L1*1", *(f"MSG*{'x' * 250}{n}" for n in range(TEXTS))]
        inside = [
            f"BEG*00*NE*P{number}**20260302",
            "CUR*BY*USD",
            *texts,
            "N1*BY*Distributor*92*BUYER",
            "N1*SU*Acme*92*V1",
            "PO1*1*10*EA*2.5**BP*SKU-1",
            "CTT*1",
        ]
        segments += [f"ST*850*{number:04d}", *inside, f"SE*{len(inside) + 2}*{number:04d}"]
    segments += [f"GE*{len(numbers)}*{control}", f"IEA*1*{control:09d}"]
    return "".join(f"{segment}~\n" for segment in segments).encode()


def waiting(inbox: Path) -> list[Path]:
    return [*inbox.glob("*.x12")]


async def worked(rig: PieceRig, inbox: Path, wanted: set[str]) -> None:
    """Wait until the partner has every order and the inbox is empty; a new worker takes the place of each that dies."""
    async with asyncio.timeout(SECONDS):
        while wanted - {key.split(" ")[0] for key in rig.ledger.received} or rig.deaths or waiting(inbox):
            await rig.revive()
            await asyncio.sleep(0.1)


@pytest.mark.anyio
@pytest.mark.timeout(300)
async def test_a_large_file_is_taken_once_whoever_dies_between_its_pieces(tmp_path: Path):
    rig, what = PieceRig(tmp_path, seed=3), orders(range(ORDERS))
    inbox = tmp_path / "data" / "erp" / "in"
    inbox.mkdir(parents=True)
    (inbox / "orders.x12").write_bytes(what)
    await rig.open()
    try:
        await worked(rig, inbox, {f"P{number}" for number in range(ORDERS)})
        # What comes after it is dealt with after it: then nothing of it can be left to do.
        (inbox / "last.x12").write_bytes(orders([ORDERS], control=2))
        await worked(rig, inbox, {f"P{ORDERS}"})
        store = await PostgresStore.open(rig.dsn)
        try:
            journal = await read_journal(store)
            taken = [e for _, e in journal["exchange/erp"] if isinstance(e, TransmissionTaken)]
            assert [(one.file_name, len(one.sets)) for one in taken] == [("orders.x12", ORDERS), ("last.x12", 1)]
            assert taken[0].sha256 == sha256(what).hexdigest()
            kept = await store.archive(taken[0].transmission)
            assert kept is not None
            assert kept.body == what
        finally:
            await store.close()
    finally:
        await rig.close()

    assert rig.kills["work-a at a crash point"] == len(DEATHS)
    for number in range(ORDERS + 1):
        events = [e for _, e in journal[f"purchase_order/P{number}"] if isinstance(e, OrderReleased)]
        assert len(events) == 1
    assert len({key.split(" ")[1] for key in rig.ledger.received}) == ORDERS + 1
    assert all(len(bodies) == 1 for bodies in rig.ledger.contents.values())
