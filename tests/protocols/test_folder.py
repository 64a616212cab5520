import os
import socket
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from tradelane.model.finding import Unavailable
from tradelane.protocols.folder import FolderDrop, FolderPickup
from tradelane.testing.contracts.protocol import AT, EVERY_BYTE, InboundContract, OutboundContract, delivery

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "acme" / "in"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "acme" / "out"
    folder.mkdir(parents=True)
    return folder


class TestFolderPickup(InboundContract):
    @pytest.fixture
    def inbound(self, inbox):
        self.folder = inbox
        return FolderPickup(inbox)

    async def put(self, inbound, name, body):
        (self.folder / f"{name}.part").write_bytes(body)
        (self.folder / f"{name}.part").rename(self.folder / name)

    async def refused(self, inbound):
        return {path.name: path.read_bytes() for path in (self.folder / "refused" / "2026-11-02").iterdir()}

    async def go_away(self, inbound):
        self.folder.rename(self.folder.with_name("unmounted"))


class TestFolderDrop(OutboundContract):
    @pytest.fixture
    def channel(self, outbox):
        self.folder = outbox
        return FolderDrop(outbox)

    async def taken(self, channel):
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if not path.name.startswith(".")}

    async def go_away(self, channel):
        self.folder.parent.rename(self.folder.parent.with_name("unmounted"))

    async def come_back(self, channel):
        self.folder.parent.with_name("unmounted").rename(self.folder.parent)


async def test_the_oldest_file_comes_first_and_names_break_ties(inbox):
    for name, age in (("b.edi", 10), ("a.edi", 10), ("c.edi", 99)):
        (inbox / name).write_bytes(name.encode())
        os.utime(inbox / name, (1_000_000 - age, 1_000_000 - age))
    assert [one.file_name for one in await FolderPickup(inbox).receive(10, AT)] == ["c.edi", "a.edi", "b.edi"]


async def test_unfinished_and_hidden_names_links_and_special_files_are_left_alone(inbox, tmp_path):
    (tmp_path / "secret").write_bytes(b"root:x:0:0")
    (inbox / "link.edi").symlink_to(tmp_path / "secret")
    (inbox / "folder.edi").mkdir()
    os.mkfifo(inbox / "pipe.edi")
    with socket.socket(socket.AF_UNIX) as special:
        special.bind(str(inbox / "socket.edi"))
        for name in ("a.edi.part", "a.edi.TMP", ".hidden", "a.filepart"):
            (inbox / name).write_bytes(b"half")
        (inbox / "good.edi").write_bytes(b"ISA")
        found = await FolderPickup(inbox).receive(100, AT)
    assert [(one.file_name, one.body) for one in found] == [("good.edi", b"ISA")]


async def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(inbox, tmp_path, monkeypatch):
    (tmp_path / "secret").write_bytes(b"root:x:0:0")
    (inbox / "1.edi").write_bytes(b"ISA")
    pickup = FolderPickup(inbox)
    still = pickup._still

    def swapped(at):
        names = still(at)
        (inbox / "1.edi").unlink()
        (inbox / "1.edi").symlink_to(tmp_path / "secret")
        return names

    monkeypatch.setattr(pickup, "_still", swapped)
    assert await pickup.receive(10, AT) == []


async def test_a_file_waits_until_it_has_stopped_growing(inbox):
    pickup = FolderPickup(inbox, settle_seconds=5)
    (inbox / "1.edi").write_bytes(b"half")
    assert await pickup.receive(10, AT) == []
    (inbox / "1.edi").write_bytes(b"whole")
    assert await pickup.receive(10, AT + timedelta(seconds=4)) == []
    assert await pickup.receive(10, AT + timedelta(seconds=8)) == []
    assert [one.body for one in await pickup.receive(10, AT + timedelta(seconds=9))] == [b"whole"]


async def test_an_empty_file_says_that_it_is_empty(inbox):
    (inbox / "1.edi").touch()
    (one,) = await FolderPickup(inbox).receive(10, AT)
    assert [finding.code for finding in one.findings] == ["transmission.empty"]


async def test_a_file_that_is_too_large_is_named_and_not_kept_in_memory(inbox):
    (inbox / "1.edi").write_bytes(b"x" * 101)
    pickup = FolderPickup(inbox, bytes_max=10, large_bytes_max=100)
    (one,) = await pickup.receive(10, AT)
    assert one.pieces is None
    assert ([finding.code for finding in one.findings], one.body, one.size) == (["transmission.too-large"], b"", 101)
    await pickup.settle(one.id, AT)
    assert await pickup.receive(10, AT) == []


async def test_a_file_that_is_too_large_to_hold_comes_in_pieces(inbox):
    (inbox / "1.edi").write_bytes(EVERY_BYTE * 9_000)
    (one,) = await FolderPickup(inbox, bytes_max=100).receive(10, AT)
    assert one.pieces is not None
    pieces = [*one.pieces()]
    assert (one.findings, one.body, len(pieces) > 1, b"".join(pieces)) == ((), b"", True, EVERY_BYTE * 9_000)


async def test_settled_files_lie_under_their_day_and_never_overwrite_each_other(inbox):
    pickup = FolderPickup(inbox)
    for body in (b"one", b"two", b"three"):
        (inbox / "1.edi").write_bytes(body)
        (one,) = await pickup.receive(10, AT)
        await pickup.settle(one.id, AT)
    done = {path.name: path.read_bytes() for path in (inbox / "done" / "2026-11-02").iterdir()}
    assert done == {"1.edi": b"one", "1.edi~2": b"two", "1.edi~3": b"three"}


@pytest.mark.parametrize("why", ["", "because"])
async def test_a_file_that_comes_between_look_and_move_is_put_back(inbox, monkeypatch, why):
    pickup = FolderPickup(inbox)
    (inbox / "1.edi").write_bytes(b"old")
    (one,) = await pickup.receive(10, AT)
    rename = Path.rename

    def late(path, target):
        if path == inbox / "1.edi":
            (inbox / "x.part").write_bytes(b"new")
            os.rename(inbox / "x.part", inbox / "1.edi")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", late)
    await pickup.settle(one.id, AT, why)
    monkeypatch.undo()
    assert [one.body for one in await pickup.receive(10, AT)] == [b"new"]
    assert not [*inbox.rglob("*.why.txt")]


@pytest.mark.parametrize(
    "name",
    ["a b+c%20.edi", "ünïcode.edi", "back\\slash", "CON", "new\nline", "~", "x" * 255, "colon:name"],
)
@pytest.mark.parametrize(("kind", "why", "files"), [("done", "", 1), ("refused", "because", 2)])
async def test_strange_names_are_only_names(inbox, name, kind, why, files):
    (inbox / name).write_bytes(b"ISA")
    pickup = FolderPickup(inbox)
    (one,) = await pickup.receive(10, AT)
    assert one.file_name.isprintable()
    await pickup.settle(one.id, AT, why)
    assert await pickup.receive(10, AT) == []
    assert len(list((inbox / kind / "2026-11-02").iterdir())) == files


async def test_names_that_are_not_text_can_be_settled_and_stored(inbox):
    (inbox / os.fsdecode(b"\xff\xfe.edi")).write_bytes(b"ISA")
    pickup = FolderPickup(inbox)
    (one,) = await pickup.receive(10, AT)
    assert one.file_name.encode("utf-8")
    assert one.id.isascii()
    await pickup.settle(one.id, AT)
    assert await pickup.receive(10, AT) == []


@pytest.mark.parametrize("name", ["../b", "..%2Fb", "%2e%2e/b", "..", "", "a%2F..%2F..%2Fb", "%00", "{absolute}"])
async def test_settling_never_leaves_the_folder(inbox, name):
    beside = inbox.parent / "b"
    beside.write_bytes(b"mine")
    digest = sha256(b"mine").hexdigest()
    await FolderPickup(inbox).settle(f"{digest}:{name.format(absolute=beside)}", AT)
    assert beside.read_bytes() == b"mine"


@pytest.mark.parametrize(("kind", "why"), [("done", ""), ("refused", "because")])
async def test_settled_files_do_not_go_through_a_link(inbox, tmp_path, kind, why):
    (tmp_path / "elsewhere").mkdir()
    (inbox / kind).symlink_to(tmp_path / "elsewhere")
    (inbox / "1.edi").write_bytes(b"ISA")
    pickup = FolderPickup(inbox)
    (one,) = await pickup.receive(10, AT)
    with pytest.raises(Unavailable):
        await pickup.settle(one.id, AT, why)
    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_a_dropped_document_is_not_dropped_again_after_the_partner_took_it(outbox):
    drop = FolderDrop(outbox)
    assert (await drop.deliver(delivery())).result == "accepted"
    (outbox / "850-1.edi").unlink()
    assert (await drop.deliver(delivery())).result == "accepted"
    assert not (outbox / "850-1.edi").exists()


async def test_a_drop_cut_before_its_marker_is_finished_by_the_retry(outbox):
    (outbox / "850-1.edi").write_bytes(b"ISA*00~")
    assert (await FolderDrop(outbox).deliver(delivery())).result == "accepted"
    (outbox / "850-1.edi").unlink()
    assert (await FolderDrop(outbox).deliver(delivery())).result == "accepted"
    assert not (outbox / "850-1.edi").exists()


async def test_a_name_that_stands_for_other_bytes_is_refused(outbox):
    drop = FolderDrop(outbox)
    await drop.deliver(delivery(body=b"first"))
    assert (await drop.deliver(delivery(body=b"second"))).result == "refused"
    (outbox / "850-2.edi").write_bytes(b"the partner's own")
    assert (await drop.deliver(delivery(2))).result == "refused"
    assert (outbox / "850-2.edi").read_bytes() == b"the partner's own"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "/etc/x", "a/b", "a\\b", "a\0b", ".x", "x.part", "n" * 256, "a\nb"]
)
async def test_a_name_that_is_no_name_is_refused(outbox, name):
    said = await FolderDrop(outbox).deliver(replace(delivery(), file_name=name))
    assert said.result == "refused"
    assert list(outbox.iterdir()) == []


async def test_the_partner_never_sees_half_a_document(outbox, monkeypatch):
    """At the moment of every rename, only whole files stand under final names."""
    seen = []
    rename = Path.rename

    def watched(path, target):
        seen.extend(p.read_bytes() for p in outbox.glob("*.edi"))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", watched)
    await FolderDrop(outbox).deliver(delivery(body=EVERY_BYTE))
    assert set(seen) <= {EVERY_BYTE}


async def test_what_is_dropped_is_on_disk_before_it_has_its_name(outbox, monkeypatch):
    """Promise P5 from the other side: after a power cut the name must not stand for an empty file."""
    steps = []
    fsync, rename = os.fsync, Path.rename

    def noted(handle):
        steps.append(("fsync", os.readlink(f"/proc/self/fd/{handle}")))
        fsync(handle)

    def moved(path, target):
        steps.append(("rename", str(target)))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "rename", moved)
    await FolderDrop(outbox).deliver(delivery())
    what = [kind for kind, _ in steps[:3]]
    assert what == ["fsync", "rename", "fsync"]
    assert steps[0][1].endswith(".part")
    assert steps[2][1] == str(outbox)


async def test_a_full_disk_is_tried_again(outbox, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert (await FolderDrop(outbox).deliver(delivery())).result == "retry"
    monkeypatch.undo()
    assert (await FolderDrop(outbox).deliver(delivery())).result == "accepted"
    assert (outbox / "850-1.edi").read_bytes() == b"ISA*00~"


async def test_a_fault_after_the_document_has_its_name_is_unknown_until_the_retry(outbox, monkeypatch):
    fsync = os.fsync

    def late(handle):
        if (outbox / "850-1.edi").exists():
            raise OSError(5, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", late)
    assert (await FolderDrop(outbox).deliver(delivery())).result == "unknown"
    monkeypatch.undo()
    assert (await FolderDrop(outbox).deliver(delivery())).result == "accepted"


async def test_a_bad_file_does_not_stop_the_good_ones_but_is_heard_in_the_end(inbox, monkeypatch):
    (inbox / "bad.edi").write_bytes(b"x")
    (inbox / "good.edi").write_bytes(b"ISA")
    real = os.open

    def refuse(path, *rest, **named):
        if str(path).endswith("bad.edi"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **named)

    monkeypatch.setattr(os, "open", refuse)
    pickup = FolderPickup(inbox)
    (good,) = await pickup.receive(10, AT)
    await pickup.settle(good.id, AT)
    with pytest.raises(Unavailable):
        await pickup.receive(10, AT)
