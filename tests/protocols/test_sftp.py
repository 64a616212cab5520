"""SFTP against a real server: what a folder promises, and what a wire, a stranger and a private network add."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import asyncssh
import pytest
from msgspec.structs import replace
from tests.protocols.sftp_partner import Partner

from tradelane.model.finding import Unavailable
from tradelane.protocols.sftp import SftpDrop, SftpPickup
from tradelane.protocols.sftp_server import SftpServer, reach
from tradelane.testing.contracts.protocol import AT, EVERY_BYTE, InboundContract, OutboundContract, delivery

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def partner(tmp_path: Path):
    made = Partner(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def server(partner: Partner):
    made = SftpServer(partner.access())
    yield made
    await made.close()


@pytest.fixture
def pickup(server: SftpServer, tmp_path: Path) -> SftpPickup:
    return SftpPickup(server, "/out", tmp_path / "spool")


@pytest.fixture
def drop(server: SftpServer, tmp_path: Path) -> SftpDrop:
    return SftpDrop(server, "/in", tmp_path / "sent")


class TestSftpPickup(InboundContract):
    @pytest.fixture
    def inbound(self, pickup, partner):
        self.partner = partner
        return pickup

    async def put(self, inbound, name, body):
        (self.partner.root / "out" / f"{name}.part").write_bytes(body)
        (self.partner.root / "out" / f"{name}.part").rename(self.partner.root / "out" / name)

    async def refused(self, inbound):
        folder = self.partner.root / "out" / "refused" / "2026-11-02"
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    async def go_away(self, inbound):
        await self.partner.stop()
        await inbound._server.close()


class TestSftpDrop(OutboundContract):
    @pytest.fixture
    def channel(self, drop, partner):
        self.partner = partner
        return drop

    async def taken(self, channel):
        return {path.name: path.read_bytes() for path in (self.partner.root / "in").iterdir()}

    async def go_away(self, channel):
        await self.partner.stop()
        await channel._server.close()

    async def come_back(self, channel):
        await self.partner.start()


def laid_down(partner: Partner, name: str, body: bytes) -> Path:
    path = partner.root / "out" / name
    path.write_bytes(body)
    return path


# --- fetching


async def test_a_file_is_claimed_before_it_is_read_and_lies_under_its_day_when_it_is_settled(partner, pickup):
    laid_down(partner, "1.edi", b"ISA")
    (one,) = await pickup.receive(10, AT)
    assert partner.commands == ["rename /out/1.edi /out/.claimed-1-1.edi"]
    await pickup.settle(one.id, AT)
    assert (partner.root / "out" / "done" / "2026-11-02" / "1.edi").read_bytes() == b"ISA"


async def test_a_file_that_still_grows_is_left_alone(partner, server, tmp_path):
    pickup = SftpPickup(server, "/out", tmp_path / "spool", settle_seconds=5)
    laid_down(partner, "1.edi", b"half")
    assert await pickup.receive(10, AT) == []
    laid_down(partner, "1.edi", b"whole now")
    assert await pickup.receive(10, AT + timedelta(seconds=6)) == []
    assert [one.body for one in await pickup.receive(10, AT + timedelta(seconds=12))] == [b"whole now"]


async def test_it_looks_again_after_a_while_unless_there_was_something(partner, server, tmp_path):
    pickup = SftpPickup(server, "/out", tmp_path / "spool", poll_seconds=30)
    assert await pickup.receive(10, AT) == []
    laid_down(partner, "1.edi", b"ISA")
    assert await pickup.receive(10, AT + timedelta(seconds=29)) == []
    assert len(await pickup.receive(10, AT + timedelta(seconds=30))) == 1
    assert len(await pickup.receive(10, AT + timedelta(seconds=31))) == 1


@pytest.mark.parametrize("name", ["1.edi.part", ".hidden", "1.TMP", "1.filepart"])
async def test_unfinished_names_are_left_alone(partner, pickup, name):
    laid_down(partner, name, b"ISA")
    (partner.root / "out" / "folder.edi").mkdir()
    (partner.root / "out" / "link.edi").symlink_to("/etc/passwd")
    assert await pickup.receive(10, AT) == []


async def test_a_claim_outlives_whoever_made_it(partner, pickup, server, tmp_path):
    laid_down(partner, "1.edi", b"ISA")
    (one,) = await pickup.receive(10, AT)
    successor = SftpPickup(server, "/out", tmp_path / "other")
    (again,) = await successor.receive(10, AT)
    assert again == one
    await SftpPickup(server, "/out", tmp_path / "third").settle(one.id, AT)
    assert await successor.receive(10, AT) == []


async def test_settled_files_may_be_removed_but_never_what_was_refused(partner, server, tmp_path):
    pickup = SftpPickup(server, "/out", tmp_path / "spool", remove=True)
    laid_down(partner, "1.edi", b"ISA")
    laid_down(partner, "2.edi", b"")
    for one in await pickup.receive(10, AT):
        await pickup.settle(one.id, AT, "It is empty." if one.findings else "")
    left = sorted(path.name for path in (partner.root / "out").rglob("*") if path.is_file())
    assert left == ["2.edi", "2.edi.why.txt"]


async def test_what_is_refused_is_moved_although_no_reason_may_be_written_beside_it(partner, pickup, monkeypatch):
    async def denied(*_):
        raise asyncssh.SFTPPermissionDenied("read only")

    laid_down(partner, "1.edi", b"")
    (one,) = await pickup.receive(10, AT)
    monkeypatch.setattr(pickup, "_write", denied)
    await pickup.settle(one.id, AT, "It is empty.")
    left = [path.relative_to(partner.root / "out").as_posix() for path in (partner.root / "out").rglob("*.edi*")]
    assert left == ["refused/2026-11-02/1.edi"]


@pytest.mark.parametrize(("kind", "why"), [("done", ""), ("refused", "because")])
async def test_where_nothing_can_be_moved_to_the_file_is_handed_out_again(partner, pickup, kind, why):
    laid_down(partner, "1.edi", b"ISA")
    (one,) = await pickup.receive(10, AT)
    (partner.root / "out" / kind).symlink_to("nowhere")
    with pytest.raises(Unavailable):
        await pickup.settle(one.id, AT, why)
    assert [again.id for again in await pickup.receive(10, AT)] == [one.id]
    (partner.root / "out" / kind).unlink()
    await pickup.settle(one.id, AT, why)
    assert await pickup.receive(10, AT) == []


async def test_what_is_too_large_to_hold_is_fetched_once_and_comes_in_pieces(partner, server, tmp_path):
    spool = tmp_path / "spool"
    pickup = SftpPickup(server, "/out", spool, bytes_max=1_000)
    body = EVERY_BYTE * 9_000
    laid_down(partner, "1.edi", body)
    (one,) = await pickup.receive(10, AT)
    (again,) = await pickup.receive(10, AT)

    assert one is again
    assert (one.body, one.size, one.sha256) == (b"", len(body), sha256(body).hexdigest())
    assert one.pieces is not None
    assert b"".join(one.pieces()) == body
    await pickup.settle(one.id, AT)
    assert [*spool.iterdir()] == []


async def test_what_is_larger_than_anything_we_take_is_named_and_fetched_no_further(partner, server, tmp_path):
    pickup = SftpPickup(server, "/out", tmp_path / "spool", bytes_max=100, large_bytes_max=1_000)
    laid_down(partner, "1.edi", b"x" * 5_000_000)
    (one,) = await pickup.receive(10, AT)
    assert [finding.code for finding in one.findings] == ["transmission.too-large"]
    assert (one.pieces, one.body) == (None, b"")
    assert one.size < 3_000_000
    await pickup.settle(one.id, AT)
    assert (partner.root / "out" / "done" / "2026-11-02" / "1.edi").stat().st_size == 5_000_000


@pytest.mark.parametrize("name", ["a b.edi", "ä.edi", "50%;rm -rf.edi", "-rf", "x\ny.edi"])
async def test_a_name_is_only_a_name(partner, pickup, name):
    laid_down(partner, name, b"ISA")
    (one,) = await pickup.receive(10, AT)
    await pickup.settle(one.id, AT)
    assert (partner.root / "out" / "done" / "2026-11-02" / name).exists()


@pytest.mark.parametrize("name", ["..", "../in/x", "%2e%2e%2fx", "\0"])
async def test_an_id_never_leads_elsewhere(partner, pickup, name):
    (partner.root / "in" / "x").write_bytes(b"ISA")
    await pickup.settle(f"{sha256(b'ISA').hexdigest()}:{name}", AT)
    assert (partner.root / "in" / "x").exists()


# --- laying down


async def test_a_document_appears_whole_or_not_at_all(partner, drop):
    await drop.deliver(delivery(body=b"x" * 3_000_000))
    (renamed,) = partner.commands
    assert renamed.startswith("rename /in/.")
    assert renamed.endswith(".part /in/850-1.edi")


async def test_a_repeat_after_the_partner_took_it_does_nothing(partner, drop):
    await drop.deliver(delivery())
    (partner.root / "in" / "850-1.edi").unlink()
    assert (await drop.deliver(delivery())).result == "accepted"
    assert [*(partner.root / "in").iterdir()] == []


async def test_another_document_under_a_name_that_is_taken_is_refused(partner, server, tmp_path):
    await SftpDrop(server, "/in", tmp_path / "sent").deliver(delivery())
    for sent in ("sent", "sent by another machine"):
        said = await SftpDrop(server, "/in", tmp_path / sent).deliver(delivery(body=b"other"))
        assert said.result == "refused"


async def test_a_name_that_is_no_name_is_refused(drop):
    for name in ("../x", "a/b", ".x", "x.part", ""):
        assert (await drop.deliver(replace(delivery(), file_name=name))).result == "refused"


async def test_a_folder_that_is_not_there_is_tried_again(server, tmp_path):
    said = await SftpDrop(server, "/nowhere", tmp_path / "sent").deliver(delivery())
    assert said.result == "retry"
    assert "SFTP" in said.says


# --- who is there, and where


async def fails(access, tmp_path: Path) -> tuple[str, str]:
    """Return how a delivery fails, and what is said of it."""
    server = SftpServer(access)
    said = await SftpDrop(server, "/in", tmp_path / "sent").deliver(delivery())
    with pytest.raises(Unavailable) as why:
        await SftpPickup(server, "/out", tmp_path / "spool").receive(10, AT)
    await server.close()
    assert not [*(tmp_path / "partner" / "in").iterdir()]
    return said.result, f"{said.says} {why.value}"


async def test_a_server_with_another_key_is_not_spoken_to(partner, tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    result, says = await fails(partner.access(host_key=other), tmp_path)
    assert result == "retry"
    assert "not the one agreed on" in says


async def test_without_an_agreed_key_nothing_is_dialled(partner, tmp_path):
    assert "sftp.host_key" in (await fails(partner.access(host_key=""), tmp_path))[1]


async def test_a_private_address_is_refused_unless_it_is_allowed(partner, tmp_path):
    result, says = await fails(partner.access(allow=()), tmp_path)
    assert result == "refused"
    assert "egress_allow" in says


async def test_a_password_will_do(partner, tmp_path):
    server = SftpServer(partner.access(key=None, password=partner.secrets / "password"))
    assert (await SftpDrop(server, "/in", tmp_path / "sent").deliver(delivery())).result == "accepted"
    await server.close()


@pytest.mark.parametrize("wrong", ["another key", "a wrong password", "no secret at all"])
async def test_a_wrong_secret_is_said_and_not_shown(partner, tmp_path, wrong):
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    key = partner.keep_secret("other", other) if wrong == "another key" else None
    password = partner.keep_secret("wrong", "hunter2") if wrong == "a wrong password" else None
    result, says = await fails(partner.access(key=key, password=password), tmp_path)
    assert (result, "hunter2" in says) == ("retry", False)
    assert "does not let us in" in says


async def test_a_secret_that_others_can_read_is_not_used(partner, tmp_path):
    loose = partner.keep_secret("loose", "x", 0o644)
    result, says = await fails(partner.access(key=None, password=loose), tmp_path)
    assert result == "retry"
    assert "chmod 600" in says


async def test_a_new_secret_needs_no_restart(partner, drop, tmp_path):
    path = tmp_path / "secrets" / "key"
    good = path.read_text()
    path.write_text(asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode())
    assert (await drop.deliver(delivery())).result == "retry"
    path.write_text(good)
    assert (await drop.deliver(delivery())).result == "accepted"


async def test_a_server_that_says_nothing_does_not_hold_us_up(tmp_path, partner):
    silent = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    result, says = await fails(partner.access(port=port, timeout_seconds=0.2), tmp_path)
    silent.close()
    assert result == "retry"
    assert says


# --- trying it


async def test_a_server_that_is_as_agreed_is_reached(partner):
    assert await reach(partner.access(), ["/in", "/out"]) == ()
    assert [one.code for one in await reach(partner.access(), ["/in", "/nowhere"])] == ["sftp.no-folder"]


@pytest.mark.parametrize("agreed", ["", "another"])
async def test_who_has_no_key_of_it_is_told_the_one_it_shows(partner, agreed):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode() if agreed else ""
    [wrong] = await reach(partner.access(host_key=other), ["/in"])
    assert partner.access().host_key.split()[1] in wrong.fix
