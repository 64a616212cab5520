"""The help of every command is written for its readers."""

import re

import pytest

from tradelane.cli import app

COMMANDS = [
    *((name,) for name in ("demo", "up", "serve", "work", "inspect", "translate", "trace", "replay", "bench")),
    *((name,) for name in ("cases", "partner", "db")),
    *(("user", name) for name in ("add", "list", "password", "role", "disable", "enable")),
    ("audit",),
    *(("cases", name) for name in ("assign", "resolve")),
    *(("partner", name) for name in ("new", "certify", "list")),
    *(("maps", name) for name in ("list", "show", "new", "test", "docs")),
    *(("db", name) for name in ("init", "migrate", "status", "restored")),
]


@pytest.fixture
def helped(capsys: pytest.CaptureFixture[str]):
    def show(*command: str) -> str:
        app([*command, "--help"], result_action="return_value")
        return capsys.readouterr().out

    return show


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_what_it_is_for_and_what_each_option_means(helped, command):
    shown = helped(*command)
    assert shown.startswith(f"Usage: tradelane {' '.join(command)}")
    assert "[default: ]" not in shown
    assert "--no-" not in shown
    options = re.findall(r"^│ [ *]*(--[a-z]+|[A-Z]{2,})(.*)│$", shown.split("─ Commands")[0], re.MULTILINE)
    unsaid = [name for name, rest in options if len(re.findall(r"[a-z]{2,}", rest)) < 2]
    assert not unsaid, f"say what {unsaid} of {' '.join(command)} is for:\n{shown}"


def test_the_first_help_names_every_command_with_a_sentence(helped):
    shown = helped()
    for name in {command[0] for command in COMMANDS}:
        (line,) = (line for line in shown.splitlines() if line.startswith(f"│ {name} "))
        assert len(line.strip("│ ").removeprefix(name).split()) >= 3, f"{name}: say what for"
