"""What every canonical document shares: its family tag, its purpose, its references."""

from typing import Literal

from msgspec import Struct

Purpose = Literal["original", "replace", "change", "cancel", "duplicate", "confirm", "status"]


class Reference(Struct, frozen=True):
    """A number by which somebody knows this document, e.g. ``bill_of_lading``, ``contract``, ``department``."""

    kind: str
    value: str


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="document", forbid_unknown_fields=True):
    """A business document in our own words; EDI codes never leak in, but for the ``source_code`` kept beside ours."""
