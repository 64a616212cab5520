"""The console's sources keep the house rules that are not Python's alone: short files, and answers of the API only as
the published document types them.
"""

import json
import re
from pathlib import Path

import pytest
from scripts.build_console import STEPS

UI = Path(__file__).parents[2] / "ui" / "src"
SOURCES = sorted(path for path in UI.rglob("*") if path.suffix in (".ts", ".tsx", ".css") and ".gen." not in path.name)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_a_source_of_the_console_is_short(source: Path):
    assert len(source.read_text("utf-8").splitlines()) <= 400


UNTYPED = {
    "a value of any type": re.compile(r"[:<|,(]\s*any\b|\bas any\b|Record<string, any>"),
    "a type claimed, not known": re.compile(r"\bas (?:[A-Z]\w*[<;,)\[]|[{\[]|(?:unknown|never|any|object)\b)"),
    "a fault hushed up": re.compile(r"@ts-(?:ignore|expect-error|nocheck)"),
    "an answer without its type": re.compile(r"\bask<|\bask\(\"(?:GET|POST|DELETE)|(?<![\w.])fetch\("),
}
ALLOWED = {
    "api.ts": set(UNTYPED),  # The one place that gives answers their types, from the published document.
    "parts/switches.tsx": {"an answer without its type"},  # The demo's own door is not in the published document.
    "parts/resend.tsx": {"an answer without its type"},  # A document's bytes, as they came.
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_answers_have_the_types_of_the_published_document_and_no_others(source: Path):
    if source.suffix == ".css":
        return
    said = re.sub(r"/\*.*?\*/|//[^\n]*", "", source.read_text("utf-8"), flags=re.DOTALL)
    code = "\n".join(line for line in said.splitlines() if not line.lstrip().startswith("import"))
    found = {name for name, pattern in UNTYPED.items() if pattern.search(code)}
    assert found <= ALLOWED.get(str(source.relative_to(UI)), set())


def test_the_types_are_made_from_the_published_document():
    scripts = json.loads((UI.parent / "package.json").read_text("utf-8"))["scripts"]
    assert "contracts/openapi.json" in scripts["api"]
    assert all("tsc --noEmit" in scripts[name] for name in ("types", "build"))
    assert "run -s api" in scripts["types"]
    assert [step[-1] for step in STEPS if step[0] == "run"] == ["api", "build"]
