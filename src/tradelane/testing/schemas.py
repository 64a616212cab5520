"""The published contracts: a JSON Schema (2020-12) for every document and every event, derived from the model, and
the description of our addresses; beside them the words in which the console speaks of them.

`python -m tradelane.testing.schemas FOLDER` writes them. It refuses to write a shape that would break a reader of the
published one; see `tradelane.testing.compatibility`.
"""

import json
import sys
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from tradelane.api import openapi_document
from tradelane.model import registry
from tradelane.testing.compatibility import breaking
from tradelane.views.words import DOCUMENT_STATES, DOCUMENTS, ORDER_STATES

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"


def schemas() -> dict[str, Schema]:
    """Return every schema under its path in the contracts folder, e.g. ``documents/purchase_order``."""
    families = {"documents": registry.DOCUMENTS, "events": registry.EVENTS}
    return {
        f"{family}/{registry.tag(kind)}": _schema(family, kind)
        for family, kinds in families.items()
        for kind in sorted(kinds, key=registry.tag)
    }


def glossary() -> dict[str, dict[str, str]]:
    """Return what users call our kinds and states, for the console."""
    return {"documents": DOCUMENTS, "document_states": DOCUMENT_STATES, "order_states": ORDER_STATES}


def published(folder: Path) -> dict[str, Schema]:
    """Return the schemas that stand in *folder*, under the same paths."""
    return {
        path.relative_to(folder).with_suffix("").as_posix(): json.loads(path.read_text("utf-8"))
        for path in sorted(folder.glob("*/*.json"))
    }


def text(contract: Schema) -> str:
    """Return a contract as it stands in its file."""
    return json.dumps(contract, indent=2, ensure_ascii=False) + "\n"


def breaks(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """Return what a reader of the *old* contracts could no longer rely on, one sentence each, by contract."""
    gone = [f"{name}: the contract is gone" for name in sorted(old.keys() - new.keys())]
    return gone + [
        f"{name}: {says}" for name in sorted(old.keys() & new.keys()) for says in breaking(old[name], new[name])
    ]


def write(folder: Path, schemas: dict[str, Schema]) -> None:
    """Write *schemas*, and remove files of contracts that are no more."""
    for name in published(folder).keys() - schemas.keys():
        (folder / f"{name}.json").unlink()
    for name, schema in schemas.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(schema), "utf-8")


def _schema(family: str, kind: type[msgspec.Struct]) -> Schema:
    made = json.loads(msgspec.json.encode(msgspec.json.schema(kind)))
    shapes = {name: _plain(shape) for name, shape in made["$defs"].items()}
    top = shapes.pop(kind.__name__)
    identity: Schema = {"$schema": DIALECT, "$id": f"urn:tradelane:{family}:{registry.tag(kind)}"}
    if family == "events":
        identity["x-form"] = registry.FORMS[registry.tag(kind)]
    return {**identity, **top, "$defs": dict(sorted(shapes.items()))} if shapes else {**identity, **top}


def _plain(schema: Any) -> Any:
    """Say what msgspec's schema leaves open: how a decimal is written; and take the indent out of docstrings."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items()}
    if plain.get("format") == "decimal":
        plain["pattern"] = DECIMAL
    if isinstance(plain.get("description"), str):
        plain["description"] = cleandoc(plain["description"])
    return plain


def main(arguments: list[str]) -> int:
    """Write the contracts into the folder named; with ``--accept-breaking`` even those that break readers."""
    folder = Path(next((a for a in arguments if not a.startswith("-")), "contracts"))
    made = schemas()
    broken = breaks(published(folder), made)
    if broken and "--accept-breaking" not in arguments:
        print("Readers of the published contracts would break:", *broken, sep="\n  ", file=sys.stderr)
        print("Add instead of changing, or give the event a new form; else: make contracts BREAK=yes", file=sys.stderr)
        return 1
    write(folder, made)
    (folder / "openapi.json").write_bytes(openapi_document.written(version("tradelane")))
    (folder / "glossary.json").write_text(text(glossary()), "utf-8")
    print(f"{len(made) + 1} contracts written to {folder}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
