"""What was learnt by asking, kept for a while: one asks, the others wait for the answer, and nobody waits in line."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from tradelane.model.finding import Unavailable

FAILED_FOR = timedelta(seconds=5)
T = TypeVar("T")


class Learnt(Generic[T]):
    """One answer. That there was none is kept too, for some seconds: whoever waited meanwhile need not ask again."""

    def __init__(self) -> None:
        self._asking = asyncio.Lock()
        self._kept: tuple[datetime, T] | None = None
        self._failed: tuple[datetime, str] | None = None

    async def get(self, now: datetime, fresh: timedelta, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the answer; we *ask* unless we have one that is fresher than *fresh*. Raises `Unavailable`."""
        async with self._asking:
            if self._kept is not None and now - self._kept[0] < fresh:
                return self._kept[1]
            if self._failed is not None and now - self._failed[0] < FAILED_FOR:
                raise Unavailable(self._failed[1])
            try:
                self._kept = (now, await ask())
            except Unavailable as failed:
                self._failed = (now, str(failed))
                raise
            return self._kept[1]
