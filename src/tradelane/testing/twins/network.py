"""The whole practice network: twins, what they want to do when, and what befalls their messages.

One seed, one order of things.
"""

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import structs

from tradelane.testing.twins import catalogue
from tradelane.testing.twins.behaviour import PRESETS, DockBehaviour
from tradelane.testing.twins.catalogue import HOUSE, Member
from tradelane.testing.twins.desk import Desk
from tradelane.testing.twins.due import Due
from tradelane.testing.twins.erp import Erp, Purchasing
from tradelane.testing.twins.faults import Faults, contradiction, disturb, is_down
from tradelane.testing.twins.ledger import Acknowledged, digest
from tradelane.testing.twins.pen import FUNCTIONAL_IDS
from tradelane.testing.twins.port import Twin
from tradelane.testing.twins.shipping import Packing
from tradelane.testing.twins.supplier import Supplier
from tradelane.testing.twins.warehouse import Warehouse
from tradelane.testing.twins.writing import write_document

RETRY_MINUTES = (1, 2, 5, 10, 30)
OFF_LOOKS_AGAIN = timedelta(minutes=30)
"""How long a twin that somebody switched off keeps what it would send, before it looks whether it is on again."""

UNHEARD_AFTER = timedelta(hours=6)
UNHEARD_TIMES_MAX = 3


class Network:
    """Twins and the queue of what they want.

    The caller moves the time, carries bytes both ways, and says what was answered. A network that comes after another
    before the same backbone has a ``prefix`` of its own for order numbers, and counts on from ``first``.
    """

    def __init__(
        self,
        seed: int,
        *,
        orders: int = 50,
        days: int = 5,
        suppliers: Sequence[Member] = catalogue.SUPPLIERS,
        warehouse: Member = catalogue.WAREHOUSE,
        dock: DockBehaviour | None = None,
        purchasing: Purchasing | None = None,
        faults: Faults | None = None,
        prefix: str = "45",
        first: int = 0,
    ) -> None:
        self.seed, self.faults, self.first = seed, faults or Faults(), first
        self.members: dict[str, Member] = {m.name: m for m in (catalogue.ERP, *suppliers, warehouse)}
        self.keys = {name: api_key(seed, name) for name in self.members}
        self.operator_key = api_key(seed, "operator")
        purchasing = purchasing or Purchasing(orders=orders, days=days)
        self.erp = Erp(self._desk(catalogue.ERP), purchasing, suppliers, warehouse, prefix)
        self.warehouse = Warehouse(self._desk(warehouse), dock or DockBehaviour(), warehouse.party)
        self.suppliers = {m.name: self._supplier(place, m) for place, m in enumerate(suppliers)}
        self.twins: dict[str, Twin] = {"erp": self.erp, **self.suppliers, warehouse.name: self.warehouse}
        self._queue: list[tuple[datetime, int, Due]] = []
        self._pushed = 0
        self._tries: dict[str, int] = {}
        self.off: set[str] = set()
        self._unheard: dict[str, tuple[Due, int]] = {}

    @property
    def idle(self) -> bool:
        """Say whether nobody wants anything any more, until something is delivered to somebody."""
        return not self._queue

    def begin(self, now: datetime) -> None:
        """Let every twin begin; call it once."""
        for twin in self.twins.values():
            self._want(twin.start(now))

    def next_at(self) -> datetime | None:
        """Return when the next thing is due."""
        return self._queue[0][0] if self._queue else None

    def due(self, now: datetime) -> list[Due]:
        """Return the messages that are to be sent by *now*, in order; twins' own steps are taken on the way."""
        ready: list[Due] = []
        while self._queue and self._queue[0][0] <= now:
            at, _, due = heapq.heappop(self._queue)
            if due.action == "send" and due.twin in self.off:
                self._push(structs.replace(due, at=now + OFF_LOOKS_AGAIN))
            elif due.action == "send":
                ready.append(due)
            elif due.token.startswith("unheard|"):
                self._try_unheard(due.token.removeprefix("unheard|"), at)
            else:
                # The twin acts at its own time, not at the caller's: a slow caller changes nothing of what is written.
                self._want(self.twins[due.twin].wake(due.token, at))
        return ready

    def take(self, twin: str, body: bytes, media_type: str, delivery_id: str, now: datetime) -> bool:
        """Deliver something to a twin. False: it is down and refuses; the same delivery may be tried again later."""
        desk = self.twins[twin].desk
        if twin in self.off or is_down(desk, self.faults, now):
            return False
        if desk.ledger.is_new(delivery_id, digest(body)):
            self._want(self.twins[twin].take(body, media_type, delivery_id, now))
        return True

    def acknowledged(self, due: Due, now: datetime, id: str = "", sha256: str = "") -> None:
        """The backbone took *due*: it is theirs now. ``id`` and ``sha256`` as its answer says; empty for a folder."""
        desk = self.twins[due.twin].desk
        first = due.transport_id not in desk.ledger.acknowledged
        desk.ledger.answered(Acknowledged(at=now, transport_id=due.transport_id, status=202, id=id, sha256=sha256))
        self._tries.pop(due.transport_id, None)
        if first:
            self._want(contradiction(due, desk, self.faults, now))
            self._watch(due, now)

    def rejected(self, due: Due, now: datetime, status: int, says: str = "") -> None:
        """The backbone refused *due* for good (a 4xx); its twin does not try again."""
        answer = Acknowledged(at=now, transport_id=due.transport_id, status=status, says=says)
        self.twins[due.twin].desk.ledger.answered(answer)

    def unanswered(self, due: Due, now: datetime) -> None:
        """Nobody answered, or only that it cannot be taken now; the twin tries the same again, ever more slowly."""
        tries = self._tries[due.transport_id] = self._tries.get(due.transport_id, 0) + 1
        wait = RETRY_MINUTES[min(tries, len(RETRY_MINUTES)) - 1]
        self._push(structs.replace(due, at=now + timedelta(minutes=wait)))

    def summary(self) -> dict[str, int]:
        """Return how much each kind of document was sent by all twins together, and how much was damaged or doubled."""
        counts: dict[str, int] = {}
        for twin in self.twins.values():
            for sent in twin.desk.ledger.sent.values():
                kind = sent.identities[0][1] if sent.identities and sent.sense in ("sensible", "off") else sent.sense
                counts[kind] = counts.get(kind, 0) + 1
        return dict(sorted(counts.items()))

    def _want(self, dues: Sequence[Due]) -> None:
        for due in dues:
            if due.action == "wake":
                self._push(due)
                continue
            for crossing in disturb(due, self.twins[due.twin].desk, self.faults):
                self._push(crossing)

    def _push(self, due: Due) -> None:
        self._pushed += 1
        heapq.heappush(self._queue, (due.at, self._pushed, due))

    def _watch(self, due: Due, now: datetime) -> None:
        """A sender of X12 expects a 997.

        When none has come for hours, it sends the same bytes again under the same id.
        """
        sent = self.twins[due.twin].desk.ledger.sent[due.transport_id]
        if sent.sense == "sensible" and sent.interchange:
            self._unheard[due.transport_id] = (due, 0)
            self._push(Due(at=now + UNHEARD_AFTER, twin=due.twin, action="wake", token=f"unheard|{due.transport_id}"))

    def _try_unheard(self, transport_id: str, at: datetime) -> None:
        due, tries = self._unheard.pop(transport_id)
        ledger = self.twins[due.twin].desk.ledger
        sent = ledger.sent[transport_id]
        kind, _ = write_document(sent.documents[0])
        if tries == UNHEARD_TIMES_MAX or (FUNCTIONAL_IDS[kind], str(sent.group)) in ledger.verdicts:
            return
        self._unheard[transport_id] = (due, tries + 1)
        self._push(structs.replace(due, at=at))
        self._push(Due(at=at + UNHEARD_AFTER, twin=due.twin, action="wake", token=f"unheard|{transport_id}"))

    def _desk(self, member: Member) -> Desk:
        return Desk(
            member.name,
            member.envelope,
            HOUSE,
            syntax=member.syntax,
            channel=member.channel,
            seed=self.seed,
            first=self.first,
        )

    def _supplier(self, place: int, member: Member) -> Supplier:
        packing = Packing(initials=member.name[:2].upper(), prefix=f"0{8_500_000 + place}", ship_from=member.party)
        return Supplier(self._desk(member), PRESETS[member.habits], packing)


def api_key(seed: int, name: str) -> str:
    """Return the API key with which this twin comes to the backbone.

    Fixed by the seed, so a restarted demo knows it again.
    """
    return "tlk_" + sha256(f"{seed}:{name}".encode()).hexdigest()[:43]
