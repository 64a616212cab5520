"""What happened.

An event is a fact in the past tense; its tag is its stable type, ``form`` the version of its shape.
"""

from datetime import datetime

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all events. A changed shape gets a new form and an upcaster; types are never reused."""


class Recorded(Struct, frozen=True, kw_only=True):
    """An event where it stands: its stream and version there, its place in the partition, what caused it and when.

    ``cause`` is the id of the item that made us decide (a transmission, a command, a timer).
    """

    partition: int
    sequence: int
    stream: str
    version: int
    recorded_at: datetime
    cause: str
    config: str
    event: Event
