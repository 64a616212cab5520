"""A twin's own books of what it sent, what the backbone acknowledged, and what it received.

The witness of every judgement.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document

Sense = Literal["sensible", "off", "copy", "garbled", "conflict", "syntax"]
"""What the sender knows of its own message.

``sensible``: must take effect. ``off``: readable, but its business is meant to be doubted (a wrong price, too many
units).
``copy``: the same document again. ``garbled``: damaged on purpose. ``conflict``: other content under a used identity.
``syntax``: a 997.
"""

Identity = tuple[str, ...]


class Sent(Struct, frozen=True, kw_only=True):
    """One sending: the same bytes under one transport id, however often it is tried."""

    at: datetime
    transport_id: str
    sha256: str
    size: int
    sense: Sense
    identities: tuple[Identity, ...] = ()
    documents: tuple[Document, ...] = ()
    interchange: int = 0
    group: int = 0
    channel: str = "http"
    copies: str = ""


class Acknowledged(Struct, frozen=True, kw_only=True):
    """The backbone's answer to one sending.

    ``status`` 202: it is theirs now; ``id`` and ``sha256`` as they said (empty: a folder).
    """

    at: datetime
    transport_id: str
    status: int
    id: str = ""
    sha256: str = ""
    says: str = ""


class Received(Struct, frozen=True, kw_only=True):
    """One document that the backbone delivered. ``content`` is the hash of what it says, control numbers left out."""

    at: datetime
    delivery_id: str
    sha256: str
    identity: Identity
    content: str
    interchange: str = ""
    group: str = ""
    document: Document | None = None
    illegible: str = ""


class Ledger:
    """All three books, appended to and never changed."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.acknowledged: dict[str, Acknowledged] = {}
        """The first answer to each transport id; 2xx replaces a refusal."""
        self.breaches: list[str] = []
        """What the backbone did that it must never do, as noticed on the spot."""
        self.received: list[Received] = []
        self.deliveries: dict[str, str] = {}
        """SHA-256 of each delivery by the id it came under."""
        self.envelope_verdicts: dict[str, str] = {}
        self.verdicts: dict[tuple[str, str], str] = {}
        """By (GS01, GS06) of a group we sent: the verdict of its 997."""

    def answered(self, answer: Acknowledged) -> None:
        """Enter the backbone's answer. A repeated question must get the answer it got before (P8)."""
        before = self.acknowledged.get(answer.transport_id)
        if before is None or before.status >= 300:
            self.acknowledged[answer.transport_id] = answer
        elif answer.status < 300 and answer.id and (before.id, before.sha256) != (answer.id, answer.sha256):
            self.breaches.append(f"{answer.transport_id}: asked again, answered {answer.id} instead of {before.id}")

    def judged(self, functional_id: str, group: str, verdict: str) -> None:
        """Enter the verdict on a group of ours: the same question gets the same answer, always (P8)."""
        before = self.verdicts.setdefault((functional_id, group), verdict)
        if before != verdict:
            self.breaches.append(f"group {functional_id} {group} was {before}, then {verdict}")

    def is_new(self, delivery_id: str, sha256: str) -> bool:
        """Enter a delivery; say whether its id is new. One id with two contents is a breach (P9)."""
        before = self.deliveries.setdefault(delivery_id, "")
        self.deliveries[delivery_id] = before or sha256
        if before and before != sha256:
            self.breaches.append(f"delivery {delivery_id} came twice with different bytes")
        return not before

    def taken(self, sent: Sent) -> bool:
        """Say whether the backbone has said that *sent* is its own now."""
        answer = self.acknowledged.get(sent.transport_id)
        return answer is not None and answer.status < 300

    def accepted(self, *senses: Sense) -> Iterator[Sent]:
        """Yield what was sent in any of *senses* and taken by the backbone, in order of sending."""
        return (sent for sent in self.sent.values() if sent.sense in senses and self.taken(sent))

    def effective(self) -> Iterator[Document]:
        """Yield each sensible document of which at least one copy was taken, once, in order of first sending."""
        seen: set[Identity] = set()
        for sent in self.accepted("sensible", "off", "copy"):
            for identity, document in zip(sent.identities, sent.documents, strict=True):
                if identity not in seen and self._origin(sent).sense == "sensible":
                    seen.add(identity)
                    yield document

    def _origin(self, sent: Sent) -> Sent:
        return self.sent.get(sent.copies, sent) if sent.sense == "copy" else sent


def digest(body: bytes) -> str:
    """Return the SHA-256 of *body* in hex."""
    return sha256(body).hexdigest()
