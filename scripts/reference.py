"""Write the reference pages from the code. Usage: python -m scripts.reference FOLDER."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.corpora import page, read_counts

from tradelane import maps
from tradelane.library.syntax import SYNTAXES
from tradelane.maps.generated_lower import generate_lowering
from tradelane.maps.native import write_program
from tradelane.maps.native_words import Unsupported
from tradelane.model.glossary import GLOSSARY, HIDDEN
from tradelane.model.registry import tag
from tradelane.model.tolerance import TOLERATED
from tradelane.testing.schemas import schemas

Schema = dict[str, Any]

ROOT = Path(__file__).parents[1]
OTHERS = ("carrier/", "dcsa/", "epcis/2.0/event", "epcis/2.0/EPCISQueryDocument", "gs1/", "otm/")
"""What others tell, and we do not."""

MADE = "<!-- Written by `make docs` from the code. -->\n"


def pages() -> dict[str, str]:
    """Return each page's text by its file name."""
    made = schemas()
    return {
        "documents.md": _contracts("Documents", "documents", made),
        "events.md": _contracts("Events", "events", made),
        "words.md": _words(),
        "tolerances.md": _tolerances(),
        "corpora.md": "\n".join(["# Real documents nobody here wrote\n", MADE, _corpora()]),
        "maps.md": _maps(),
    }


def _contracts(title: str, family: str, made: dict[str, Schema]) -> str:
    parts = [f"# {title}\n", MADE, "What is left out means its default. The contracts are in `contracts/`.\n"]
    for name, schema in made.items():
        if name.startswith(f"{family}/"):
            parts += [f"## {name.removeprefix(f'{family}/')}\n", schema["description"] + "\n", *_fields(schema)]
            for shape in schema.get("$defs", {}).values() if family == "documents" else ():
                parts += [f"### {shape['title']}\n", shape.get("description", "") + "\n", *_fields(shape)]
    return "\n".join(part for part in parts if part.strip() or part == "\n")


def _fields(schema: Schema) -> Iterator[str]:
    required = schema.get("required", [])
    rows = [
        f"| `{name}` | {_kind(field)} | {'must be sent' if name in required else _default(field)} |"
        for name, field in schema.get("properties", {}).items()
    ]
    if rows:
        yield "\n".join(["| field | holds | default |", "|---|---|---|", *rows]) + "\n"


def _default(field: Schema) -> str:
    match field.get("default"):
        case None:
            return "none"
        case "" | [] | {}:
            return "empty"
        case value:
            return f"`{json.dumps(value)}`"


def _kind(field: Schema) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[1]
    if "enum" in field:
        return ", ".join(f"`{value or '(empty)'}`" for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(_kind(option) for option in field["anyOf"] if option != {"type": "null"})
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return str(field.get("format") or field.get("type") or "anything")


def _words() -> str:
    rows = [f"| {', '.join(term.ours)} | {term.say} |" for term in GLOSSARY]
    return "\n".join(
        [
            "# The words people see\n",
            MADE,
            "In the code we use the left column; whatever people read uses the right one.\n",
            "| in the code | to people |",
            "|---|---|",
            *rows,
            "",
            f"Not shown to people at all: {', '.join(HIDDEN)}.\n",
        ]
    )


def _tolerances() -> str:
    rows = [f"| `{code}` | {words} |" for code, words in TOLERATED.items()]
    return "\n".join(
        [
            "# What readers put up with\n",
            MADE,
            "Finding one of these never keeps a document back; it is named with its place. A partner's settings "
            "(`[strict]`) make any of them an error, and so does `tradelane validate --strict`; the end of a code, "
            "such as `byte-order-mark`, means it in every syntax.\n",
            "| code | what is put up with |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _corpora() -> str:
    return page(read_counts(ROOT / "docs/reference/corpora.json"))


def _maps() -> str:
    found = [maps.shipped(name) for name in maps.shipped_names()]
    rows = [
        f"| `{one.name}` | {_syntax(one)} | {one.kind} | {tag(one.document).replace('_', ' ')} "
        f"| {_directions(one)} | {_read_by(one)} | {_written_by(one)} | `{one.version}` |"
        for one in found
    ]
    return "\n".join(
        [
            "# The maps we ship\n",
            MADE,
            "A name is the family, the edition and the kind. *compiled*: the compiled core reads it, where that is "
            "built; *generated*: Python made from the map does; *as it stands*: the map is followed rule by rule, as "
            "both others fall back to where something has to be explained. The version is the fingerprint of the map "
            "and of all it extends; a document records the one that read it.\n",
            "| map | syntax | kind | document | direction | read | written | version |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"{len(found)} maps.\n",
        ]
    )


def _syntax(map: maps.Map) -> str:
    return "CSV, XLSX" if map.plan.syntax == "csv" else SYNTAXES[map.plan.syntax].title


def _directions(map: maps.Map) -> str:
    written = SYNTAXES[map.plan.syntax].write is not None and not map.name.startswith(OTHERS)
    return "both" if written else "in"


def _read_by(map: maps.Map) -> str:
    if map.plan.tree is not None or map.plan.table is not None:
        return "as it stands"
    try:
        write_program(map.plan)
    except Unsupported:
        return "generated"
    return "compiled"


def _written_by(map: maps.Map) -> str:
    if _directions(map) == "in":
        return ""
    return "generated" if generate_lowering(map.plan) is not None else "as it stands"


def main(arguments: list[str]) -> int:
    """Write the pages into the folder named."""
    folder = Path(arguments[0] if arguments else "docs/reference")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")
    print(f"{len(pages())} pages written to {folder}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
