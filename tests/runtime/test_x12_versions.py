"""Partners that speak another X12 than 004010: read by the nearest map, answered in their own version."""

import pytest
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, bench, json_of, order, response_855, x12

from tradelane.model.exchange import DocumentSent, GroupAcknowledged, TransmissionTaken
from tradelane.model.outcome import Outcome
from tradelane.partners.profile import X12Settings

pytestmark = pytest.mark.anyio


def newer(body: bytes, version: str = "005010") -> bytes:
    return body.replace(b"*X*004010", b"*X*" + version.encode()).replace(b"*U*00401*", b"*^*00501*")


def settings(**more: object) -> X12Settings:
    return X12Settings(version="005010", takes=("004010", "005010", "006020"), **more)


async def house_of(tmp_path, **more: object):
    acme = replace(PARTNERS["acme"], x12_settings=settings(**more))
    return await bench(tmp_path, partners={**PARTNERS, "acme": acme})


async def read(house, body: bytes):
    await house.send("acme", body)
    await house.work()
    *_, taken = [e for e in await house.history("exchange/acme") if isinstance(e, TransmissionTaken)]
    return taken.sets[0]


async def test_an_answer_in_005010_is_read_by_its_own_map(tmp_path):
    house = await house_of(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    one = await read(house, newer(response_855("4711")))
    assert (one.outcome, one.map.partition("@")[0], one.findings) == (Outcome.ACCEPTED, "x12/005010/855", ())


async def test_a_version_without_maps_is_read_by_the_nearest_with_a_remark_that_rejects_nothing(tmp_path):
    house = await house_of(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    one = await read(house, newer(response_855("4711"), "006020"))
    assert (one.outcome, one.map.partition("@")[0]) == (Outcome.ACCEPTED, "x12/005010/855")
    assert [(f.code, f.severity) for f in one.findings] == [("map.nearest-version", "note")]
    sent = [d.body for d in house.channels["acme"].taken]
    assert any(b"ST*997*" in body and b"AK9*A*1*1*1" in body for body in sent)


async def test_an_order_goes_out_in_the_partners_version(tmp_path):
    house = await house_of(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    [delivery] = house.channels["acme"].taken
    assert b"*005010~" in delivery.body
    assert b"BEG*00*" in delivery.body


@pytest.mark.parametrize(("wish", "kind"), [("997", b"ST*997*"), ("999", b"ST*999*")])
async def test_what_we_read_is_acknowledged_as_the_partner_wants_it(tmp_path, wish, kind):
    house = await house_of(tmp_path, acknowledge_with=wish)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    await read(house, newer(response_855("4711")))
    assert any(kind in d.body and b"AK9*A*1*1*1" in d.body for d in house.channels["acme"].taken)


async def test_a_999_settles_what_we_sent_and_is_never_answered(tmp_path):
    house = await house_of(tmp_path, acknowledge_with="999")
    await house.send("erp", json_of(order("4711")))
    await house.work()
    report = newer(x12("ACME", "999", "FA", "AK1*PO*1*005010", "AK2*850*0001*005010", "IK5*A", "AK9*A*1*1*1"))
    one = await read(house, report)
    assert one.map.startswith("x12/005010/999@")
    assert any(isinstance(e, GroupAcknowledged) for e in await house.history("exchange/acme"))
    assert not any(b"ST*999*" in d.body or b"ST*997*" in d.body for d in house.channels["acme"].taken)


async def test_a_document_of_the_new_kinds_comes_in_by_x12_and_is_kept(tmp_path):
    carrier = replace(PARTNERS["acme"], name="swift", role="carrier", x12=replace(PARTNERS["acme"].x12, id="SWIFT"))
    house = await bench(tmp_path, partners={**PARTNERS, "swift": carrier})
    bill = x12("SWIFT", "210", "IM", "B3**FI-1*LOAD-1*PP**20261205*93500****ABCD", "LX*1", "L1*1*850*FR*93500****400")
    await house.send("swift", bill)
    await house.work()
    [taken] = [e for e in await house.history("exchange/swift") if isinstance(e, TransmissionTaken)]
    assert [(s.document_type, s.number, s.outcome) for s in taken.sets] == [
        ("freight_invoice", "FI-1", Outcome.ACCEPTED)
    ]
    assert any(b"ST*997*" in d.body and b"AK1*IM*1" in d.body for d in house.channels["swift"].taken)


async def test_a_ta1_that_refuses_our_interchange_is_told_to_the_order_in_it(tmp_path):
    house = await bench(tmp_path)
    await house.send("erp", json_of(order("4711")))
    await house.work()
    [sent] = [one for one in await house.history("exchange/acme") if isinstance(one, DocumentSent)]
    envelope = x12("ACME", "997", "FA", control=9).split(b"~")
    ta1 = b"~".join([envelope[0], b"TA1*%09d*260302*0800*R*008" % sent.interchange, b"IEA*0*000000009", b""])
    await house.send("acme", ta1)
    await house.work()
    [settled] = [one for one in await house.history("exchange/acme") if isinstance(one, GroupAcknowledged)]
    assert (settled.document_id, settled.verdict) == (sent.document_id, "rejected")
    [case] = await house.cases()
    assert case["about"] == "purchase_order/4711"
    assert not [one for one in house.channels["acme"].taken if one.document_type in ("ta1", "syntax_report")]
