"""Which map reads what a partner sends and writes what it gets: its own for that kind, else the shipped one for the
nearest edition. Pure.
"""

from functools import lru_cache

from tradelane import maps
from tradelane.library.shelf import Shelf
from tradelane.maps import Map
from tradelane.maps.directories import reading_edifact
from tradelane.maps.editions import reading_x12, writing_x12
from tradelane.model.content_report import ContentReport
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import NodeMessage, SegmentMessage
from tradelane.partners.profile import Profile, Registry


def own_map(registry: Registry, profile: Profile, kind: str) -> Map | None:
    """Return the partner's own map of *kind* ("855", "ORDERS", "order_response"); None where it has none."""
    text = registry.overlays.get(profile.name, {}).get(kind)
    return None if text is None else _loaded(text)


def own_maps(registry: Registry, profile: Profile) -> tuple[Map, ...]:
    """Return all of the partner's own maps."""
    return tuple(_loaded(text) for text in registry.overlays.get(profile.name, {}).values())


def set_map(registry: Registry, profile: Profile, message: SegmentMessage) -> Map | None:
    """Return the map that reads a partner's X12 set; None if there is none."""
    return own_map(registry, profile, message.kind) or reading_x12(message)


def writing_set_map(registry: Registry, profile: Profile, document: Document, kind: str) -> Map | None:
    """Return the map that writes *document* to a partner as an X12 set of *kind*; None if there is none."""
    return own_map(registry, profile, kind) or writing_x12(type(document), kind, profile.x12_settings.version)


def message_map(registry: Registry, profile: Profile, kind: str, directory: str) -> Map | None:
    """Return the map that reads and writes a partner's EDIFACT *kind* in a *directory*; None if there is none."""
    return own_map(registry, profile, kind) or reading_edifact(kind, directory)


def table_map(registry: Registry, profile: Profile, kind: str) -> Map | None:
    """Return the map of rows by which *kind* is read from and written for a partner; None if there is none."""
    name = f"csv/{kind}"
    shipped = maps.shipped(name) if name in maps.shipped_names() else None
    return own_map(registry, profile, kind) or shipped


def tree_map(registry: Registry, profile: Profile, message: NodeMessage) -> Map | None:
    """Return the map that reads a partner's tree; None if there is none."""
    own = own_map(registry, profile, message.kind)
    return Shelf(own=() if own is None else (own,)).reading(message)


def writing_tree_map(registry: Registry, profile: Profile, document: Document) -> Map:
    """Return the map that writes *document* to a partner as a tree; raises `Unreadable` where there is none."""
    mine = next(
        (map for map in own_maps(registry, profile) if map.plan.tree is not None and map.agrees_with(document)), None
    )
    target = profile.answers.content if isinstance(document, ContentReport) else profile.trees.write
    found = mine or Shelf().writing(target, type(document), document)
    if not found.agrees_with(document):
        says = f"No map of {target} can say what this document is."
        fix = "Add one to the partner's folder, or send it as JSON."
        raise Unreadable(Finding(code="map.missing", says=says, fix=fix))
    return found


@lru_cache(1024)
def _loaded(text: str) -> Map:
    return maps.load(text)
