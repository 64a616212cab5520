"""What is replayed in EDIFACT is answered as EDIFACT is: by one CONTRL for the whole interchange, once."""

import asyncio
from datetime import timedelta

import pytest
from tests.runtime.bench_house import START, Bench, bench, json_of, order
from tests.runtime.test_edifact_house import ANSWER, NORD, PARTNERS, heard, sent

from tradelane.model.purchase_order import OrderResponded
from tradelane.runtime import read_edifact
from tradelane.runtime.carry_out import Choice, Order


@pytest.mark.anyio
async def test_a_message_that_is_taken_now_is_answered_by_one_new_contrl(tmp_path, monkeypatch):
    house: Bench = await bench(tmp_path, partners={**PARTNERS, "nord": NORD})
    await house.send("erp", json_of(order("4711", supplier="V9")))
    await house.work()
    with monkeypatch.context() as lacking:
        known = read_edifact.message_map
        lacking.setattr(read_edifact, "message_map", lambda *asked: None if "ORDRSP" in asked else known(*asked))
        await house.send("nord", sent("ORDRSP", *ANSWER))
        await house.worker.lanes[0].turn()
    await house.work()
    said = [message.message.kind for message in heard(house)]
    assert said == ["ORDERS", "CONTRL"]
    for _ in range(2):
        replay = Order(replay=house.app.new_id(), by="ana", reason="map added")
        job = asyncio.create_task(house.app.replay(Choice(since=START - timedelta(days=1)), "", replay))
        while not job.done():
            await house.work()
            await asyncio.sleep(0)
        job.result()
        await house.work()
    happened = await house.history("purchase_order/4711")
    assert sum(isinstance(event, OrderResponded) for event in happened) == 1
    assert [message.message.kind for message in heard(house)] == [*said, "CONTRL"]
    assert b"UCM+1+ORDRSP:D:96A:UN+7'" in house.channels["nord"].taken[-1].body
