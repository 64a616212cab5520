"""What may change in a published contract: a field may be added when nobody need send it. Nothing else."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

# Words of a schema that bind a value. Any other change of them means old values, or old readers, no longer fit.
_BINDING = (
    "type",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "const",
)


def breaking(old: Schema, new: Schema) -> list[str]:
    """Return why somebody who knows *old* would stumble over *new*, one sentence each; empty when only added to.

    Allowed: a new optional field, a new value in a list of values, other words in a description. A list of values may
    grow because readers are told to expect it (contracts/README.md); a field's default may not change, because what is
    left out means the default.
    """
    return list(_compare("$", old, new, old.get("$defs", {}), new.get("$defs", {}), frozenset()))


def _compare(
    at: str, old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, seen: frozenset[str]
) -> Iterator[str]:
    name = str(old.get("$ref", ""))
    if name in seen:
        return
    within = seen | {name} if name else seen
    old, new = _resolve(old, old_defs), _resolve(new, new_defs)
    for word in _BINDING:
        if old.get(word) != new.get(word):
            yield f"{at}: {word} was {old.get(word)!r} and is {new.get(word)!r}"
    yield from _values(at, old, new)
    yield from _fields(at, old, new)
    for part, before in old.get("properties", {}).items():
        if part in new.get("properties", {}):
            yield from _compare(f"{at}.{part}", before, new["properties"][part], old_defs, new_defs, within)
    if "items" in old and "items" in new:
        yield from _compare(f"{at}[]", old["items"], new["items"], old_defs, new_defs, within)
    yield from _choices(at, old, new, old_defs, new_defs, within)


def _resolve(schema: Schema, defs: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**defs[str(reference).rsplit("/", 1)[1]], **beside}


def _values(at: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = old.get("enum"), new.get("enum")
    if (before is None) != (after is None):
        yield f"{at}: was {'any value' if before is None else 'one of a list'} and no longer is"
    elif before is not None and after is not None:
        for value in before:
            if value not in after:
                yield f"{at}: the value {value!r} is gone"
    if "default" in old and ("default" not in new or old["default"] != new["default"]):
        yield f"{at}: the default was {old['default']!r}; what is left out would mean something else"


def _fields(at: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in before:
        if name not in after:
            yield f"{at}.{name}: the field is gone"
    required, was_required = new.get("required", []), old.get("required", [])
    for name in required:
        if name not in was_required:
            yield f"{at}.{name}: must be sent now, and old senders do not"
    for name in was_required:
        if name not in required and name in after:
            yield f"{at}.{name}: may be left out now, and old readers rely on it"
    if old.get("additionalProperties", True) and not new.get("additionalProperties", True):
        yield f"{at}: fields of the sender's own are refused now"


def _choices(
    at: str, old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, seen: frozenset[str]
) -> Iterator[str]:
    before = {_choice(option): option for option in old.get("anyOf", [])}
    after = {_choice(option): option for option in new.get("anyOf", [])}
    for name in before.keys() - after.keys():
        yield f"{at}: can no longer be {name}"
    for name in after.keys() - before.keys():
        yield f"{at}: can now be {name}, which old readers do not expect"
    for name in sorted(before.keys() & after.keys()):
        yield from _compare(at, before[name], after[name], old_defs, new_defs, seen)


def _choice(option: Schema) -> str:
    if "$ref" in option:
        return f"a {str(option['$ref']).rsplit('/', 1)[1]}"
    return f"a {option.get('format') or option.get('type') or 'listed value'}"
