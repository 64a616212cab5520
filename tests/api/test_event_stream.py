"""What happens is heard as it happens, and a listener goes on where it left."""

import asyncio
from typing import Any

import pytest
from tests.api.doors import LOOPBACK, OPERATOR, Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.api.events import read_places, write_places
from tradelane.runtime import people


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


class Listener:
    """Somebody who follows the events until told to stop."""

    def __init__(self, doors: Doors, path: str, headers: dict[str, str]) -> None:
        self.heard, self.status, self._new = "", 0, asyncio.Event()
        self._gone = asyncio.Event()
        known = {} if "cookie" in headers else {"authorization": f"Bearer {OPERATOR}"}
        scope_headers = {"host": "localhost", **known, **headers}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in scope_headers.items()],
            "client": LOOPBACK,
            "server": ("127.0.0.1", 8080),
            "extensions": {},
            "state": {},
        }
        self.job = asyncio.create_task(doors.app(scope, self._receive, self._send))  # type: ignore[arg-type]

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.heard += message.get("body", b"").decode()
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._gone.set()  # So a server tells a door that an answer is complete.
        self._new.set()

    async def until(self, words: str) -> str:
        while words not in self.heard:
            self._new.clear()
            await asyncio.wait_for(self._new.wait(), 5)
        return self.heard

    async def leave(self) -> str:
        self._gone.set()
        await asyncio.wait_for(self.job, 5)
        return self.heard


@pytest.mark.anyio
async def test_what_happens_is_heard_as_it_happens(doors):
    listener = Listener(doors, "/process/v1/events", {})
    await listener.until("listening")
    await doors.send("erp", json_of(order("4711")))
    heard = await listener.until("purchase_order.released")
    assert "event: purchase_order" in heard
    await listener.until("still here")
    await listener.leave()


@pytest.mark.anyio
async def test_a_listener_goes_on_where_it_left(doors):
    await doors.send("erp", json_of(order("4711")))
    first = Listener(doors, "/process/v1/events?from=start&kind=purchase_order", {})
    heard = await first.until("purchase_order.released")
    await first.leave()
    last = [line.removeprefix("id: ").strip() for line in heard.splitlines() if line.startswith("id: ")][-1]
    await doors.send("acme", response_855("4711"))
    second = Listener(doors, "/process/v1/events?kind=purchase_order", {"last-event-id": last})
    heard = await second.until("purchase_order.responded")
    await second.leave()
    assert "purchase_order.released" not in heard


@pytest.mark.anyio
async def test_a_listener_that_left_is_forgotten(doors):
    listener = Listener(doors, "/process/v1/events", {})
    await listener.until("listening")
    await listener.leave()
    litestar = doors.app.inner.breadth  # type: ignore[attr-defined]
    assert litestar.state.bell.listeners == 0


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["signs out", "is shut out", "may no longer see it"])
async def test_who_may_no_longer_be_told_is_told_nothing_more(doors, how):
    store, now = doors.bench.store, doors.bench.app.now()
    await people.add(store, "pru", "Pru", "procurement", "correct-horse-battery", now)
    sent = {"content-type": "application/json"}
    heard = await doors.call(
        "POST", "/session", body=b'{"name": "pru", "password": "correct-horse-battery"}', headers=sent
    )
    page = {"cookie": heard.headers["set-cookie"].split(";")[0], "x-csrf-token": heard.json["word"]}
    listener = Listener(doors, "/process/v1/events", page)
    await listener.until("listening")
    await doors.send("erp", json_of(order("4711")))
    await listener.until("purchase_order.released")
    pru = await store.person("pru")
    if how == "signs out":
        await doors.call("DELETE", "/session", headers=page)
    elif how == "is shut out":
        await people.change(store, pru, now, disabled=True)
    else:
        await people.change(store, pru, now, role="integration")
    await doors.send("erp", json_of(order("4712")))
    await asyncio.wait_for(listener.job, 5)
    assert "4712" not in listener.heard


@pytest.mark.anyio
async def test_who_may_not_see_prices_hears_none(doors):
    store, now = doors.bench.store, doors.bench.app.now()
    await people.add(store, "wes", "Wes", "warehouse", "correct-horse-battery", now)
    said, sent = b'{"name": "wes", "password": "correct-horse-battery"}', {"content-type": "application/json"}
    heard = await doors.call("POST", "/session", body=said, headers=sent)
    listeners = [
        Listener(doors, "/process/v1/events", {"cookie": heard.headers["set-cookie"].split(";")[0]}),
        Listener(doors, "/process/v1/events", {}),
    ]
    for each in listeners:
        await each.until("listening")
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711").replace(b"*2.5**BP", b"*37.25**BP"))
    for each in listeners:
        await each.until("case.opened")
    assert ["37.25" in each.heard for each in listeners] == [False, True]
    for each in listeners:
        await each.leave()


@pytest.mark.anyio
@pytest.mark.parametrize("id", ["x", "1:", "1:2,", "64:1", "1:-2", "1:" + "9" * 30])
async def test_an_event_id_that_is_none_of_ours_is_refused(doors, id):
    heard = await doors.call("GET", "/process/v1/events", key=OPERATOR, headers={"last-event-id": id})
    assert (heard.status, heard.codes) == (400, ["request.last-event-id"])


def test_a_place_survives_being_an_id() -> None:
    places = {0: 4, 7: 12, 63: 1}
    assert read_places(write_places(places), 64) == places
    assert read_places(write_places({}), 64) == {0: 0}
