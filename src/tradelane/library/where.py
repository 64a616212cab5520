"""Where does a value come from? From a document back to the bytes, the rule and the map that read them. Pure."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from tradelane import maps
from tradelane.library.json_places import places
from tradelane.library.reading import ReadFile, ReadMessage
from tradelane.library.wording import text
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import SegmentMessage, TreeMessage
from tradelane.model.moment import Moment

AROUND = 28
"""How much of a line is shown before and after a value."""

_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d+)\]|\.(\d+)")


class Where(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value of a document and its origin: as written, by which rule of which map, at which bytes.

    ``excerpt`` is what stands around those bytes, ``caret`` how far into it they begin, ``width`` how many they are.
    """

    path: str
    value: str
    written: str = ""
    place: Place = Place()
    rule: str = ""
    map: str = ""
    version: str = ""
    excerpt: str = ""
    caret: int = 0
    width: int = 0


def where(file: ReadFile, path: str = "", document: int = 1) -> tuple[Where, ...]:
    """Return the origin of the value at *path*, or of every value below it, in the so-manieth document of *file*.

    Raises `Unreadable` when there is no such document or path, with what was probably meant.
    """
    read = _message(file, document)
    wanted = normal(path)
    found = [one for one in every(file, read) if _within(one.path, wanted)]
    if not found:
        raise Unreadable(_nothing(wanted, [one.path for one in every(file, read)]))
    return tuple(found)


def every(file: ReadFile, read: ReadMessage) -> Iterator[Where]:
    """Yield the origin of every value that *read* says, in the document's own order."""
    if read.document is None:
        return
    values = dict(_values(read.document, ""))
    known = origins(file, read)
    for path, value in values.items():
        if path in known:
            yield _with_excerpt(file, read, path, value, known[path])


def origins(file: ReadFile, read: ReadMessage) -> dict[str, maps.Origin]:
    """Return where every value of *read* comes from by its path, those that go without saying included."""
    message = read.message
    if isinstance(message, TreeMessage):
        number = [id(each) for each in file.messages].index(id(read))
        found = places(file.body, number)
        return {path: _in_json(file.body, path, Place(start=start, end=end)) for path, (start, end) in found.items()}
    return maps.origins(message, read.map) if read.map is not None else {}


def normal(path: str) -> str:
    """Return *path* as we write paths: ``lines[0].quantity``, whether it came as ``$.lines[0]`` or ``lines.0``."""
    steps = [m for m in _STEP.finditer("." + path.strip().removeprefix("$").lstrip("."))]
    said = "".join(
        f".{name}" if name else f"[{at or number}]" for name, at, number in (step.groups() for step in steps)
    )
    return said.removeprefix(".")


def _message(file: ReadFile, number: int) -> ReadMessage:
    read = [each for each in file.messages if each.document is not None]
    if 1 <= number <= len(read):
        return read[number - 1]
    says = f"There is no document {number} in it; we read {len(read)}."
    fix = "Look at what is wrong with the file: tradelane validate." if not read else f"Name one of 1 to {len(read)}."
    raise Unreadable(Finding(code="explain.no-document", says=says, fix=fix))


def _within(path: str, wanted: str) -> bool:
    return not wanted or path == wanted or path.startswith((f"{wanted}.", f"{wanted}["))


def _nothing(wanted: str, known: list[str]) -> Finding:
    near = get_close_matches(wanted, known, 3, 0.5)
    fix = f"Did you mean {', '.join(near)}?" if near else "Leave the path out to see every value."
    return Finding(
        code="explain.no-value", says="The document says nothing there.", fix=fix, where=Place(path=wanted or "$")
    )


def _values(said: Any, path: str, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every plain value that is said, by its path, as people read it."""
    if isinstance(said, Struct) and not isinstance(said, Moment):
        for field in fields(said):
            value = getattr(said, field.name)
            if value != field.default and value not in (None, "", ()):
                yield from _values(value, f"{path}.{field.name}".removeprefix("."), field.name)
    elif isinstance(said, tuple):
        for place, value in enumerate(said):
            yield from _values(value, f"{path}[{place}]", name)
    else:
        yield path, text(name, said)


def _in_json(body: bytes, path: str, place: Place) -> maps.Origin:
    return maps.Origin(path, body[place.start : place.end].decode("utf-8", "replace"), "", place, "", "")


def _with_excerpt(file: ReadFile, read: ReadMessage, path: str, value: str, origin: maps.Origin) -> Where:
    excerpt, caret, width = _excerpt(file.body, origin.where, _boundary(read))
    return Where(
        path=path,
        value=value,
        written=origin.value,
        place=origin.where,
        rule=origin.rule,
        map=origin.map,
        version=origin.version,
        excerpt=excerpt,
        caret=caret,
        width=width,
    )


def _boundary(read: ReadMessage) -> bytes:
    message = read.message
    return message.delimiters.segment.encode("latin-1") if isinstance(message, SegmentMessage) else b"\n"


def _excerpt(body: bytes, place: Place, boundary: bytes) -> tuple[str, int, int]:
    """Return the line or segment in which the bytes stand, where they begin in it, how many they are."""
    if place.start < 0:
        return "", 0, 0
    begin = max(body.rfind(boundary, 0, place.start), body.rfind(b"\n", 0, place.start)) + 1
    ends = [at for sign in (boundary, b"\n") if (at := body.find(sign, place.end)) >= 0]
    finish = min(ends, default=len(body))
    begin, finish = max(begin, place.start - AROUND), min(finish, place.end + AROUND)
    begin += len(body[begin : place.start]) - len(body[begin : place.start].lstrip())
    before, inside = _shown(body[begin : place.start]), _shown(body[place.start : place.end])
    return before + inside + _shown(body[place.end : finish]), len(before), len(inside)


def _shown(raw: bytes) -> str:
    return "".join(c if c.isprintable() else "·" for c in raw.decode("utf-8", "replace"))
