"""Ask an object something from a door and wait for its answer.

The question is a queued command like any other, so there is no second way to a decision.
"""

import asyncio
import contextlib

from tradelane.model.command import Command
from tradelane.model.identity import partition
from tradelane.model.person import Deed
from tradelane.runtime.handed import ask
from tradelane.runtime.house import House
from tradelane.store.port import Arrival

POLL_SECONDS = 0.1


class Asker:
    """Puts commands and awaits replies; one per process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._answered = asyncio.Event()
        house.store.on_change(self._woken)

    async def ask(
        self, stream: str, command: Command, command_id: str, wait_seconds: float, deed: Deed | None = None
    ) -> bytes | None:
        """Return what was decided (a JSON array of events), or None when the answer is not there in time.

        *deed*: who asks for it, kept in the same transaction.
        """
        part = partition(stream, self.house.store.partitions)
        if (known := await self.house.store.reply(part, command_id)) is not None:
            return known
        asked = ask(command_id, stream, command, "tradelane", self.house.store.partitions, reply=True)
        await self.house.store.put([Arrival(items=(asked.written(),), deed=deed)])
        deadline = asyncio.get_running_loop().time() + wait_seconds
        while (found := await self.house.store.reply(part, command_id)) is None:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return None
            self._answered.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), min(POLL_SECONDS, left))
        return found

    def _woken(self, what: str) -> None:
        if what in ("reply", "journal"):
            self._answered.set()
