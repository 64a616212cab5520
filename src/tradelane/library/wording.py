"""How people read a value of a document: what its field is called, and what stands in it."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

from tradelane.model.document import Reference
from tradelane.model.moment import Moment
from tradelane.model.party import ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.registry import DOCUMENTS

LABELS = {
    "order_number": "order",
    "responded_on": "answered on",
    "supplier_order_number": "supplier's order",
    "disposition": "answer",
    "overall": "answer",
    "unmentioned": "lines not mentioned",
    "sscc": "SSCC",
    "cancel_after": "cancel if not shipped by",
    "noticed": "sent",
    "nodes": "what is in it",
    "deliver_on": "delivery on",
}
ALSO_WORDS = ("document_type", "freight_terms", "reference_kind", "transport_mode")
"""Fields that hold one of our own words unless a partner's code has none."""


def label(name: str) -> str:
    """Return what a field is called."""
    return LABELS.get(name, name.replace("_", " "))


def said(row: Struct) -> Iterator[tuple[str, Any]]:
    """Return what is said, by field: nothing that goes without saying, and not by which code it was said."""
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name != "source_code" and value not in (field.default, (), ItemIds()):
            yield field.name, value


def text(name: str, value: Any) -> str:
    """Return *value*, which stands in the field *name*, as one line."""
    match value:
        case str():
            return value.replace("_", " ") if name in _words() else value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value:f}"
        case date() | time() | int():
            return str(value)
        case Quantity(value=amount, unit=unit):
            return f"{amount:f} {unit}"
        case UnitPrice(amount=amount, per=per):
            return f"{amount:f}" if per == 1 else f"{amount:f} per {per:f}"
        case Moment(on=on, at=at):
            return f"{on} {at:%H:%M}" if at else str(on)
        case Party():
            return _party(value)
        case ItemIds():
            return _item(value)
        case Reference(kind=kind, value=number):
            return f"{kind.replace('_', ' ')} {number}"
        case tuple():
            return ", ".join(text(name, each) for each in value)
        case Struct():
            return ", ".join(f"{label(inner)} {text(inner, each)}" for inner, each in said(value))
        case _:
            return str(value)


def _party(party: Party) -> str:
    ids = ", ".join(identifier.value for identifier in party.identifiers)
    named = f"{party.name} ({ids})" if party.name and ids else party.name or ids
    if party.address is None:
        return named
    at = party.address
    place = " ".join(filter(None, (at.region, at.postal_code, at.country)))
    return ", ".join(filter(None, (named, *at.street, at.city, place)))


def _item(item: ItemIds) -> str:
    said = (
        ("", item.buyer_item),
        ("GTIN ", item.gtin),
        ("supplier's ", item.supplier_item),
        ("manufacturer's ", item.manufacturer_item),
    )
    return ", ".join(f"{kind}{number}" for kind, number in said if number)


@cache
def _words() -> frozenset[str]:
    """Return the fields, of all documents, that hold one of our own words; their underscores are blanks to people."""
    found: set[str] = set(ALSO_WORDS)
    waiting: list[type[Any]] = list(DOCUMENTS)
    for shape in waiting:
        for field in fields(shape):
            for kind in _kinds(field.type):
                if get_origin(kind) is Literal:
                    found.add(field.name)
                elif isinstance(kind, type) and issubclass(kind, Struct) and kind not in waiting:
                    waiting.append(kind)
    return frozenset(found)


def _kinds(kind: Any) -> Iterator[Any]:
    """Yield what a field may hold, inside options and lists."""
    if get_origin(kind) in (Union, UnionType, tuple):
        for inner in get_args(kind):
            yield from _kinds(inner)
    else:
        yield kind
