"""People read their own words: what the command line and the pages of the API say keeps clear of ours."""

import ast
import re
from collections.abc import Iterator

import pytest
from tests.rules.sources import Source, python_sources

from tradelane.model.glossary import GLOSSARY, HIDDEN, PLAIN_ENGLISH, kept_from_people, say

DOORS = tuple(s for s in python_sources() if s.path.startswith(("src/tradelane/cli/", "src/tradelane/api/")))
OURS = re.compile(r"\b(" + "|".join(map(re.escape, kept_from_people())) + r")\b", re.IGNORECASE)

ALLOWED: set[tuple[str, str]] = set()
"""(file, word) where our word is the people's word too. Say beside each why."""


def texts(source: Source) -> Iterator[tuple[int, str]]:
    """Return the sentences a file may show: strings with a space in them, and what help is made of."""
    silent = {
        id(node) for node in _docstrings(source.tree, with_functions=not source.path.startswith("src/tradelane/cli/"))
    }
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
            and " " in node.value
        ):
            yield node.lineno, node.value


@pytest.mark.parametrize("source", DOORS, ids=lambda source: source.path)
def test_people_are_not_shown_our_words(source: Source) -> None:
    shown = [
        f"{source.path} line {line}: {word!r} in {text.strip()[:60]!r}: {_advice(word.lower())}"
        for line, text in texts(source)
        for word in OURS.findall(text)
        if (source.path, word.lower()) not in ALLOWED
    ]
    assert not shown, "\n".join(shown)


def test_a_sentence_with_our_word_is_found_and_a_name_is_not() -> None:
    shown = Source("src/tradelane/cli/a.py", 'print(f"{count} documents parked in lane 4")\nkey = "parked"\n')
    assert [word for _, text in texts(shown) for word in OURS.findall(text)] == ["parked", "lane"]


def test_the_help_of_a_command_is_read_by_people_and_a_docstring_of_the_api_is_not() -> None:
    text = 'def show():\n    """Show the parked items."""\n'
    assert list(texts(Source("src/tradelane/cli/a.py", text)))
    assert not list(texts(Source("src/tradelane/api/a.py", text)))


def test_no_word_of_ours_has_two_translations() -> None:
    ours = [word.lower() for term in GLOSSARY for word in term.ours]
    assert len(ours) == len(set(ours))
    assert not set(ours).intersection(HIDDEN)


def test_what_counts_as_plain_english_is_in_the_glossary() -> None:
    assert {word for term in GLOSSARY for word in term.ours} >= PLAIN_ENGLISH


def test_people_hear_their_own_word() -> None:
    assert say("parked") == "Needs fixing (ours)"
    assert say("ShipNotice") == "ASN (856)"
    assert say("pallet") == "pallet"


def _advice(word: str) -> str:
    return "people need not know it; leave it out" if word in HIDDEN else f"say {say(word)!r}"


def _docstrings(tree: ast.Module, *, with_functions: bool) -> Iterator[ast.Constant]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
    for node in ast.walk(tree):
        if not isinstance(node, kinds) or not node.body:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not with_functions:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            yield first.value
