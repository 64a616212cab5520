"""CSV in any dialect: tell rows and cells apart (`decode`), write them (`encode`)."""

from tradelane.formats.csv.decode import decode
from tradelane.formats.csv.encode import encode, harmless

__all__ = ["decode", "encode", "harmless"]
