"""The right side of the page: what a document means, a row for each value, linked to the bytes it was read from."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from msgspec import Struct

from tradelane.formats.explain import Branch
from tradelane.library import ReadMessage
from tradelane.library.compare import ROWS, number_of
from tradelane.library.where import Where
from tradelane.library.wording import label, said, text
from tradelane.model.document import Document, Reference
from tradelane.model.finding import Place
from tradelane.model.party import Identifier
from tradelane.views.glossary import counted, document_words

SUMMARY = ("item", "disposition", "quantity", "kind", "name")


class Meant(Struct, frozen=True):
    """A document, where each of its values comes from, and the number of the first of these on the page."""

    document: Document
    wheres: tuple[Where, ...]
    first: int


def meaning_rows(meant: Meant) -> Iterator[str]:
    """Yield the table rows of one document."""
    config: Any = type(meant.document).__struct_config__
    title = f"{document_words(str(config.tag))} {number_of(meant.document)}"
    yield f'<tr class="gh doc"><td colspan="2">{escape(title.strip())}</td></tr>'
    yield from _fields(meant, meant.document, "", "")


class Unread(Struct, frozen=True):
    """A message that means nothing to us: its structure, as far as it goes, and the number of its first value."""

    read: ReadMessage
    outline: Branch | None
    first: int

    @property
    def wheres(self) -> tuple[Where, ...]:
        """What its elements say, each with its bytes."""
        inner = _leaves(self.outline) if self.outline is not None else ()
        return tuple(
            Where(path=leaf.label, value=leaf.value, written=leaf.value, place=Place(start=leaf.start, end=leaf.end))
            for leaf in inner
        )


def unread_rows(unread: Unread) -> Iterator[str]:
    """Yield the rows that stand for a message that could not be read: why not, and what it holds all the same."""
    message, wrong = unread.read.message, sum(finding.severity == "error" for finding in unread.read.findings)
    called = f"{message.kind} {message.control}".strip()
    why = f"cannot be read: {counted(wrong, 'problem')} to correct" if wrong else "there is no map for it"
    yield f'<tr class="gh doc"><td colspan="2">{escape(called)} <span>{escape(why)}</span></td></tr>'
    number = unread.first
    for part in unread.outline.children if unread.outline is not None else ():
        yield f'<tr class="gh"><td colspan="2">{escape(part.label)} <span>{escape(part.says)}</span></td></tr>'
        for leaf in _leaves(part):
            place = f"{leaf.label}, bytes {leaf.start:,} to {leaf.end - 1:,}"
            origin = f'data-v="{number}" tabindex="0" data-place="{escape(place)}"'
            cells = f'<td>{escape(leaf.says or leaf.label)}</td><td class="tab">{escape(leaf.value)}</td>'
            yield f"<tr {origin}>{cells}</tr>"
            number += 1


def _leaves(branch: Branch) -> Iterator[Branch]:
    if not branch.children and branch.start >= 0 and branch.value:
        yield branch
    for child in branch.children:
        yield from _leaves(child)


def _fields(meant: Meant, row: Struct, path: str, style: str) -> Iterator[str]:
    """Yield a row for each plain field, then the lists, each of their rows under a heading of its own."""
    lists: list[tuple[str, str, Sequence[Struct]]] = []
    for name, value in said(row):
        here = f"{path}.{name}".removeprefix(".")
        if _is_rows(value):
            lists.append((name, here, value))
        else:
            yield _row(meant, label(name), text(name, value), here, style)
    for name, here, rows in lists:
        for place, each in enumerate(rows):
            yield _heading(name, place, each, "sub" if style == "line" or path else "")
            yield from _fields(meant, each, f"{here}[{place}]", "deep" if path else "line")


def _heading(name: str, place: int, row: Struct, style: str) -> str:
    called = ROWS.get(name, label(name).removesuffix("s")).capitalize()
    number = next((found for key in ("number", "line", "id") if (found := getattr(row, key, ""))), str(place + 1))
    summary = next(
        (text(key, value) for key in SUMMARY if (value := getattr(row, key, None)) not in (None, "", ())), ""
    )
    return (
        f'<tr class="gh {style}"><td colspan="2">{escape(f"{called} {number}")}'
        f" <span>{escape(summary)}</span></td></tr>"
    )


def _row(meant: Meant, called: str, value: str, path: str, style: str) -> str:
    found = [
        (number, one)
        for number, one in enumerate(meant.wheres, meant.first)
        if one.path == path or one.path.startswith((f"{path}.", f"{path}["))
    ]
    cells = f'<td>{escape(called)}</td><td class="tab">{escape(value)}</td>'
    deep = ' class="deep"' if style == "deep" else ""
    if not found:
        return f"<tr{deep}>{cells}</tr>"
    ids = " ".join(str(number) for number, _ in found)
    place, raw, rule = map(escape, _origin([one for _, one in found]))
    return (
        f'<tr{deep} data-v="{ids}" tabindex="0" data-place="{place}" data-raw="{raw}" data-rule="{rule}">{cells}</tr>'
    )


def _origin(found: Sequence[Where]) -> tuple[str, str, str]:
    """Return, in words for the strip below, where a value stands, as what, and which rule of which map read it."""
    stands = [one for one in found if one.place.start >= 0 or one.written]
    if not stands:
        return "It stands nowhere in the file: it goes without saying.", "", ""
    first, last = min(one.place.start for one in stands), max(one.place.end for one in stands)
    spots = ", ".join(dict.fromkeys(str(one.place) for one in stands if one.place.segment or one.place.path))
    place = f"{spots}, bytes {first:,} to {max(first, last - 1):,}".removeprefix(", ") if first >= 0 else spots
    raw = " ".join(dict.fromkeys(one.written for one in stands))
    by = stands[0]
    rule = f"{by.rule}, map {by.map}, version {by.version}" if by.map else ""
    return place[:1].upper() + place[1:], f"“{raw}”", rule


def _is_rows(value: Any) -> bool:
    return (
        isinstance(value, tuple) and isinstance(value[0], Struct) and not isinstance(value[0], Reference | Identifier)
    )
