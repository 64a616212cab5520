"""What one exchange keeps: control numbers, what is awaited, and a bounded memory of what is over.

A busy partner has thousands of documents awaiting a 997. Tables are cut into buckets and memories into generations,
so that one event copies a few dozen entries, not all of them.
"""

from datetime import datetime
from typing import Literal, TypeVar

from msgspec import Struct

CONTROL_MAX = 999_999_999
GENERATION = 100
GENERATIONS_MAX = 10

Value = TypeVar("Value")
Table = dict[str, dict[str, Value]]


class Pending(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document on its way: not delivered yet, or awaiting its 997 (overdue or not).

    ``waits_since``: it waits to be fetched; ``fetch``: whether a timer waits with it, or has asked a person.
    """

    document_type: str
    number: str
    about: str
    interchange: int = 0
    group: int = 0
    awaits: bool = False
    delivered: bool = False
    acknowledged: bool = False
    overdue: bool = False
    waits_since: datetime | None = None
    fetch: Literal["", "awaited", "overdue"] = ""


class Memory(Struct, frozen=True, omit_defaults=True):
    """The last thousand or so keys with what was noted of them, in generations; the oldest generation is forgotten
    whole.
    """

    young: dict[str, str] = {}
    old: tuple[dict[str, str], ...] = ()


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last control numbers used or left out, documents by id and groups by number while awaited, and what is
    remembered after. ``restore`` is the last one that numbers were left out for. ``unfetched``: how many have waited
    too long to be fetched; ``gone``: how many were found waiting when the partner had no settings any more.
    """

    interchange: int = 0
    group: int = 0
    pending: Table[Pending] = {}
    groups: Table[str] = {}
    restore: str = ""
    unfetched: int = 0
    gone: int = 0
    overdue: tuple[str, ...] = ()
    documents: Memory = Memory()
    reports: Memory = Memory()
    transmissions: Memory = Memory()
    kept: Memory = Memory()


def next_control(last: int) -> int:
    """Return the control number after *last*; after the largest of nine digits comes 1 again."""
    return last % CONTROL_MAX + 1


def skip(last: int, amount: int) -> int:
    """Return the last control number of *amount* that are left out after *last*."""
    return (last + amount - 1) % CONTROL_MAX + 1


def find(table: Table[Value], key: str) -> Value | None:
    """Return what *table* holds under *key*."""
    return table.get(_bucket(key), {}).get(key)


def put(table: Table[Value], key: str, value: Value) -> Table[Value]:
    """Return *table* with *value* under *key*."""
    bucket = _bucket(key)
    return {**table, bucket: {**table.get(bucket, {}), key: value}}


def drop(table: Table[Value], key: str) -> Table[Value]:
    """Return *table* without *key*."""
    bucket = _bucket(key)
    if key not in table.get(bucket, {}):
        return table
    rest = {other: value for other, value in table[bucket].items() if other != key}
    return {**table, bucket: rest} if rest else {name: held for name, held in table.items() if name != bucket}


def recall(memory: Memory, key: str) -> str | None:
    """Return what was noted of *key*, newest first; None when it is not remembered."""
    for generation in (memory.young, *reversed(memory.old)):
        if key in generation:
            return generation[key]
    return None


def remember(memory: Memory, key: str, note: str) -> Memory:
    """Return *memory* with *note* of *key*."""
    young = {**memory.young, key: note}
    if len(young) < GENERATION:
        return Memory(young, memory.old)
    return Memory({}, (*memory.old, young)[-GENERATIONS_MAX:])


def _bucket(key: str) -> str:
    """Return where *key* is kept: ids are hashes and group numbers count, so their ends spread evenly."""
    return key[-2:]
