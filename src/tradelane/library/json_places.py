"""Where each value of a JSON text stands: its path and its bytes, found in one pass. Pure."""

import re
from typing import NamedTuple

_TOKEN = re.compile(rb'\s*+(?:("(?:[^"\\]|\\.)*+")|([\[\]{},:])|([^\s\[\]{},:"]++))', re.DOTALL)


class Range(NamedTuple):
    """Bytes of a value: the first, and the one after the last. A text stands without its quotes."""

    start: int
    end: int


def places(body: bytes, document: int = 0) -> dict[str, Range]:
    """Return the bytes of every plain value in the so-manieth document of *body* (well-formed JSON), by its path.

    >>> places(b'{"lines": [{"quantity": 12}]}')
    {'lines[0].quantity': Range(start=24, end=26)}
    """
    many = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    prefix = f"[{document}]" if many else ""
    found: dict[str, Range] = {}
    steps: list[str | int] = []  # The key or the number we are at, for each container that is open.
    keyed = False
    for token in _TOKEN.finditer(body, 3 if body.startswith(b"\xef\xbb\xbf") else 0):
        text, sign, _ = token.groups()
        if sign:
            keyed = _step(steps, sign) if sign != b":" else keyed
        elif text and keyed:
            steps[-1] = text[1:-1].decode("utf-8", "replace")
            keyed = False
        else:
            path = _path(steps)
            if path.startswith(prefix):
                start, end = token.span(1 if text else 3)
                found[path[len(prefix) :].removeprefix(".")] = Range(start + bool(text), end - bool(text))
    return found


def _step(steps: list[str | int], sign: bytes) -> bool:
    """Enter, leave or go on in a container; say whether a key comes next."""
    if sign == b"{":
        steps.append("")
    elif sign == b"[":
        steps.append(0)
    elif sign in b"]}":
        steps.pop()
        return False
    elif isinstance(steps[-1], int):
        steps[-1] += 1
    return bool(steps) and isinstance(steps[-1], str)


def _path(steps: list[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")
