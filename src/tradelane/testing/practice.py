"""Switches of the demo: take a practice partner or the processing down, and see that nothing is lost while it is.

A door of its own in front of the others, there only where practice partners are; this machine alone may turn them.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tradelane.api import access
from tradelane.api.body import read_body
from tradelane.api.gate import Asgi, Receive, Scope, Send
from tradelane.app import App
from tradelane.testing.twins.network import Network

PATH = "/practice/v1/switches"
WORK = "processing"
BODY_BYTES_MAX = 1024


class Practice:
    """The doors of a demo: what is asked at `PATH` is answered here, everything else as always."""

    def __init__(self, inner: Asgi, app: App, network: Network, work: Callable[[bool], Awaitable[None]]) -> None:
        self._inner, self._app, self._network, self._work = inner, app, network, work
        self._working = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._inner({**scope, "tradelane.practice": True}, receive, send)
        elif not access.is_local(self._app, scope):
            await _say(send, 403, {"says": "Only this machine turns the switches of its demo."})
        elif scope["method"] == "POST":
            name = scope["path"].removeprefix(f"{PATH}/")
            body = await read_body(scope, receive, BODY_BYTES_MAX)
            status = 200 if await self._turn(name, body == b'{"on":true}') else 404
            await _say(send, status, self._told())
        else:
            await _say(send, 200, self._told())

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


async def _say(send: Send, status: int, told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
