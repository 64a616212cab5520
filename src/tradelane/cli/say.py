"""How the command line speaks: to people in tables and sentences, to machines in JSON."""

import sys
from typing import Any

import msgspec
from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Trouble(Exception):
    """Something a person can mend; its text says what and how."""


def fail(says: str) -> int:
    """Say what went wrong on the error stream and return the exit code for it."""
    err.print(f"[bold red]✗[/] {says}", soft_wrap=True)
    return 1


def as_json(value: Any) -> None:
    """Write *value* as one JSON document on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
