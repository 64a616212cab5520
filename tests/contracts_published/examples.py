"""Examples of any document or event, made from its type: the least one may say, and everything one may say."""

from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

PLAIN: dict[type[inspect.Type], Any] = {
    inspect.StrType: "A-1",
    inspect.IntType: 7,
    inspect.BoolType: True,
    inspect.FloatType: 1.5,
    inspect.DateType: date(2026, 3, 14),
    inspect.TimeType: time(10, 30),
    inspect.DateTimeType: datetime(2026, 3, 14, 9, 26, tzinfo=timezone.utc),
    inspect.DecimalType: Decimal("12.50"),
}


def example(kind: type[Any], *, full: bool) -> Any:
    """Return one of *kind*: with every field filled when *full*, else with none that may be left out."""
    return _made(inspect.type_info(kind), full)


def _made(shape: inspect.Type, full: bool) -> Any:
    match shape:
        case inspect.StructType():
            fields = {f.name: _made(f.type, full) for f in shape.fields if full or f.required}
            return shape.cls(**fields)
        case inspect.VarTupleType():
            return (_made(shape.item_type, full),)
        case inspect.LiteralType():
            return shape.values[-1]
        case inspect.UnionType():
            return _made(next(t for t in shape.types if not isinstance(t, inspect.NoneType)), full)
        case inspect.EnumType():
            return next(iter(shape.cls)) if issubclass(shape.cls, Enum) else None
        case inspect.DictType():
            return {}
        case inspect.Metadata():
            return _made(shape.type, full)
        case _:
            return PLAIN[type(shape)]


def as_sent(value: Any) -> Any:
    """Return *value* as somebody reading its JSON finds it."""
    return msgspec.json.decode(msgspec.json.encode(value))
