"""The recipes work as they stand: every command is typed, every file written, and what comes out is what they say.

A block is what its first line says: ``sh`` commands, ``text`` what the commands before it said (or what now stands in
the file named), ``python`` what to run; any other kind with a file's name is that file.
"""

import re
import shlex
from pathlib import Path

import pytest
from tests.e2e.process import run
from tests.rules.sources import ROOT

RECIPES = sorted((ROOT / "docs/recipes").glob("*.md"))
BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
ANSWER = ROOT / "src/tradelane/partners/templates/x12-supplier/samples/855-partial.edi"


def bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def assert_said(expected: str, said: str, about: str) -> None:
    """Every line stands in what was said, in this order."""
    rest = bare(said)
    for line in expected.splitlines():
        assert bare(line) in rest, f"{about}: {line!r} is not in\n{said}"
        rest = rest[rest.index(bare(line)) :]


def typed(commands: str, folder: Path) -> str:
    said = ""
    for line in commands.splitlines():
        assert line.startswith("tradelane "), line
        ran = run(*shlex.split(line)[1:], cwd=folder)
        assert "Traceback" not in ran.err, ran.err
        said += ran.out + ran.err
    return said


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_does_what_it_says(recipe, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answer.edi").write_bytes(ANSWER.read_bytes())
    said, names = "", {"__name__": "recipe"}
    for kind, file, text in BLOCK.findall(recipe.read_text("utf-8")):
        if kind == "sh":
            said = typed(text, tmp_path)
        elif kind == "python":
            exec(compile(text, recipe.name, "exec"), names)
        elif kind == "text":
            assert_said(text, (tmp_path / file).read_text() if file else said, recipe.name)
        else:
            assert file, f"{recipe.name}: say which file this {kind} is"
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text)
    if recipe.stem == "use-the-library":
        printed = capsys.readouterr().out
        assert "4711 accepted_with_changes" in printed
        assert "1 ['changed 60 EA', 'backordered 40 EA']" in printed
        assert "SO998 segment 2 BAK08 supplier_order_number = BAK/8 x12/004010/855" in printed
        assert printed.rstrip().endswith("()")


def test_every_command_about_files_and_maps_is_in_a_recipe():
    text = "\n".join(path.read_text("utf-8") for path in RECIPES)
    for command in ("inspect", "validate", "translate", "explain", "diff", "sample"):
        assert f"tradelane {command} " in text
    for command in ("list", "show", "new", "test", "docs"):
        assert f"tradelane maps {command}" in text
