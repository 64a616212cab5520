"""Where the plain values of a JSON text stand, one after the other as they are written: bytes, found in one pass."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(rb'\s*+(?:("(?:[^"\\]|\\.)*+")|([\[\]{},:])|([^\s\[\]{},:"]++))', re.DOTALL)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def value_ranges(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the first byte and the one after the last of every text (without its quotes), number, truth and null.

    *body* is well-formed JSON; its keys are no values.

    >>> [*value_ranges(b'{"lines": [{"qty": 12}, null]}')]
    [(19, 21), (24, 28)]
    """
    objects: list[bool] = []
    keyed = False
    for token in _TOKEN.finditer(body, len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0):
        text, sign, _ = token.groups()
        match sign:
            case b"{" | b"[":
                objects.append(sign == b"{")
                keyed = objects[-1]
            case b"}" | b"]":
                objects.pop()
                keyed = False
            case b",":
                keyed = objects[-1]
            case b":":
                keyed = False
            case _ if keyed:
                keyed = False
            case _:
                start, end = token.span(1 if text else 3)
                yield start + bool(text), end - bool(text)
