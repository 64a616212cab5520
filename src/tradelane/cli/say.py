"""How the command line speaks: to people in tables and sentences, to machines in JSON."""

import os
import sys
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.markup import escape

WIDTH_ELSEWHERE = 160
"""How wide we write where there is no terminal to ask: into a file or another program."""


def _width(stream: TextIO) -> int | None:
    return None if stream.isatty() or "COLUMNS" in os.environ else WIDTH_ELSEWHERE


out = Console(highlight=False, width=_width(sys.stdout))
err = Console(stderr=True, highlight=False, width=_width(sys.stderr))


class Trouble(Exception):
    """Something a person can mend; its text says what and how."""


def fail(says: str) -> int:
    """Say what went wrong on the error stream and return the exit code for it."""
    err.print("[bold red]✗[/]", plain_lines(says), soft_wrap=True)
    return 1


def plain(text: str) -> str:
    """Return *text* as it stands, safe to print: what a partner wrote must not colour or move anything here."""
    return escape("".join(c if c.isprintable() else "·" for c in text))


def plain_lines(text: str) -> str:
    """Return *text* safe to print, line by line."""
    return "\n".join(plain(line) for line in text.splitlines())


def as_json(value: Any) -> None:
    """Write *value* as one JSON document on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
