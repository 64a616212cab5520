"""The doors of a small Tradelane on a memory store, called as a server would call them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace
from tests.runtime.bench_house import PARTNERS, Bench, bench

from tradelane.api.app import build
from tradelane.api.body import Pace
from tradelane.api.gate import Asgi
from tradelane.partners.keys import hashed
from tradelane.partners.profile import Access, Company, Registry, Server, Settings, X12Identity
from tradelane.store.port import Store

LOOPBACK = ("127.0.0.1", 40000)
ELSEWHERE = ("203.0.113.9", 40000)
OPERATOR = "operator-key"
QUICK = Pace(seconds=0.15, bytes_min=1024)


@dataclass
class Heard:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.json["findings"]]


@dataclass
class Doors:
    """A bench with its doors."""

    bench: Bench
    app: Asgi

    STALLED: ClassVar[bytes] = b"<stalled>"
    """A piece of a body that never comes."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        key: str = "",
        body: bytes | Sequence[bytes] = b"",
        client: tuple[str, int] = LOOPBACK,
        headers: dict[str, str] | None = None,
        cut: bool = False,
        declared: bool = True,
    ) -> Heard:
        """Make one request. ``cut``: the sender goes away after the pieces. ``declared``: with Content-Length."""
        return await asked(self.app, method, path, key, body, client, headers or {}, cut, declared)

    async def operator(self, method: str, path: str, content: Any = None, **more: Any) -> Heard:
        """Make a request as an operator, with a JSON body where *content* is given."""
        if content is not None:
            more["body"] = msgspec.json.encode(content)
            more["headers"] = {"content-type": "application/json", **more.get("headers", {})}
        return await self.at_work(method, path, key=OPERATOR, **more)

    async def at_work(self, method: str, path: str, **more: Any) -> Heard:
        """Make a request with the work going on meanwhile."""
        job = asyncio.create_task(self.call(method, path, **more))
        while not job.done():
            await self.bench.work()
            await asyncio.sleep(0)
        return job.result()

    async def send(self, partner: str, body: bytes, **more: Any) -> Heard:
        """Send a transmission as *partner* and let the work be done."""
        kind = "application/json" if body.startswith((b"{", b"[")) else "application/edi-x12"
        headers = {"content-type": kind, **more.pop("headers", {})}
        heard = await self.call(
            "POST", "/partner/v1/transmissions", key=f"{partner}-key", body=body, headers=headers, **more
        )
        await self.bench.work()
        return heard


async def open_doors(tmp_path: Path, store: Store | None = None, **server: Any) -> Doors:
    """Return doors at which every partner's key is its name and ``-key``."""
    made = await bench(tmp_path, store)
    partners = {
        name: replace(profile, access=Access(key_sha256=(hashed(f"{name}-key"),))) for name, profile in PARTNERS.items()
    }
    settings = Settings(
        company=Company(name="Distributor", x12=X12Identity(id="US")),
        server=Server(**server),
        operators={"ana": Access(key_sha256=(hashed(OPERATOR),))},
    )
    made.app.house.registry = Registry(root=tmp_path, settings=settings, partners=partners, version="test")
    return Doors(made, build(made.app, pace=QUICK, heartbeat_seconds=0.05))


async def asked(
    app: Asgi,
    method: str,
    path: str,
    key: str,
    body: bytes | Sequence[bytes],
    client: tuple[str, int],
    headers: dict[str, str],
    cut: bool,
    declared: bool,
) -> Heard:
    path, _, query = path.partition("?")
    pieces = [body] if isinstance(body, bytes) else list(body)
    told = {"host": "localhost:8080", **headers}
    if key:
        told["authorization"] = f"Bearer {key}"
    if declared and method != "GET":
        told.setdefault("content-length", str(sum(map(len, pieces))))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquoted(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.encode(), v.encode()) for k, v in told.items()],
        "client": client,
        "server": ("127.0.0.1", 8080),
        "extensions": {},
        "state": {},
    }
    heard = Heard()
    await app(scope, arriving(pieces, cut), heard_by(heard))
    return heard


def unquoted(path: str) -> str:
    return unquote(path)


def arriving(pieces: list[bytes], cut: bool) -> Any:
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        if waiting and waiting[0] == Doors.STALLED:
            await asyncio.Event().wait()
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or cut}
        if cut:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    return receive


def heard_by(heard: Heard) -> Any:
    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert not heard.status, "answered twice"
            heard.status = message["status"]
            heard.cookies = [bytes(v).decode() for k, v in message["headers"] if bytes(k).lower() == b"set-cookie"]
            heard.headers = {bytes(k).decode().lower(): bytes(v).decode() for k, v in message["headers"]}
        else:
            heard.body += message.get("body", b"")

    return send
