"""The control arm: Tradelane with a door that says yes first and commits after. The killer must notice."""

import asyncio

from tradelane.cli import main
from tradelane.runtime import intake
from tradelane.store.port import Arrival, Taken

HASTE_SECONDS = 0.3


class HastyIntake(intake.Intake):
    """Answers at once; the commit follows when it pleases."""

    async def _write(self, arrival: Arrival, size: int) -> Taken:
        self._late = asyncio.ensure_future(self._commit_late(arrival, size))
        return Taken()

    async def _commit_late(self, arrival: Arrival, size: int) -> None:
        await asyncio.sleep(HASTE_SECONDS)
        await super()._write(arrival, size)


intake.Intake = HastyIntake
import tradelane.app  # noqa: E402

tradelane.app.Intake = HastyIntake
main()
