"""The README's first screen convinces, and what it says to type works."""

import re

import pytest
from tests.rules.sources import ROOT

from tradelane.model.glossary import HIDDEN

TEXT = (ROOT / "README.md").read_text("utf-8")
FIRST_SCREEN = "\n".join(TEXT.splitlines()[:45])
READ_FIRST = (
    "src/tradelane/model/purchase_order.py",
    "src/tradelane/domain/purchase_order.py",
    "src/tradelane/processes/order_response.py",
    "src/tradelane/maps/x12/004010/855.toml",
    "src/tradelane/runtime/lane.py",
)


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_first_screen_has_the_two_commands(command: str) -> None:
    blocks = re.findall(r"^```\w*\n(.*?)^```", FIRST_SCREEN, re.DOTALL | re.MULTILINE)
    assert any(command in block for block in blocks), f"put `{command}` into a code block within the first 45 lines"


def test_the_first_screen_speaks_the_words_of_its_readers() -> None:
    ours = re.findall(r"\b(" + "|".join(HIDDEN) + r")\b", FIRST_SCREEN, re.IGNORECASE)
    assert not ours, f"say it without {sorted(set(ours))}; further down they are welcome"


@pytest.mark.parametrize("path", READ_FIRST)
def test_a_newcomer_is_told_what_to_read_first(path: str) -> None:
    assert path in TEXT, f"name {path} under what to read first"
    assert (ROOT / path).exists(), f"{path} is named but not there"


def test_every_command_of_ours_in_the_readme_exists() -> None:
    said = set(re.findall(r"^(?:\$ )?(?:\.venv/bin/)?tradelane ([a-z]+)", TEXT, re.MULTILINE))
    commands = "".join(path.read_text("utf-8") for path in (ROOT / "src/tradelane/cli").glob("*.py"))
    unknown = sorted(name for name in said if not re.search(rf"\b{name}\b", commands))
    assert not unknown, f"the README types commands the command line has not: {unknown}"
