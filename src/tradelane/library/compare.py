"""What two documents say differently, whatever they are written in, in words a buyer understands. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from tradelane.library.wording import label, text
from tradelane.model.document import Document, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Identifier
from tradelane.model.quantity import Quantity, UnitPrice

WRITTEN_AS = frozenset({"source_code", "source_unit", "zone_source", "precision"})
"""Fields that tell by which of several codes a thing was said, or to which digit, not what was said."""
NUMBERED_BY = ("number", "line", "id", "document_id", "sscc")
"""The fields by which people know a row, the first that is filled."""
ROWS = {"lines": "line", "nodes": "package or item", "outcomes": "answer", "schedules": "part"}
_WHOLE = (Quantity, UnitPrice, Moment, Reference, Identifier)


class Difference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing said differently: the path in each document, where that is for a person, and both values in words."""

    path: str
    where: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.before and self.after:
            return f"{self.where}{'' if ': ' in self.where else ':'} {self.before} -> {self.after}"
        return f"{self.where}: {self.after} is new" if self.after else f"{self.where}: {self.before} is gone"


def compare(before: Document, after: Document) -> tuple[Difference, ...]:
    """Return what *after* says differently from *before*. Of two kinds of document, what both can say."""
    return tuple(_structs(before, after, "", ""))


def pair(before: Sequence[Document], after: Sequence[Document]) -> Iterator[tuple[Document | None, Document | None]]:
    """Put together the documents of two files that are about the same thing, else those in the same place."""
    rest = list(after)
    alone: list[Document] = []
    for document in before:
        same = next((one for one in rest if _identity(one) == _identity(document)), None)
        if same is None:
            alone.append(document)
            continue
        rest.remove(same)
        yield document, same
    for number, document in enumerate(alone):
        yield document, rest[number] if number < len(rest) else None
    yield from ((None, document) for document in rest[len(alone) :])


def number_of(document: Document) -> str:
    """Return the number by which people know a document."""
    return str(getattr(document, "number", "") or getattr(document, "order_number", ""))


def _identity(document: Document) -> tuple[Any, ...]:
    return type(document), number_of(document), getattr(document, "order_number", "")


def _structs(before: Struct, after: Struct, path: str, at: str) -> Iterator[Difference]:
    others = {field.name for field in fields(after)}
    for field in fields(before):
        if field.name in WRITTEN_AS or field.name not in others:
            continue
        left, right = getattr(before, field.name), getattr(after, field.name)
        here = f"{path}.{field.name}" if path else field.name
        yield from _values(field.name, left, right, here, at)


def _values(name: str, left: Any, right: Any, path: str, at: str) -> Iterator[Difference]:
    if _same(left, right):
        return
    if isinstance(left, tuple) and isinstance(right, tuple) and _is_rows(left or right):
        yield from _rows(name, left, right, path, at)
    elif isinstance(left, Struct) and isinstance(right, Struct) and not isinstance(left, _WHOLE):
        yield from _structs(left, right, path, f"{at}{label(name)} ")
    else:
        yield _difference(name, left, right, path, at)


def _difference(name: str, left: Any, right: Any, path: str, at: str) -> Difference:
    return Difference(path=path, where=f"{at}{label(name)}", before=_shown(name, left), after=_shown(name, right))


def _rows(name: str, left: Sequence[Struct], right: Sequence[Struct], path: str, at: str) -> Iterator[Difference]:
    called = ROWS.get(name, label(name).removesuffix("s"))
    known, met = _keyed(right), _keyed(left)
    for key, (place, row) in met.items():
        here, said = f"{path}[{place}]", _row(at, f"{called} {_name(key, place)}")
        if key in known:
            yield from _structs(row, known[key][1], here, f"{said}: ")
        else:
            yield Difference(path=here, where=said, before=text(name, row))
    for key, (place, row) in known.items():
        if key not in met:
            said = _row(at, f"{called} {_name(key, place)}")
            yield Difference(path=f"{path}[{place}]", where=said, after=text(name, row))


def _row(at: str, row: str) -> str:
    """Return where a row is: ``line 1, answer 2`` inside ``line 1: ``."""
    outer = at.removesuffix(": ").strip()
    return f"{outer}, {row}" if outer else row


def _keyed(rows: Sequence[Struct]) -> dict[tuple[str, int], tuple[int, Struct]]:
    """Return rows by what tells them apart: the number, without leading zeros, and how often it came before."""
    seen: Counter[str] = Counter()
    keyed: dict[tuple[str, int], tuple[int, Struct]] = {}
    for place, row in enumerate(rows):
        number = str(next((said for name in NUMBERED_BY if (said := getattr(row, name, ""))), ""))
        number = number.lstrip("0") or "0" if number else ""
        keyed[number, seen[number]] = place, row
        seen[number] += 1
    return keyed


def _name(key: tuple[str, int], place: int) -> str:
    number, again = key
    return f"{number} ({again + 1})" if number and again else number or str(place + 1)


def _is_rows(value: tuple[Any, ...]) -> bool:
    return isinstance(value[0], Struct) and not isinstance(value[0], _WHOLE)


def _same(left: Any, right: Any) -> bool:
    """Say whether two values mean the same; by which code it was said makes no difference."""
    if left == right:
        return True
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, Struct) and type(left) is type(right):
        names = [field.name for field in fields(left) if field.name not in WRITTEN_AS]
        return all(_same(getattr(left, name), getattr(right, name)) for name in names)
    return False


def _shown(name: str, value: Any) -> str:
    # A count or a version of nothing is how a document says that none is said.
    if value is None or value in ("", ()) or (type(value) is int and value == 0):
        return ""
    return text(name, value)
