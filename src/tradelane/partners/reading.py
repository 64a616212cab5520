"""Read a TOML table into a struct, strictly: all unknown keys, wrong values and missing keys are found."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from tradelane.model.finding import Finding, Place

FILE_BYTES_MAX = 1024 * 1024


class Sheet:
    """One file while it is read: its name as people see it, and everything found wrong in it so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.findings: list[Finding] = []

    def find(self, code: str, key: str, says: str, fix: str, value: object = "") -> None:
        """Note one thing wrong at *key* (dotted; empty: the file as a whole)."""
        path = f"{self.name}: {key}" if key else self.name
        self.findings.append(Finding(code=code, says=says, fix=fix, where=Place(path=path), value=str(value)[:200]))


def read_bytes(path: Path, sheet: Sheet, bytes_max: int = FILE_BYTES_MAX) -> bytes:
    """Return what a settings file holds; empty, with a finding, when it cannot be read."""
    try:
        with path.open("rb") as file:
            body = file.read(bytes_max + 1)
    except OSError as error:
        sheet.find(
            "partner.unreadable-file",
            "",
            f"The file cannot be read ({error.strerror}).",
            "Check that it is there and ours to read.",
        )
        return b""
    if len(body) > bytes_max:
        sheet.find(
            "partner.unreadable-file",
            "",
            f"The file is larger than {bytes_max} bytes.",
            "Settings are short; is this the right file?",
        )
        return b""
    return body


def parsed(body: bytes, sheet: Sheet) -> dict[str, Any]:
    """Return the tables of a TOML file; empty, with a finding that names the line, when it is not TOML."""
    try:
        return tomllib.loads(body.decode("utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        sheet.find("partner.not-toml", "", f"Byte {error.start} is not UTF-8.", "Save the file as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        sheet.find(
            "partner.not-toml",
            "",
            f"This is not TOML: {error}.",
            "Correct the line; text values stand in double quotes.",
        )
    except RecursionError:
        sheet.find("partner.not-toml", "", "The values are nested too deeply.", "Settings need three levels at most.")
    return {}


def convert(kind: type[Struct], table: Mapping[str, Any], sheet: Sheet, prefix: str = "") -> Any:
    """Return *table* as a *kind*; what is wrong is noted and left at its default. None: a required key is missing."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    taken: dict[str, Any] = {}
    for key, value in table.items():
        dotted = f"{prefix}{key}"
        if key not in fields:
            sheet.find(
                "partner.unknown-key", dotted, f"The key {key!r} is not known here.", _nearest(key, list(fields)), value
            )
            continue
        try:
            taken[fields[key].name] = _value(fields[key].type, value, sheet, dotted)
        except msgspec.ValidationError as error:
            sheet.find("partner.bad-value", dotted, f"{_plain(error)}.", _wanted(fields[key].type), value)
    missing = [name for name, field in fields.items() if field.required and name not in table]
    for name in missing:
        sheet.find(
            "partner.missing-key", f"{prefix}{name}", f"The key {name!r} is missing.", _wanted(fields[name].type)
        )
    if any(field.required and field.name not in taken for field in fields.values()):
        return None
    return kind(**taken)


def _value(kind: Any, value: Any, sheet: Sheet, dotted: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Struct):
        if not isinstance(value, dict):
            raise msgspec.ValidationError("Expected a table")
        return convert(kind, value, sheet, f"{dotted}.")
    if get_origin(kind) is dict and isinstance(value, dict):
        inner = get_args(kind)[1]
        return {key: _value(inner, entry, sheet, f"{dotted}.{key}") for key, entry in value.items()}
    if kind is float and isinstance(value, Decimal):
        value = float(value)
    return msgspec.convert(value, kind)


def _nearest(key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, 1)
    if near:
        return f"Did you mean {near[0]!r}? Else take the key out."
    return f"Take the key out; known are {', '.join(sorted(known))}."


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace("`", "'").replace(" - at '$", " at '")


def _wanted(kind: Any) -> str:
    choices = [choice for choice in get_args(kind) if isinstance(choice, str)]
    if choices:
        return f"Write one of {', '.join(repr(choice) for choice in choices)}."
    words = {
        str: "text, in double quotes",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        Decimal: "a number",
    }
    if kind in words:
        return f"Write {words[kind]}."
    if get_origin(kind) is tuple:
        return 'Write a list of texts, e.g. ["one", "two"].'
    return "Write a table: a line with the name in square brackets, then its keys."
