"""How a table is written and what its rows make: the dialect of a CSV file, a sheet, a record layout, a grouping."""

from typing import Literal

from msgspec import Struct

Encoding = Literal["", "utf-8", "utf-16", "latin-1", "cp1252", "cp1250", "iso8859-15", "cp437", "cp850"]
Accept = Literal["file", "document", "row"]


class Dialect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a CSV file or a sheet is written. What is left empty is found out, and a finding says what was assumed.

    ``columns`` names the columns of a file without a line of names; ``records`` does so by what stands in the first
    cell, where rows are of several kinds. ``skip`` is how many rows stand before all that.
    ``sheet`` and ``formulas`` (whether the value kept beside a formula may be used) are for XLSX alone.
    """

    delimiter: str = ""
    quote: str = '"'
    encoding: Encoding = ""
    line_end: Literal["\r\n", "\n"] = "\r\n"
    columns: tuple[str, ...] = ()
    records: dict[str, tuple[str, ...]] = {}
    skip: int = 0
    sheet: str = ""
    formulas: bool = False


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field of a fixed-width record: its first byte (from 1), its length, and what fills it up on which side."""

    name: str
    at: int
    length: int
    align: Literal["left", "right"] = "left"
    fill: str = " "


class RecordLayout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of record: the text it is known by, where that stands (from 1), its fields, its length in bytes.

    ``length`` 0: up to the end of its last field. ``under``: it belongs to the last record of that name before it.
    """

    fields: tuple[Field, ...]
    sign: str = ""
    at: int = 1
    length: int = 0
    under: str = ""

    @property
    def bytes(self) -> int:
        """Return how long the record is."""
        ends = [field.at + field.length - 1 for field in self.fields]
        return self.length or max([self.at + len(self.sign) - 1, *ends])


class Layout(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The records of a fixed-width file, by name. An empty ``line_end``: records follow each other without a break."""

    records: dict[str, RecordLayout]
    encoding: Literal["ascii", "latin-1", "cp1252", "cp437", "cp850"] = "latin-1"
    line_end: Literal["\r\n", "\n", ""] = "\r\n"


class Grouping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How rows become documents.

    ``group``: rows alike in these columns make one document; without any, the file is one. ``opens``: the record that
    begins a document, where records say so by their kind. ``nest``: rows of a document alike in these columns stand
    together in a node of that name, outermost first. ``accept``: what falls with a bad row: the whole file, its
    document, or only the row.
    """

    group: tuple[str, ...] = ()
    opens: str = ""
    nest: dict[str, tuple[str, ...]] = {}
    accept: Accept = "document"
