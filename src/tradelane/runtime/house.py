"""The house at run time: the store, the settings, who owns which streams, the clock and the maps.

Handed to everything that walks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from tradelane import maps
from tradelane.maps import Map
from tradelane.maps.directories import reading_edifact
from tradelane.maps.editions import reading_x12, writing_x12
from tradelane.model.document import Document
from tradelane.model.identity import new_id
from tradelane.model.message import SegmentMessage
from tradelane.model.origin import Origin
from tradelane.model.policy import Context, Policy
from tradelane.partners.profile import Profile, Registry
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
    library: dict[tuple[str, str], Map | None] = field(default_factory=dict)
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
        return Context(now=now, policy=profile.policy if profile else _DEFAULT, origin=origin)

    def reading_map(self, profile: Profile, message: SegmentMessage) -> Map | None:
        """Return the map for a partner's X12 set: its own, else ours for the nearest version; None if neither."""
        return self._own(profile, message.kind) or reading_x12(message)

    def writing_map(self, profile: Profile, document: Document, kind: str) -> Map | None:
        """Return the map that writes *document* to a partner as an X12 set of *kind*; None if there is none."""
        return self._own(profile, kind) or writing_x12(type(document), kind, profile.x12_settings.version)

    def message_map(self, profile: Profile, kind: str, directory: str) -> Map | None:
        """Return the map for a partner's EDIFACT *kind* ("ORDERS"): its own, else ours for the nearest directory."""
        key = (profile.name, f"{kind}/{directory}")
        if key not in self.library:
            own = self.registry.overlays.get(profile.name, {}).get(kind)
            self.library[key] = maps.load(own) if own is not None else reading_edifact(kind, directory)
        return self.library[key]

    def _own(self, profile: Profile, kind: str) -> Map | None:
        key = (profile.name, kind)
        if key not in self.library:
            own = self.registry.overlays.get(profile.name, {}).get(kind)
            self.library[key] = maps.load(own) if own is not None else None
        return self.library[key]


RECENT_MAX = 512
RECENT_BYTES_MAX = 64 * 1024


def remember(house: House, id: str, body: bytes) -> None:
    """Keep just-archived bytes at hand, so that the lane beside us need not read them back; the oldest go first."""
    if len(body) > RECENT_BYTES_MAX:
        return
    house.recent[id] = body
    while len(house.recent) > RECENT_MAX:
        del house.recent[next(iter(house.recent))]
