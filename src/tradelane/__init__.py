"""Tradelane keeps a distributor's ERP, suppliers, warehouses and carriers in step.

As a library it reads any business file and writes it as any other, without a server: `read`, `write`, `compare`,
`where`; see docs/recipes/use-the-library.md. Nothing is imported before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradelane.library import Difference, Envelope, ReadFile, ReadMessage, Shelf, Written, compare, read, write
    from tradelane.library.where import Where, where
    from tradelane.maps import BadMap, Map, load
    from tradelane.model.finding import Finding, Unreadable

__all__ = [
    "BadMap",
    "Difference",
    "Envelope",
    "Finding",
    "Map",
    "ReadFile",
    "ReadMessage",
    "Shelf",
    "Unreadable",
    "Where",
    "Written",
    "compare",
    "load",
    "read",
    "where",
    "write",
]

_HOMES = {
    **dict.fromkeys(("BadMap", "Map", "load"), "tradelane.maps"),
    **dict.fromkeys(("Finding", "Unreadable"), "tradelane.model.finding"),
    **dict.fromkeys(("Where", "where"), "tradelane.library.where"),
}


def __getattr__(name: str) -> Any:
    """Return what the library offers under *name*, imported now."""
    if name not in __all__:
        raise AttributeError(f"tradelane has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES.get(name, "tradelane.library")), name)
