"""A store that fails as databases do: before it did what it was asked, or after, without saying which."""

from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any

from tradelane.store.port import Arrival, Step, Store, StoreUnavailable, Taken


class FaultyStore:
    """Passes everything on to *store*; `put` and `step` fail at *rate*, half of the time after their work is done."""

    def __init__(self, store: Store, seed: int, rate: float) -> None:
        self.store, self.random, self.rate = store, Random(seed), rate
        self.failures = 0

    def __getattr__(self, name: str) -> Any:
        """Pass on what does not write."""
        return getattr(self.store, name)

    async def put(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Put, or fail."""
        return await self._perhaps(lambda: self.store.put(arrivals))

    async def step(self, step: Step) -> None:
        """Step, or fail."""
        await self._perhaps(lambda: self.store.step(step))

    async def _perhaps(self, work: Callable[[], Awaitable[Any]]) -> Any:
        chance = self.random.random()
        if chance < self.rate / 2:
            self.failures += 1
            raise StoreUnavailable("cut before it was done")
        done = await work()
        if chance < self.rate:
            self.failures += 1
            raise StoreUnavailable("cut after it was done")
        return done
