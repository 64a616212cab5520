"""What every protocol promises. A protocol's whole test is a subclass with a few methods that play the partner.

The methods are coroutines run by anyio's pytest plugin; subclasses carry ``pytestmark = pytest.mark.anyio``.
"""

from datetime import datetime, timedelta, timezone
from hashlib import sha256

import pytest

from tradelane.model.finding import Unavailable
from tradelane.model.transmission import Delivery
from tradelane.protocols.port import Channel, Inbound

AT = datetime(2026, 11, 2, 8, 0, tzinfo=timezone.utc)
EVERY_BYTE = bytes(range(256)) + b"\r\n\xef\xbb\xbf\x00~"


def delivery(number: int = 1, body: bytes = b"ISA*00~") -> Delivery:
    """Return a document of ours on its way out."""
    return Delivery(
        id=f"delivery-{number}",
        partner="acme",
        document_type="purchase_order",
        document_id=f"document-{number}",
        body=body,
        media_type="application/edi-x12",
        file_name=f"850-{number}.edi",
    )


class OutboundContract:
    """A channel brings each document over once, whole, and says truly what became of it."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        """Run on asyncio, as the runtime does."""
        return "asyncio"

    @pytest.fixture
    def channel(self) -> Channel:
        """Return the channel under test."""
        raise NotImplementedError("a subclass names its channel")

    async def taken(self, channel: Channel) -> dict[str, bytes]:
        """Play the partner: return what has come, by file name."""
        raise NotImplementedError("a subclass plays its partner")

    async def go_away(self, channel: Channel) -> None:
        """Play the partner: stop answering."""
        raise NotImplementedError("a subclass plays its partner")

    async def come_back(self, channel: Channel) -> None:
        """Play the partner: answer again."""
        raise NotImplementedError("a subclass plays its partner")

    async def test_bytes_arrive_as_they_are(self, channel: Channel) -> None:
        """No byte is added, lost or translated on the way."""
        assert (await channel.deliver(delivery(body=EVERY_BYTE))).result == "accepted"
        assert await self.taken(channel) == {"850-1.edi": EVERY_BYTE}

    async def test_delivering_twice_is_delivering_once(self, channel: Channel) -> None:
        """A retry after an unknown result must not make a second document (promises P5 and P9)."""
        for _ in range(3):
            assert (await channel.deliver(delivery())).result == "accepted"
        assert await self.taken(channel) == {"850-1.edi": b"ISA*00~"}

    async def test_documents_do_not_get_in_each_others_way(self, channel: Channel) -> None:
        """Two documents are two, also when their bytes are the same."""
        assert (await channel.deliver(delivery(1))).result == "accepted"
        assert (await channel.deliver(delivery(2))).result == "accepted"
        assert sorted(await self.taken(channel)) == ["850-1.edi", "850-2.edi"]

    async def test_an_absent_partner_is_no_success_and_no_exception(self, channel: Channel) -> None:
        """The world's faults are answers; when the partner is back, the same delivery goes."""
        await self.go_away(channel)
        said = await channel.deliver(delivery())
        assert said.result == "retry"
        assert said.says
        await self.come_back(channel)
        assert (await channel.deliver(delivery())).result == "accepted"
        assert await self.taken(channel) == {"850-1.edi": b"ISA*00~"}


class InboundContract:
    """An inbound hands out everything until it is told that we have it, and takes nothing away unseen."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        """Run on asyncio, as the runtime does."""
        return "asyncio"

    @pytest.fixture
    def inbound(self) -> Inbound:
        """Return the inbound under test."""
        raise NotImplementedError("a subclass names its inbound")

    async def put(self, inbound: Inbound, name: str, body: bytes) -> None:
        """Play the partner: make *body* wait for us under *name*."""
        raise NotImplementedError("a subclass plays its partner")

    async def refused(self, inbound: Inbound) -> dict[str, bytes]:
        """Play the partner: return what lies where refused files go, by name."""
        raise NotImplementedError("a subclass plays its partner")

    async def go_away(self, inbound: Inbound) -> None:
        """Play the partner: stop answering."""
        raise NotImplementedError("a subclass plays its partner")

    async def test_hands_out_until_it_is_settled(self, inbound: Inbound) -> None:
        """A crash between fetching and storing loses nothing."""
        await self.put(inbound, "1.edi", b"ISA")
        (first,) = await inbound.receive(10, AT)
        (again,) = await inbound.receive(10, AT)
        assert first == again
        await inbound.settle(first.id, AT)
        assert await inbound.receive(10, AT) == []

    async def test_settling_twice_is_settling_once(self, inbound: Inbound) -> None:
        """Also when something else waits meanwhile, and also for what never was."""
        await self.put(inbound, "1.edi", b"ISA")
        (first,) = await inbound.receive(10, AT)
        await inbound.settle(first.id, AT)
        await self.put(inbound, "2.edi", b"ISB")
        await inbound.settle(first.id, AT)
        await inbound.settle("nothing:at-all", AT)
        assert [one.file_name for one in await inbound.receive(10, AT)] == ["2.edi"]

    async def test_bytes_arrive_as_they_are(self, inbound: Inbound) -> None:
        """Promise P2 begins here."""
        await self.put(inbound, "1.edi", EVERY_BYTE)
        (one,) = await inbound.receive(10, AT)
        assert one.body == EVERY_BYTE
        assert (one.sha256, one.size) == (sha256(EVERY_BYTE).hexdigest(), len(EVERY_BYTE))

    async def test_a_name_that_comes_again_with_other_bytes_is_a_new_document(self, inbound: Inbound) -> None:
        """Settling the old one must not take the new one away."""
        await self.put(inbound, "1.edi", b"old")
        (old,) = await inbound.receive(10, AT)
        await self.put(inbound, "1.edi", b"new")
        await inbound.settle(old.id, AT)
        (new,) = await inbound.receive(10, AT)
        assert (new.body, new.id == old.id) == (b"new", False)

    async def test_the_same_again_is_known_by_its_id(self, inbound: Inbound) -> None:
        """So that the same name with the same bytes is a repeat for the runtime (promise P8)."""
        await self.put(inbound, "1.edi", b"ISA")
        (first,) = await inbound.receive(10, AT)
        await inbound.settle(first.id, AT)
        await self.put(inbound, "1.edi", b"ISA")
        (again,) = await inbound.receive(10, AT + timedelta(days=1))
        assert again.id == first.id
        await inbound.settle(again.id, AT + timedelta(days=1))
        assert await inbound.receive(10, AT + timedelta(days=1)) == []

    async def test_a_limit_is_kept_and_nothing_is_left_behind(self, inbound: Inbound) -> None:
        """Everything comes in the end, a few at a time."""
        for number in range(5):
            await self.put(inbound, f"{number}.edi", b"ISA%d" % number)
        seen: list[str] = []
        while batch := await inbound.receive(2, AT):
            assert len(batch) <= 2
            for one in batch:
                seen.append(one.file_name)
                await inbound.settle(one.id, AT)
        assert sorted(seen) == [f"{number}.edi" for number in range(5)]

    async def test_what_is_refused_is_kept_with_the_reason_beside_it(self, inbound: Inbound) -> None:
        """Nobody else has it: it is found where its partner looks, whole, and what came under its name before too."""
        for body in (b"first", EVERY_BYTE):
            await self.put(inbound, "1.edi", body)
            (one,) = await inbound.receive(10, AT)
            await inbound.settle(one.id, AT, f"because of {len(body)} bytes")
            await inbound.settle(one.id, AT, "once more")
        assert await inbound.receive(10, AT) == []
        assert await self.refused(inbound) == {
            "1.edi": b"first",
            "1.edi.why.txt": b"because of 5 bytes",
            "1.edi~2": EVERY_BYTE,
            "1.edi~2.why.txt": b"because of %d bytes" % len(EVERY_BYTE),
        }

    async def test_a_reason_never_stands_in_the_place_of_a_file(self, inbound: Inbound) -> None:
        """A file may itself be called as the reason of another would be, and a name may be as long as names get."""
        for name in ("1.edi.why.txt", "1.edi", "x" * 240):
            await self.put(inbound, name, name.encode())
            (one,) = await inbound.receive(10, AT)
            await inbound.settle(one.id, AT, "because")
        kept = await self.refused(inbound)
        assert sorted(kept.values()) == sorted(
            [b"1.edi.why.txt", b"1.edi", b"x" * 240, b"because", b"because", b"because"]
        )
        assert kept["1.edi.why.txt"] == b"1.edi.why.txt"

    async def test_an_absent_partner_is_said_to_be_unavailable(self, inbound: Inbound) -> None:
        """No answer is not the same as nothing there."""
        await self.put(inbound, "1.edi", b"ISA")
        (one,) = await inbound.receive(10, AT)
        await self.go_away(inbound)
        with pytest.raises(Unavailable):
            await inbound.receive(10, AT)
        with pytest.raises(Unavailable):
            await inbound.settle(one.id, AT)
