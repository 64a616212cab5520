"""Switches of the demo: take a practice partner or the processing down, and see that nothing is lost while it is.

A door of its own in front of the others, there only where practice partners are; this machine alone may turn them.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from tradelane.api import access
from tradelane.api.asking import read_json
from tradelane.api.body import read_body
from tradelane.api.gate import Asgi, Gate, Receive, Scope, Send
from tradelane.api.problem import not_found, refusal
from tradelane.app import App
from tradelane.testing.twins.network import Network

PATH = "/practice/v1/switches"
WORK = "processing"
BODY_BYTES_MAX = 1024


class Turn(Struct, frozen=True, forbid_unknown_fields=True):
    """Turn a switch on, or off."""

    on: bool


class Practice:
    """The doors of a demo: what is asked at `PATH` is answered here, everything else as always."""

    def __init__(self, inner: Asgi, app: App, network: Network, work: Callable[[bool], Awaitable[None]]) -> None:
        self._inner, self._app, self._network, self._work = inner, app, network, work
        self._gate = Gate(self._answer, app.new_id)
        self._working = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._inner({**scope, "tradelane.practice": True}, receive, send)
        else:
            await self._gate(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not access.is_local(self._app, scope):
            says, fix = "Only this machine turns the switches of its demo.", "Ask from the machine itself."
            raise refusal(403, "practice.elsewhere", says, fix)
        if scope["method"] == "POST":
            asked = read_json(await read_body(scope, receive, BODY_BYTES_MAX), Turn)
            if not await self._turn(scope["path"].removeprefix(f"{PATH}/"), asked.on):
                raise not_found()
        await _say(send, self._told())

    async def _turn(self, name: str, on: bool) -> bool:
        if name == WORK:
            if on != self._working:
                await self._work(on)
            self._working = on
            return True
        if name not in self._network.members:
            return False
        if on:
            self._network.off.discard(name)
        else:
            self._network.off.add(name)
        return True

    def _told(self) -> dict[str, Any]:
        partners = [
            {"name": name, "role": self._app.registry.partners[name].role, "on": name not in self._network.off}
            for name in self._network.members
        ]
        return {"switches": [*partners, {"name": WORK, "role": "ours", "on": self._working}]}


async def _say(send: Send, told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
