"""Every file keeps the house rules."""

import ast
from statistics import median

import pytest
from tests.rules.sources import Source, all_sources, python_sources
from tests.rules.tidy import RULES


@pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.path)
def test_a_file_keeps_the_house_rules(source: Source) -> None:
    sins = [f"{source.path}: {says}" for rule in RULES for says in rule(source)]
    assert not sins, "\n".join(sins)


def test_functions_are_short_on_the_whole() -> None:
    """One long function can be right; long functions as a habit cannot."""
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for source in python_sources()
        if source.is_shipped
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert median(lengths) < 10, f"the median function has {median(lengths)} lines; under 10: name steps and call them"
    tenth = lengths[len(lengths) * 9 // 10]
    assert tenth <= 35, f"one function in ten has more than {tenth} lines; 35 at most: name steps and call them"


def test_file_names_of_tests_are_unique() -> None:
    """So that a failure's name says which file it is in."""
    names = [source.path.rsplit("/", 1)[1] for source in python_sources() if "/test_" in source.path]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"used more than once: {twice}; name each test file after what it is about"
