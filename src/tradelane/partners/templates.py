"""The shipped templates: what most partners of one kind have in common, as folders of data beside this file."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

TEMPLATES = (
    "x12-supplier",
    "edifact-supplier",
    "json-supplier",
    "csv-supplier",
    "ubl-supplier",
    "x12-warehouse",
    "erp",
)
PREFIX = "templates/"


def template(name: str) -> Traversable:
    """Return a template's folder: ``profile.toml`` to extend, ``start.toml`` to begin from, ``samples/``, a README."""
    return files("tradelane.partners") / "templates" / name


def settings_of(name: str) -> tuple[dict[str, Any], bytes]:
    """Return what partners that extend this template start from, and the bytes it was read from."""
    body = (template(name) / "profile.toml").read_bytes()
    return tomllib.loads(body.decode("utf-8"), parse_float=Decimal), body


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return *below* with what *above* says differently; tables are merged, everything else is replaced."""
    out = dict(below)
    for key, value in above.items():
        kept = out.get(key)
        out[key] = merged(kept, value) if isinstance(kept, dict) and isinstance(value, dict) else value
    return out
