"""Any document at all, of any kind we know, drawn from its type: what canonical JSON may say and nothing it may not.

Needs hypothesis, which the product does not; so this module is for tests only.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

from tradelane.model.document import Document
from tradelane.model.quantity import Quantity, UnitPrice

_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
_AMOUNTS = st.decimals(0, 10**9, places=3)
_SIGNED = st.decimals(-(10**9), 10**9, places=3)
_PLAIN: dict[type[inspect.Type], st.SearchStrategy[Any]] = {
    inspect.StrType: _TEXTS,
    inspect.IntType: st.integers(0, 10_000),
    inspect.BoolType: st.booleans(),
    inspect.DateType: _DAYS,
    inspect.TimeType: st.times().map(lambda at: at.replace(microsecond=0, fold=0)),
    inspect.DecimalType: _SIGNED,
}
# What may not be below zero, and what may not be nothing.
_FIELDS: dict[tuple[type[Any], str], st.SearchStrategy[Any]] = {
    (Quantity, "value"): _AMOUNTS,
    (UnitPrice, "amount"): _AMOUNTS,
    (UnitPrice, "per"): st.sampled_from([Decimal(1), Decimal(100), Decimal(1000)]),
}


def any_document(kind: type[Document]) -> st.SearchStrategy[Any]:
    """Any document of *kind*: fields left out, fields filled, lists of none to two."""
    return _struct(kind)


@cache
def _struct(kind: type[Any]) -> st.SearchStrategy[Any]:
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    given = {field.name: _field(kind, field) for field in shape.fields if field.required}
    maybe = {field.name: _field(kind, field) for field in shape.fields if not field.required}
    return st.fixed_dictionaries(given, optional=maybe).map(lambda said: kind(**said))


def _field(kind: type[Any], field: inspect.Field) -> st.SearchStrategy[Any]:
    if field.name == "rejected":
        return _AMOUNTS
    return _FIELDS.get((kind, field.name)) or _value(field.type)


def _value(shape: inspect.Type) -> st.SearchStrategy[Any]:
    match shape:
        case inspect.StructType():
            return _struct(shape.cls)
        case inspect.VarTupleType():
            return st.lists(_value(shape.item_type), max_size=2).map(tuple)
        case inspect.LiteralType():
            return st.sampled_from(shape.values)
        case inspect.UnionType():
            return st.one_of(*(st.none() if isinstance(t, inspect.NoneType) else _value(t) for t in shape.types))
        case inspect.Metadata():
            return _value(shape.type)
        case _:
            return _PLAIN[type(shape)]
