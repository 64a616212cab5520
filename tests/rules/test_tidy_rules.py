"""Every house rule finds its sin, and leaves its neighbour in peace."""

import pytest
from tests.rules import tidy
from tests.rules.sources import Source
from tests.rules.tidy import Rule

SLEEP = "import time\n\n\ndef test_that_it_waits():\n    time.sleep(1)\n"
LONG = "def walk():\n" + "    step()\n" * 60

SINS: list[tuple[Rule, str, str]] = [
    (tidy.short_files, "src/a.py", "x = 1\n" * 401),
    (tidy.short_functions, "src/a.py", LONG),
    (tidy.short_functions, "src/a.py", "async " + LONG),
    (tidy.short_lines, "src/a.py", "#" * 121),
    (tidy.short_lines, "src/maps/855.toml", "#" * 121),
    (tidy.telling_names, "src/utils.py", ""),
    (tidy.telling_names, "src/common/order.py", ""),
    (tidy.telling_names, "src/a.py", "class OrderManager: ..."),
    (tidy.telling_names, "src/a.py", "def get_info(): ..."),
    (tidy.docstrings, "src/a.py", "x = 1"),
    (tidy.docstrings, "src/a.py", '"""A."""\ndef walk(): ...'),
    (tidy.docstrings, "src/a.py", '"""A."""\nclass Order:\n    """An order."""\n    def open(self): ...'),
    (tidy.finished, "docs/a.md", "TO" + "DO: say more"),
    (tidy.no_registry_hosts, "requirements.lock", "--index" + "-url https://example.com"),
    (tidy.no_registry_hosts, "README.md", "https://py" + "pi.org/project/x"),
    (tidy.no_machine_paths, "src/a.py", 'PLACE = "/wo' + 'rk/shared"'),
    (tidy.no_machine_paths, "docs/a.md", "look into /ho" + "me/anna/tradelane"),
    (tidy.no_swallowed_errors, "src/a.py", "try:\n    x()\nexcept:\n    y()"),
    (tidy.no_swallowed_errors, "src/a.py", "try:\n    x()\nexcept Exception:\n    pass"),
    (tidy.no_sleeping_tests, "tests/test_a.py", SLEEP),
    (tidy.no_sleeping_tests, "tests/test_a.py", "from time import sleep\nsleep(1)"),
    (tidy.no_makers, "docs/a.md", "Co-authored" + "-by: somebody"),
    (tidy.tests_test, "tests/test_a.py", "x = 1"),
    (tidy.tests_test, "tests/test_a.py", "def test_order(): ..."),
]

VIRTUES: list[tuple[Rule, str, str]] = [
    (tidy.short_files, "src/a.py", "x = 1\n" * 400),
    (tidy.short_functions, "src/a.py", LONG.replace("    step()\n", "", 1)),
    (tidy.short_lines, "docs/a.md", "#" * 121),
    (tidy.telling_names, "src/a.py", "class Database: ...\n\n\ndef baseline(information): ..."),
    (tidy.docstrings, "src/a.py", '"""A."""\ndef _walk(): ...'),
    (tidy.docstrings, "tests/test_a.py", "def test_x(): ..."),
    (tidy.finished, "docs/a.md", "todos los pedidos"),
    (tidy.no_registry_hosts, "README.md", "from PyPI"),
    (tidy.no_machine_paths, "src/a.py", 'path = "../shared/work/x"; url = f"{host}/work/items"'),
    (tidy.no_swallowed_errors, "src/a.py", "try:\n    x()\nexcept Exception as wrong:\n    say(wrong)\n    raise"),
    (tidy.no_swallowed_errors, "src/a.py", "try:\n    x()\nexcept FileNotFoundError:\n    pass"),
    (tidy.no_sleeping_tests, "src/a.py", SLEEP),
    (tidy.no_sleeping_tests, "tests/test_a.py", "clock.sleep(1)"),
    (tidy.no_makers, "docs/a.md", "the ordering session"),
    (tidy.tests_test, "tests/test_a.py", "class TestMemory(StoreContract): ..."),
    (tidy.tests_test, "tests/test_a.py", "def test_an_order_is_open(): ..."),
]


@pytest.mark.parametrize(("rule", "path", "text"), SINS)
def test_a_sin_is_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), VIRTUES)
def test_a_virtue_is_left_in_peace(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Source(path, text)))


@pytest.mark.parametrize("rule", tidy.RULES)
def test_no_rule_goes_without_an_example_of_its_sin(rule: Rule) -> None:
    assert any(rule is named for named, _, _ in SINS)
