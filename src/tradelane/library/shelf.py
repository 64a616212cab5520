"""Which map reads a message and which writes a document: the shipped ones, and a partner's own before them."""

from collections.abc import Sequence

from msgspec import Struct

from tradelane import maps
from tradelane.maps import Map
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import Message
from tradelane.views.glossary import in_sentence


class Shelf(Struct, frozen=True):
    """The maps at hand: ``own`` go before the shipped ones."""

    own: tuple[Map, ...] = ()

    def reading(self, message: Message) -> Map | None:
        """Return the map that reads *message*; None when there is none."""
        for map in self.own:
            if map.kind == message.kind:
                return map
        return _shipped(f"x12/004010/{message.kind}")

    def writing(self, target: str, document: type[Document]) -> Map:
        """Return the map that writes a *document* as *target*, such as ``x12``, ``x12/850`` or ``x12/004010/850``.

        Raises `Unreadable` with what could be written instead.
        """
        mine = [map for map in self.own if map.name == target and map.document is document]
        found = mine or [map for name in _named(target) if (map := maps.shipped(name)).document is document]
        if found:
            return found[0]
        raise Unreadable(_nowhere(target, document))


def syntax_of(map: Map) -> str:
    """Return the name of the syntax that *map* reads and writes."""
    return map.plan.syntax


def writers(document: type[Document]) -> tuple[str, ...]:
    """Return the names of the shipped maps that write *document*."""
    return tuple(name for name in maps.shipped_names() if maps.shipped(name).document is document)


def _shipped(name: str) -> Map | None:
    return maps.shipped(name) if name in maps.shipped_names() else None


def _named(target: str) -> Sequence[str]:
    """Return the shipped maps that *target* may mean: the family, perhaps the version, perhaps the kind."""
    family, *rest = target.casefold().split("/")
    return [name for name in sorted(maps.shipped_names()) if _fits(name.casefold().split("/"), family, rest)]


def _fits(parts: Sequence[str], family: str, rest: Sequence[str]) -> bool:
    return parts[0] == family and all(part in parts[1:] for part in rest)


def _nowhere(target: str, document: type[Document]) -> Finding:
    kind = in_sentence(str(document.__struct_config__.tag))
    says = f"{target} is no form of this {kind}." if _named(target) else f"There is no map {target!r}."
    fix = f"It can be written as {', '.join(('json', *writers(document)))}."
    return Finding(code="map.missing", says=says, fix=fix, where=Place(path=target))
