"""What a store keeps and hands out: plain data, one struct per kind of row."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tradelane.model.person import Deed

EPOCHS_PER_LIFE = 1_000_000
"""A life of a store, which a restore begins, has epochs of its own: from the second of its beginning times this."""


class Archived(Struct, frozen=True, kw_only=True):
    """Bytes to keep: committed with their SHA-256 (hex) and the authenticated partner before anyone hears yes."""

    id: str
    part: int
    partner: str
    sha256: str
    body: bytes
    channel: str
    received_at: datetime
    transport_id: str = ""
    media_type: str = ""
    file_name: str = ""


class Kept(Struct, frozen=True, kw_only=True):
    """An archived transmission without its body; ``pieces``: it is kept in so many, 0: as a whole."""

    archived: Archived
    pieces: int = 0


class Item(Struct, frozen=True, kw_only=True):
    """Something a partition must deal with.

    ``owner`` is whom it is served for (fairness); ``sequence`` is dense per partition.

    ``kind``: ``transmission`` (body: the archive id and what the channel said, as JSON), ``command`` (body: a
    command's JSON). ``reply``: a door waits for the answer under the item's id. An item whose id the partition's
    inbox holds is ignored by `put`.
    """

    id: str
    part: int
    kind: Literal["transmission", "command"]
    stream: str
    owner: str
    body: bytes
    reply: bool = False
    sequence: int = 0


class Receipt(Struct, frozen=True, kw_only=True):
    """The stored answer to one transport id: the same question gets the same answer (P8)."""

    part: int
    digest: str
    content_sha256: str
    answer: bytes


class Arrival(Struct, frozen=True, kw_only=True):
    """What one request brings. With a receipt that already stands, nothing of the arrival is written but ``deed``: the
    record of the person who asked.
    """

    items: tuple[Item, ...] = ()
    archived: Archived | None = None
    receipt: Receipt | None = None
    deed: Deed | None = None


class Taken(Struct, frozen=True, kw_only=True):
    """What became of an arrival: written (``repeats`` is None), or the receipt that stood before it."""

    repeats: Receipt | None = None


class Leadership(Struct, frozen=True, kw_only=True):
    """A partition as its new leader found it, after committing its takeover row (n, epoch).

    ``deaths``: how many takeovers stand in a row at this same place with no step between that moved it; ``started``
    the item id that the last non-takeover row announced, if that row announced one, and ``started_deaths`` how many
    takeovers followed announcements of it.
    """

    part: int
    n: int
    epoch: int
    inbox_to: int
    journal_to: int
    out_to: int
    deaths: int = 0
    started: str = ""
    started_deaths: int = 0


class PartStep(Struct, frozen=True, kw_only=True):
    """The step row of one partition: the fence, and how far everything has come.

    ``started`` announces an item run alone.
    """

    part: int
    n: int
    epoch: int
    inbox_to: int
    journal_to: int
    out_to: int
    started: str = ""


class JournalRow(Struct, frozen=True, kw_only=True):
    """One event: dense ``sequence`` in its partition, dense ``version`` (from 1) in its stream.

    ``body`` is the event's JSON.
    """

    part: int
    sequence: int
    stream: str
    version: int
    type: str
    form: int
    cause: str
    config: str
    at: datetime
    body: bytes


class Outbound(Struct, frozen=True, kw_only=True):
    """Encoded bytes for a partner's channel.

    ``stream`` is the exchange stream to tell, ``about`` orders deliveries of one object.
    """

    part: int
    sequence: int
    id: str
    partner: str
    stream: str
    about: str
    document_type: str
    media_type: str
    file_name: str
    body: bytes
    at: datetime


class Attempt(Struct, frozen=True, kw_only=True):
    """The result of one delivery attempt.

    Appended, never updated. ``result``: accepted, retried, parked, unknown, fetched.
    """

    part: int
    sequence: int
    attempt: int
    result: str
    at: datetime
    says: str = ""


class Pending(Struct, frozen=True, kw_only=True):
    """An item the place has passed that is not finished. ``why``: fair, blocked, deferred, parked, delivery.

    For ``delivery`` the id is the outbound id and ``body`` is empty (the bytes are in outbound at ``out_sequence``).
    ``waits_for`` is the stream whose first event frees a deferred item. ``due`` is when it is looked at again;
    ``until`` when waiting ends.
    """

    part: int
    id: str
    why: Literal["fair", "blocked", "deferred", "parked", "delivery"]
    kind: str
    stream: str
    owner: str
    due: datetime
    body: bytes = b""
    until: datetime | None = None
    attempts: int = 0
    waits_for: str = ""
    says: str = ""
    reply: bool = False
    out_sequence: int = 0


class Timer(Struct, frozen=True, kw_only=True):
    """A named timer of a stream; (part, stream, name) is its key, setting it again moves it."""

    part: int
    stream: str
    name: str
    due: datetime


class Reply(Struct, frozen=True, kw_only=True):
    """The answer a door awaits under a command's id."""

    part: int
    command: str
    body: bytes


class Identity(Struct, frozen=True, kw_only=True):
    """One document identity (hex digest) and the content that first came under it."""

    part: int
    digest: str
    content_sha256: str
    at: datetime
    item: str = ""


class StreamState(Struct, frozen=True, kw_only=True):
    """A stream's state as last kept, and the events after it.

    ``fold`` is the fingerprint of the code that made ``state``.

    Version 0 and no state: nothing kept; ``tail`` then holds every event.
    """

    stream: str
    version: int
    fold: str
    state: bytes
    tail: tuple[JournalRow, ...] = ()


class KeptState(Struct, frozen=True, kw_only=True):
    """A state to keep. A stream never goes back in version."""

    part: int
    stream: str
    version: int
    fold: str
    state: bytes


class Step(Struct, frozen=True, kw_only=True):
    """One transaction of one leader over some of its partitions, one `PartStep` each.

    They may come in any order; the store sorts them.
    """

    parts: tuple[PartStep, ...]
    at: datetime
    config: str = ""
    journal: tuple[JournalRow, ...] = ()
    outbound: tuple[Outbound, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    pending_set: tuple[Pending, ...] = ()
    pending_done: tuple[tuple[int, str], ...] = ()
    timers_set: tuple[Timer, ...] = ()
    timers_done: tuple[tuple[int, str, str], ...] = ()
    replies: tuple[Reply, ...] = ()
    identities: tuple[Identity, ...] = ()
    states: tuple[KeptState, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    puts: tuple[Item, ...] = ()


class ViewRow(Struct, frozen=True, kw_only=True):
    """One row of what people look at. The named columns are what lists filter and sort by; ``body`` is its JSON."""

    view: str
    key: str
    state: str = ""
    partner: str = ""
    rank: float = 0.0
    at: datetime
    kind: str = ""
    mark: str = ""
    body: bytes
