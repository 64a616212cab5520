"""What the pages say is so: maps load, settings exist, commands parse, every exception and variable is explained."""

import re
import shlex
import types
from datetime import date, datetime, timezone
from functools import cache

import pytest
from cyclopts import CycloptsError
from tests.rules.sources import ROOT, python_sources

from tradelane.cli import app
from tradelane.maps import load
from tradelane.model.order_response import OrderResponse
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import OrderResponded
from tradelane.partners.profile import Profile
from tradelane.processes.cases import KINDS

PAGES = {path.name: path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}
OPENED_ELSEWHERE = {"DOCUMENT_CONFLICT", "POISON_MESSAGE"}


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGES[page], re.DOTALL | re.MULTILINE)


@cache
def shipped() -> str:
    return "\n".join(source.text for source in python_sources() if source.is_shipped)


def commands() -> list[str]:
    typed = "\n".join(block for page in PAGES for block in blocks(page, "sh")).replace("\\\n", " ")
    lines = {line.partition(" #")[0].strip().removeprefix(".venv/bin/") for line in typed.splitlines()}
    return sorted(line for line in lines if line.startswith("tradelane "))


@pytest.mark.parametrize("text", [*blocks("map-language.md", "toml"), *blocks("extending.md", "toml")])
def test_every_map_on_a_page_loads(text):
    assert load(text).document


def test_the_page_of_maps_explains_every_key_a_rule_may_have():
    from tradelane.maps import rules

    page = PAGES["map-language.md"]
    missing = [key for key in {*rules._VALUE_KEYS, *rules._GROUP_KEYS} if f"| `{key}` |" not in page]
    assert not missing


@pytest.mark.parametrize("command", commands())
def test_every_command_on_a_page_is_one_of_ours(command):
    try:
        app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)
    except CycloptsError as wrong:
        pytest.fail(f"{command}: {wrong}")


def test_every_exception_is_explained_and_no_other():
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGES["operating.md"], re.MULTILINE))
    explained -= {name for name in explained if name.startswith("TRADELANE_")}
    assert explained == {*KINDS, *OPENED_ELSEWHERE}
    opened = set(re.findall(r'\bkind="([A-Z_]+)"', shipped()))
    assert opened <= explained


def test_every_variable_of_the_environment_is_explained_and_no_other():
    read = set(re.findall(r'"(TRADELANE_[A-Z_]+)"', shipped()))
    assert set(re.findall(r"^\| `(TRADELANE_[A-Z_]+)` \|", PAGES["operating.md"], re.MULTILINE)) == read


def test_every_setting_of_a_partner_is_explained():
    page = PAGES["extending.md"]
    names = {name for kind in (Profile, Policy) for name in kind.__struct_fields__}
    for field in Profile.__struct_fields__:
        inner = Profile.__annotations__[field]
        names |= set(getattr(inner, "__struct_fields__", ())) if field != "policy" else set()
    assert not [name for name in sorted(names) if f"`{name}`" not in page and f"`[{name}]`" not in page]


def test_the_process_on_the_page_does_what_it_says():
    (text,) = blocks("extending.md", "python")
    module = types.ModuleType("second_thoughts")
    exec(compile(text, "docs/extending.md", "exec"), module.__dict__)
    response = OrderResponse(order_number="1", overall="accepted", responded_on=date(2026, 11, 20))
    answered, at = OrderResponded(response=response, partner="acme"), datetime(2026, 11, 20, tzinfo=timezone.utc)
    state, asked = module.initial, []
    for _ in range(5):
        state = module.evolve(state, answered, at)
        asked += module.react(state, answered, "purchase_order/1", None)
    (tell,) = asked
    assert tell.command.says == "acme answered 3 times. Call before you rely on a date."
