"""Wake-ups: in this process at once, in others through one connection of its own that notifies at most once per 2 ms.

Never inside a transaction: a NOTIFY there takes a lock that all commits of the database queue for.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import asyncpg

CHANNEL = "tradelane"
EVERY_SECONDS = 0.002
RECONNECT_SECONDS = 0.5
KINDS = ("inbox", "journal", "outbound", "reply")

Wake = Callable[[str], None]


class Notices:
    """Tells who wants to know that somebody wrote. A wake-up may be lost; who needs one polls as well."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._wakes: list[Wake] = []
        self._said: set[str] = set()
        self._own_pid = 0
        self._something = asyncio.Event()
        self._speaker = asyncio.create_task(self._speak(), name="store notices")

    def add(self, wake: Wake) -> None:
        """Call *wake* from now on."""
        self._wakes.append(wake)

    def say(self, kinds: Iterable[str]) -> None:
        """Tell of writes just committed: here at once, elsewhere soon."""
        for kind in kinds:
            self._call(kind)
            self._said.add(kind)
        if self._said:
            self._something.set()

    async def close(self) -> None:
        """Stop telling and listening."""
        self._speaker.cancel()
        await asyncio.gather(self._speaker, return_exceptions=True)

    def _call(self, kind: str) -> None:
        for wake in self._wakes:
            wake(kind)

    def _hear(self, connection: Any, pid: int, channel: str, payload: object) -> None:
        if pid != self._own_pid:
            for kind in str(payload).split(","):
                self._call(kind)

    async def _speak(self) -> None:
        """Hold the connection; when it breaks, come back, and wake everybody since something may have been missed."""
        while True:
            try:
                await self._converse()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _converse(self) -> None:
        connection = await asyncpg.connect(self._dsn, server_settings={"application_name": "tradelane notices"})
        try:
            connection.add_termination_listener(lambda _: self._something.set())
            self._own_pid = connection.get_server_pid()
            await connection.add_listener(CHANNEL, self._hear)
            for kind in KINDS:
                self._call(kind)
            while True:
                await self._something.wait()
                self._something.clear()
                if connection.is_closed():
                    return
                said, self._said = self._said, set()
                if said:
                    await connection.execute("select pg_notify($1, $2)", CHANNEL, ",".join(sorted(said)))
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            connection.terminate()
