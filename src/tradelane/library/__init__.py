"""Files without a server: read any, write any, say where a value comes from and what differs. Pure functions."""

from tradelane.library.compare import Difference, compare
from tradelane.library.large import large_syntax, read_large
from tradelane.library.opened import Envelope
from tradelane.library.reading import ReadFile, ReadMessage, read
from tradelane.library.shelf import Shelf
from tradelane.library.writing import Written, write

__all__ = [
    "Difference",
    "Envelope",
    "ReadFile",
    "ReadMessage",
    "Shelf",
    "Written",
    "compare",
    "large_syntax",
    "read",
    "read_large",
    "write",
]
