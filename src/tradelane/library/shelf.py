"""Which map reads a message and which writes a document: the shipped ones, and a partner's own before them."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from tradelane import maps
from tradelane.maps import Map
from tradelane.maps.directories import reading_edifact, year
from tradelane.maps.editions import EARLY, reading_x12
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Message, NodeMessage, SegmentMessage
from tradelane.views.glossary import in_sentence

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


class Shelf(Struct, frozen=True):
    """The maps at hand: ``own`` go before the shipped ones."""

    own: tuple[Map, ...] = ()

    def reading(self, message: Message) -> Map | None:
        """Return the map that reads *message*, else the one for the nearest edition; None when there is none."""
        family, edition = _edition(message)
        mine = [map for map in self.own if map.kind == message.kind and _suits(map, message)]
        if mine:
            return mine[0]
        if family == "x12" and isinstance(message, SegmentMessage):
            return reading_x12(message)
        if family == "edifact":
            return reading_edifact(message.kind, message.version)
        found = [name for name in maps.shipped_names() if _is_of(name, family, message.kind) and _same(name, edition)]
        near = min(found, key=lambda name: _distance(name.split("/")[1], edition), default=None)
        return maps.shipped(near) if near is not None else None

    def writing(self, target: str, document: type[Document], one: Document | None = None) -> Map:
        """Return the map that writes a *document* as *target*, such as ``x12``, ``x12/850`` or ``x12/004010/850``.

        Of several, the first that can say what this *one* is: an invoice or a credit note. Raises `Unreadable` with
        what could be written instead.
        """
        mine = [map for map in self.own if map.name == target and map.document is document]
        if mine:
            return mine[0]
        found = [maps.shipped(name) for name in named(target) if document_of(name) == _tag(document)]
        if found:
            return next((map for map in found if one is not None and map.agrees_with(one)), found[0])
        raise Unreadable(_nowhere(target, document))


def writers(document: type[Document]) -> tuple[str, ...]:
    """Return the names of the shipped maps that write *document*."""
    return tuple(name for name in maps.shipped_names() if document_of(name) == _tag(document))


@cache
def document_of(name: str) -> str:
    """Return which document a shipped map is about, without compiling it."""
    stated = tomllib.loads(maps.shipped_text(name))
    if "document" in stated:
        return str(stated["document"])
    said = stated.get("extends", ())
    below = [said] if isinstance(said, str) else reversed(said)
    return next((document for one in below if one and (document := document_of(one))), "")


def _tag(document: type[Document]) -> str:
    return str(document.__struct_config__.tag)


def _edition(message: Message) -> tuple[str, str]:
    """Return the family of maps that may read *message*, and the edition it is in."""
    if isinstance(message, NodeMessage):
        family, _, edition = message.version.partition("/")
        return family, edition
    if isinstance(message, SegmentMessage) and message.delimiters.release:
        # TRADACOMS has an ORDERS of its own, which is another thing altogether.
        family = "tradacoms" if message.text.startswith("MHD") else "edifact"
        return family, message.version[:4].casefold()
    return "x12", message.version[:6]


def _is_of(name: str, family: str, kind: str) -> bool:
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == family and parts[2].casefold() == kind.casefold()


def _same(name: str, edition: str) -> bool:
    """Say whether a map may be of *edition*: a name, such as a carrier's, has none near it; a number has."""
    return not edition or bool(_NUMBER.search(edition)) or name.split("/")[1] == edition


def _suits(map: Map, message: Message) -> bool:
    """Say whether a map of one's own, which may be for any syntax, is for this message's."""
    syntax = map.plan.syntax
    if isinstance(message, NodeMessage):
        return syntax == message.syntax
    return isinstance(message, SegmentMessage) and (syntax == "edifact") == bool(message.delimiters.release)


def _distance(edition: str, wanted: str) -> tuple[float, str]:
    """Return how far two editions of a standard are apart, by the numbers in them; of two the later is nearer."""
    numbers = [_number(said) for said in (edition, wanted)]
    return abs(numbers[0] - numbers[1]) - (0.1 if numbers[0] > numbers[1] else 0), edition


def _number(edition: str) -> float:
    """Return the number in an edition: 1.2 of 1.2.014, 4010 of 004010, the year of an EDIFACT directory; 0 where it has
    none that anybody could mean.
    """
    found = _NUMBER.search(edition)
    return year(edition) or (float(found[0]) if found else 0)


def usual(target: str) -> str | None:
    """Return the one shipped map that *target* means, ``x12/850`` of its usual edition; None when it may be several."""
    found = [name.split("/") for name in named(target)]
    editions = len(found) == 1 or all(_number(name[1]) for name in found)
    one = len({(name[0], name[-1]) for name in found}) == 1
    return "/".join(found[0]) if one and editions else None


def named(target: str) -> Sequence[str]:
    """Return the shipped maps that *target* may mean: the family, perhaps the version, perhaps the kind.

    Of several editions the one that most partners still take comes first.
    """
    family, *rest = target.casefold().split("/")
    family = "csv" if family == "xlsx" else family  # What holds for rows holds in both.
    return [name for name in _oldest_first() if _fits(name.casefold().split("/"), family, rest)]


@cache
def _oldest_first() -> tuple[str, ...]:
    """Return the shipped maps, of several editions first the one that most partners still take."""
    return tuple(sorted(maps.shipped_names(), key=_age))


def _age(name: str) -> tuple[str, bool, float, str]:
    family, edition = name.split("/")[:2]
    return family, edition == EARLY, _number(edition), name


def _fits(parts: Sequence[str], family: str, rest: Sequence[str]) -> bool:
    return parts[0] == family and all(part in parts[1:] for part in rest)


def _nowhere(target: str, document: type[Document]) -> Finding:
    kind = in_sentence(_tag(document))
    says = f"{target} is no form of this {kind}." if named(target) else f"There is no map {target!r}."
    fix = f"It can be written as {', '.join(('json', *writers(document)))}."
    return Finding(code="map.missing", says=says, fix=fix, where=Place(path=target))
