"""The practice network on real wires: takes deliveries over HTTP and from folders, sends over HTTP and into folders."""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol

import aiohttp
import msgspec
from aiohttp import web

from tradelane.testing.twins.config_folder import in_folder, out_folder
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.network import Network

BODY_BYTES_MAX = 25 * 1024 * 1024
POLL_SECONDS = 0.1
REQUEST_SECONDS = 30.0
MEDIA_TYPES = {".json": "application/json"}


class _Clock(Protocol):
    def now(self) -> datetime: ...


class TwinServer:
    """Drives one network.

    `open` it to learn its addresses, write the configuration, then `run` it against the backbone.
    """

    def __init__(self, network: Network, clock: _Clock, data_root: Path) -> None:
        self.network, self.clock, self.data_root = network, clock, data_root
        self.urls: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self._lines: dict[str, asyncio.Queue[Due]] = {name: asyncio.Queue() for name in network.members}
        self._dropped: dict[Path, Due] = {}
        self._sending = 0
        self._down: dict[str, datetime] = {}

    async def open(self, port: int = 0) -> None:
        """Listen on loopback (port 0: any that is free); afterwards ``urls`` names one address per twin.

        Make the folders.
        """
        for name in self.network.members:
            (self.data_root / out_folder(name)).mkdir(parents=True, exist_ok=True)
            (self.data_root / in_folder(name)).mkdir(parents=True, exist_ok=True)
        app = web.Application(client_max_size=BODY_BYTES_MAX)
        app.router.add_post("/{twin}", self._delivered)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.urls = {name: f"http://127.0.0.1:{bound}/{name}" for name in self.network.members}

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def run(self, base_url: str) -> None:
        """Send what falls due to the backbone at *base_url*, and empty the folders, until cancelled."""
        timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            for name in self.network.members:
                tasks.create_task(self._send_line(name, session, base_url))
            while True:
                self.step()
                await asyncio.sleep(POLL_SECONDS)

    def step(self) -> None:
        """Put what is due in line, take what lies in the folders, note what was picked up."""
        now = self.clock.now()
        for due in self.network.due(now):
            self._sending += 1
            self._lines[due.twin].put_nowait(due)
        for name, member in self.network.members.items():
            if member.channel == "folder":
                self._empty(name, now)
        for path, due in list(self._dropped.items()):
            if not path.exists():
                del self._dropped[path]
                self._sending -= 1
                self.network.acknowledged(due, now)

    @property
    def busy(self) -> bool:
        """Say whether anything is on its way, in line, or in a folder of a partner that is up."""
        now = self.clock.now()
        up = (n for n, m in self.network.members.items() if m.channel == "folder" and self._down.get(n) != now)
        return bool(self._sending) or any(_files(self.data_root / out_folder(name)) for name in up)

    @property
    def refusing(self) -> bool:
        """Say whether files lie in the folder of a partner that would not take them when it was last asked."""
        return any(_files(self.data_root / out_folder(name)) for name in self._down)

    @property
    def idle(self) -> bool:
        """Say whether nothing is due, in line, or waiting in a folder."""
        out = (self.data_root / out_folder(n) for n, m in self.network.members.items() if m.channel == "folder")
        return self.network.idle and not self._sending and not any(_files(folder) for folder in out)

    async def _delivered(self, request: web.Request) -> web.Response:
        name, delivery_id = request.match_info["twin"], request.headers.get("Idempotency-Key", "")
        if name not in self.network.members:
            return web.json_response({"says": f"nobody called {name!r} here"}, status=404)
        if not delivery_id:
            return web.json_response({"says": "an Idempotency-Key is required"}, status=400)
        body = await request.read()
        if not self.network.take(name, body, request.content_type, delivery_id, self.clock.now()):
            return web.json_response({"says": "down for maintenance"}, status=503, headers={"Retry-After": "1"})
        return web.json_response({"taken": delivery_id}, status=202)

    async def _send_line(self, name: str, session: aiohttp.ClientSession, base_url: str) -> None:
        """Send one twin's messages one after the other, as a partner's one EDI server does."""
        while True:
            due = await self._lines[name].get()
            if due.channel == "folder":
                self._drop(due)
                continue
            await self._post(due, session, base_url)
            self._sending -= 1

    async def _post(self, due: Due, session: aiohttp.ClientSession, base_url: str) -> None:
        headers = {
            "Authorization": f"Bearer {self.network.keys[due.twin]}",
            "Idempotency-Key": due.transport_id,
            "Content-Type": due.media_type,
            "X-File-Name": due.file_name,
        }
        url = f"{base_url}/partner/v1/transmissions"
        try:
            async with session.post(url, data=due.body, headers=headers) as response:
                self._answered(due, response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.network.unanswered(due, self.clock.now())

    def _answered(self, due: Due, status: int, body: bytes) -> None:
        now = self.clock.now()
        if status < 300:
            said = msgspec.json.decode(body, type=dict[str, object])
            self.network.acknowledged(due, now, str(said.get("id", "")), str(said.get("sha256", "")))
        elif status >= 500 or status in (408, 429):
            self.network.unanswered(due, now)
        else:
            self.network.rejected(due, now, status, body[:500].decode("utf-8", "replace"))

    def _drop(self, due: Due) -> None:
        """Write under a hidden name and rename, so that nobody reads half a file."""
        folder = self.data_root / in_folder(due.twin)
        hidden, path = folder / f".{due.file_name}.part", folder / due.file_name
        hidden.write_bytes(due.body)
        os.replace(hidden, path)
        if path in self._dropped:
            self._sending -= 1
        self._dropped[path] = due

    def _empty(self, name: str, now: datetime) -> None:
        folder = self.data_root / out_folder(name)
        for path in _files(folder):
            media_type = MEDIA_TYPES.get(path.suffix, "application/edi-x12")
            if not self.network.take(name, path.read_bytes(), media_type, path.name, now):
                self._down[name] = now
                return
            path.unlink()


def _files(folder: Path) -> list[Path]:
    """Return the finished files of a folder, oldest name first; hidden ones are still being written."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
