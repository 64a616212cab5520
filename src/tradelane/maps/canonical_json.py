"""The canonical JSON form: our documents as they are, in JSON. Lifting checks every member; lowering writes what was
said and no defaults.

The common case is one pass of msgspec and one quick check. When either objects, a slow walk over the whole tree names
every fault by its JSON path, so that a sender corrects all of them at once.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage, TreeMessage
from tradelane.model.quantity import DIGITS_MAX, SCALE_MAX, Quantity, UnitPrice

_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_NUL = "\x00"
_KINDS = {registry.tag(kind): kind for kind in registry.DOCUMENTS}
# Amounts of goods and prices are never below zero; an invoice's total may be.
_NOT_NEGATIVE = {Quantity, UnitPrice}

Quick = Callable[[Any], bool]


def read_tree(message: TreeMessage) -> Document:
    """Return the document that a JSON tree says; raises `Unreadable` with every finding."""
    shape = _KINDS.get(message.kind)
    if shape is None:
        fix = f"Send one of {', '.join(_KINDS)}."
        raise Unreadable(
            _fault(
                "json.unknown-document", "$.document", f"there is no document {message.kind[:40]!r}.", fix, message.kind
            )
        )
    wrong: tuple[Finding, ...] = ()
    if not _quick(shape)(message.tree) or b"\\u0000" in message.body:
        wrong = tuple(_struct_faults(shape, message.tree, "$", top=True))
    if not wrong:
        try:
            return msgspec.convert(message.tree, shape)
        except msgspec.ValidationError as bad:
            wrong = tuple(_struct_faults(shape, message.tree, "$", top=True)) or (_msgspec_fault(bad),)
    raise Unreadable(*wrong)


def write_tree(document: Document) -> BuiltMessage:
    """Return the canonical JSON of *document*."""
    return BuiltMessage(registry.tag(type(document)), tree=msgspec.Raw(registry.encode(document)))


# --- the quick check: unknown members, and numbers that only look like numbers ---------------------------


@cache
def _quick(shape: type[Any]) -> Quick:
    known = (
        frozenset(field.name for field in fields(shape)) | {"document"}
        if issubclass(shape, Document)
        else frozenset(field.name for field in fields(shape))
    )
    inner = [(field.name, check) for field in fields(shape) if (check := _quick_value(shape, field)) is not None]

    def clean(said: Any) -> bool:
        if type(said) is not dict or not said.keys() <= known:
            return False
        for name, check in inner:
            below = said.get(name)
            if below is not None and not check(below):
                return False
        return True

    return clean


def _quick_value(shape: type[Any], field: FieldInfo) -> Quick | None:
    kind = _without_none(field.type)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if not (isinstance(item, type) and issubclass(item, Struct)):
            return None
        check = _quick(item)
        return lambda said: type(said) is list and all(map(check, said))
    if kind is Decimal:
        return lambda said: not _number_fault(shape, field.name, said)
    return _quick(kind) if isinstance(kind, type) and issubclass(kind, Struct) else None


def _number_fault(shape: type[Any], name: str, said: Any) -> tuple[str, str] | None:
    """Return what is wrong with an amount, and what to do; None when nothing is."""
    if isinstance(said, bool) or not isinstance(said, (int, str, Decimal)):
        return "it is not a number.", "Send a decimal number, or a string of ASCII digits with one point."
    found = _NUMBER.fullmatch(format(said, "f") if isinstance(said, Decimal) else str(said))
    if found is None:
        return f"{str(said)[:40]!r} is not a plain number.", "Send ASCII digits with at most one decimal point."
    sign, whole, fraction = found.group(1), found.group(2).lstrip("0"), found.group(3) or ""
    if len(whole) + len(fraction) > DIGITS_MAX or len(fraction) > SCALE_MAX:
        return "it has too many digits.", f"Send at most {DIGITS_MAX} digits, {SCALE_MAX} of them decimals."
    if sign and (shape in _NOT_NEGATIVE or name == "rejected"):
        return "it is below zero.", "Send an amount of zero or more."
    if name == "per" and not (whole or fraction.strip("0")):
        return "a price for nothing has no meaning.", "Send the number of units the price is for."
    return None


# --- the slow walk: every fault by its path ------------------------------------------------------------


def _struct_faults(shape: type[Any], said: Any, path: str, top: bool = False) -> Iterator[Finding]:
    if not isinstance(said, dict):
        yield _fault("json.bad-type", path, "this must be an object.", f"Send a {shape.__name__} as an object.", said)
        return
    known = {field.name: field for field in fields(shape)}
    for name in said.keys() - known.keys() - ({"document"} if top else set()):
        near = get_close_matches(str(name), list(known), 1)
        fix = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(sorted(known))}."
        yield _fault(
            "json.unknown-field", f"{path}.{name}", f"{shape.__name__} has no member {str(name)[:40]!r}.", fix, name
        )
    for name, field in known.items():
        if name in said:
            yield from _value_faults(shape, field, said[name], f"{path}.{name}")
        elif field.required:
            yield _fault("json.missing-field", f"{path}.{name}", "it must be there.", f"Send {name!r}.", "")


def _value_faults(shape: type[Any], field: FieldInfo, said: Any, path: str) -> Iterator[Finding]:
    kind = _without_none(field.type)
    if said is None and kind is not field.type:
        return
    if get_origin(kind) is not tuple:
        yield from _one_fault(shape, field.name, kind, said, path)
    elif not isinstance(said, (list, tuple)):
        yield _fault("json.bad-type", path, "this must be an array.", "Send an array.", said)
    else:
        for number, item in enumerate(said):
            yield from _one_fault(shape, field.name, get_args(kind)[0], item, f"{path}[{number}]")


def _one_fault(shape: type[Any], name: str, kind: Any, said: Any, path: str) -> Iterator[Finding]:
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield from _struct_faults(kind, said, path)
        return
    if isinstance(said, str) and _NUL in said:
        yield _fault("json.nul", path, "it holds the NUL character.", "Send it without.", said)
        return
    if kind is Decimal:
        wrong = _number_fault(shape, name, said)
        if wrong:
            yield _fault("json.bad-number", path, *wrong, said)
        return
    try:
        msgspec.convert(said, kind)
    except msgspec.ValidationError as bad:
        yield _fault("json.bad-value", path, f"{str(said)[:40]!r} will not do: {_said(bad)}.", _remedy(kind), said)


def _remedy(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"Send one of {', '.join(map(str, get_args(kind)))}."
    return f"Send a {getattr(kind, '__name__', str(kind))}."


def _said(bad: msgspec.ValidationError) -> str:
    said = str(bad).partition(" - at ")[0]
    return said[:1].lower() + said[1:]


def _msgspec_fault(bad: msgspec.ValidationError) -> Finding:
    path = str(bad).rpartition(" - at `")[2].rstrip("`") if " - at `" in str(bad) else "$"
    return _fault("json.bad-value", path, f"{_said(bad)}.", "Correct it.", "")


def _fault(code: str, path: str, says: str, fix: str, said: Any) -> Finding:
    return Finding(code=code, says=says, fix=fix, where=Place(path=path), value=str(said)[:80])


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind
