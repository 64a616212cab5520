"""Bad XML, numbers 118 to 124 of the list, sent as a supplier would, and the good way beside it."""

import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.api.doors import open_doors
from tests.runtime.bench_house import PARTNERS, START, Bench, bench, json_of, order

from tradelane.formats import xml
from tradelane.library.shelf import Shelf
from tradelane.maps import lift, lower, shipped
from tradelane.model.exchange import SetOutcome, TransmissionTaken
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.party import Identifier, ItemIds, Party
from tradelane.model.purchase_order import OrderResponded, PurchaseOrder
from tradelane.partners.profile import SendSettings, TreeSettings

pytestmark = pytest.mark.anyio

SECRET = "correct horse"
HOUSE = {
    **PARTNERS,
    "acme": replace(
        PARTNERS["acme"],
        send=SendSettings(channel="http", syntax="xml", url="http://acme"),
        trees=TreeSettings(
            takes=("ubl", "cxml"),
            identities=("NetworkID:AN01",),
            secret_sha256="",
        ),
    ),
}


@pytest.fixture
async def house(tmp_path) -> Bench:
    """A house with order 4711, which acme got as UBL and has not answered."""
    made = await bench(tmp_path, partners=dict(HOUSE))
    await made.send("erp", json_of(order("4711")))
    await made.work()
    return made


def answer(number: str = "A-1", supplier: str = "V1") -> OrderResponse:
    return OrderResponse(
        number=number,
        order_number="4711",
        overall="accepted",
        responded_on=START.date(),
        buyer=Party(name="Distributor"),
        supplier=Party(identifiers=(Identifier("buyer_assigned", supplier),)),
        lines=(
            ResponseLine(line="1", item=ItemIds(buyer_item="SKU-1"), outcomes=(LineOutcome(disposition="accepted"),)),
        ),
    )


def ubl(number: str = "A-1", supplier: str = "V1") -> bytes:
    return xml.encode(lower(answer(number, supplier), shipped("ubl/2.1/OrderResponse")))


def cxml(secret: str = SECRET, identity: str = "AN01") -> bytes:
    around = xml.Envelope(sender=f"NetworkID:{identity}", receiver="NetworkID:US", payload="1@acme", at=START)
    body = xml.encode(
        lower(replace(answer(), supplier=None, buyer=None), shipped("cxml/1.2/ConfirmationRequest")), around
    )
    mark = b"</Identity>\n      </Credential>\n      <UserAgent>"
    assert mark in body
    return body.replace(
        mark, mark.replace(b"</Identity>", f"</Identity><SharedSecret>{secret}</SharedSecret>".encode())
    )


def open_nothing() -> None:
    """Open a file that is not there, to see that whoever watches sees it."""
    with pytest.raises(FileNotFoundError):
        Path("example.test/none").read_bytes()


async def taken(house: Bench) -> TransmissionTaken:
    events = await house.history("exchange/acme")
    return [event for event in events if isinstance(event, TransmissionTaken)][-1]


async def outcome(house: Bench, body: bytes) -> tuple[list[str], list[SetOutcome]]:
    """Send *body* as acme; return every code said about it, and what became of its sets."""
    await house.send("acme", body)
    await house.work()
    said = await taken(house)
    found = [finding for each in said.sets for finding in each.findings] + list(said.findings)
    assert all(finding.fix for finding in found)
    return [finding.code for finding in found], list(said.sets)


async def responded(house: Bench) -> list[OrderResponded]:
    return [event for event in await house.history("purchase_order/4711") if isinstance(event, OrderResponded)]


async def test_an_order_goes_out_as_ubl_and_the_answer_comes_back_as_ubl(house):
    (delivery,) = house.channels["acme"].taken
    (message,) = xml.decode(delivery.body).messages
    assert (message.kind, delivery.media_type) == ("Order", "application/xml")
    sent = lift(message, Shelf().reading(message)).document
    assert isinstance(sent, PurchaseOrder)
    assert sent.number == "4711"
    codes, _ = await outcome(house, ubl())
    assert codes == []
    assert len(await responded(house)) == 1


async def test_118_a_doctype_in_any_form_is_refused_at_once(house):
    body = b'<!DOCTYPE OrderResponse [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + ubl().partition(b"?>")[2]
    started = time.perf_counter()
    assert [one.code for one in xml.decode(body).findings] == ["doctype_forbidden"]
    assert time.perf_counter() - started < 0.05
    codes, _ = await outcome(house, body)
    assert codes == ["doctype_forbidden"]
    assert await responded(house) == []


@pytest.mark.parametrize("body", [b"<a>" * 200_000, b'<a b="' + b"x" * 10_000_000 + b'"/>'], ids=["depth", "attribute"])
async def test_119_what_is_too_deep_or_too_long_is_refused(house, body):
    codes, _ = await outcome(house, body)
    assert codes == ["xml.limit"]


async def test_120_nothing_is_ever_fetched(house):
    reached: list[str] = []

    def watch(event: str, args: tuple) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "open") and watching and "example.test" in repr(args):
            reached.append(event)

    watching = True
    sys.addaudithook(watch)
    open_nothing()
    assert reached == ["open"]
    reached.clear()
    body = ubl()
    head, tail = body.split(b"?>", 1)
    sheet = head + b'?><?xml-stylesheet href="http://example.test/a.xsl"?>' + tail
    located = sheet.replace(
        b"<OrderResponse ",
        b'<OrderResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:schemaLocation="http://example.test http://example.test/a.xsd" ',
    )
    codes, _ = await outcome(house, located)
    assert codes == []
    include = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://example.test/b.xml"/></a>'
    assert (await outcome(house, include))[0] == ["xml.include"]
    watching = False
    assert reached == []


async def test_121_an_encoding_that_lies_is_refused_with_its_place(house):
    body = ubl().replace(b"Distributor", "Händler".encode("latin-1"))
    codes, _ = await outcome(house, body)
    assert codes == ["xml.encoding"]
    (finding,) = (await taken(house)).findings
    assert finding.where.start == body.index(b"\xe4")


async def test_122_a_wrong_shared_secret_is_refused_and_no_secret_stands_anywhere(house):
    profile = house.app.registry.partners["acme"]
    known = replace(profile, trees=replace(profile.trees, secret_sha256=sha256(SECRET.encode()).hexdigest()))
    house.app.registry.partners["acme"] = known
    codes, _ = await outcome(house, cxml("battery staple"))
    assert codes == ["identity.wrong-secret"]
    assert await responded(house) == []
    codes, _ = await outcome(house, cxml())
    assert codes == []
    assert len(await responded(house)) == 1
    said = repr([event for stream in ("exchange/acme", "purchase_order/4711") for event in await house.history(stream)])
    assert "battery staple" not in said
    assert SECRET not in said


async def test_122_an_identity_that_is_not_the_partners_is_refused(house):
    codes, _ = await outcome(house, cxml(identity="SOMEBODY-ELSE"))
    assert set(codes) == {"identity.not-yours"}
    codes, _ = await outcome(house, ubl(supplier="V2"))
    assert codes == ["identity.not-yours"]
    assert await responded(house) == []


async def test_123_a_signature_is_not_relied_on_and_that_is_said(house):
    signed = ubl().replace(
        b"<cbc:ID>", b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><a/></ds:Signature><cbc:ID>', 1
    )
    codes, _ = await outcome(house, signed)
    assert codes == ["xml.signature-unverified"]


async def test_124_the_same_number_with_another_content_is_a_conflict(house):
    assert (await outcome(house, ubl()))[0] == []
    other = ubl().replace(b"<cbc:LineStatusCode>5<", b"<cbc:LineStatusCode>7<")
    assert other != ubl()
    _, (said,) = await outcome(house, other)
    assert said.outcome != "accepted"
    assert len(await responded(house)) == 1


async def test_a_family_that_is_not_agreed_is_refused(house):
    await house.send("lumen", ubl(supplier="V2"))
    await house.work()
    events = [event for event in await house.history("exchange/lumen") if isinstance(event, TransmissionTaken)]
    assert [finding.code for each in events[-1].sets for finding in each.findings] == ["tree.not-agreed"]


async def test_122_the_door_says_401_to_a_wrong_secret_and_400_to_broken_xml(tmp_path):
    doors = await open_doors(tmp_path)
    registry = doors.bench.app.registry
    known = replace(
        registry.partners["acme"], trees=replace(HOUSE["acme"].trees, secret_sha256=sha256(SECRET.encode()).hexdigest())
    )
    registry.partners["acme"] = known
    wrong = await doors.send("acme", cxml("battery staple"), headers={"content-type": "application/xml"})
    assert (wrong.status, wrong.codes) == (401, ["identity.wrong-secret"])
    assert b"battery staple" not in wrong.body
    broken = await doors.send("acme", b"<a>", headers={"content-type": "text/xml"})
    assert (broken.status, broken.codes) == (400, ["xml.not-well-formed"])
