"""The house at run time: the store, the settings, who owns which streams, the clock and the maps.

Handed to everything that walks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tradelane.model.identity import new_id
from tradelane.model.origin import Origin
from tradelane.model.policy import Context, Policy
from tradelane.partners.profile import Registry
from tradelane.runtime.clock import Clock
from tradelane.runtime.rooms import Kind
from tradelane.store.port import Store

_DEFAULT = Policy()


@dataclass
class House:
    """What the corridor needs, made once by the composition root.

    ``registry`` is swapped whole when settings change.
    """

    store: Store
    registry: Registry
    kinds: Mapping[str, Kind]
    clock: Clock
    random: Random
    recent: dict[str, bytes] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return the present instant, by the clock the house was given."""
        return self.clock.now()

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        return new_id(self.now(), self.random)

    def context(self, partner: str, now: datetime, origin: Origin | None = None) -> Context:
        """Return what a decision about *partner* may know, over a document that came as *origin* says."""
        profile = self.registry.partners.get(partner)
        policy = profile.policy if profile else _DEFAULT
        return Context(now=now, policy=policy, items=self.registry.items, origin=origin)


RECENT_MAX = 512
RECENT_BYTES_MAX = 64 * 1024


def remember(house: House, id: str, body: bytes) -> None:
    """Keep just-archived bytes at hand, so that the lane beside us need not read them back; the oldest go first."""
    if len(body) > RECENT_BYTES_MAX:
        return
    house.recent[id] = body
    while len(house.recent) > RECENT_MAX:
        del house.recent[next(iter(house.recent))]
