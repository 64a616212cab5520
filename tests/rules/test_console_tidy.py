"""The console's sources keep the house rules that are not Python's alone: short files."""

from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "ui" / "src"
SOURCES = sorted(path for path in UI.rglob("*") if path.suffix in (".ts", ".tsx", ".css") and ".gen." not in path.name)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(UI)))
def test_a_source_of_the_console_is_short(source: Path):
    assert len(source.read_text("utf-8").splitlines()) <= 400
