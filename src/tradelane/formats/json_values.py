"""Where the plain values of a JSON text stand, one after the other as they are written: bytes, found in one pass."""

import re
from collections.abc import Iterator

_VALUE = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(?:\s*+(:))?|([^\s\[\]{},:"]++)', re.DOTALL)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def value_ranges(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the first byte and the one after the last of every text (without its quotes), number, truth and null.

    *body* is well-formed JSON; a text with a colon behind it is a key, and no value.

    >>> [*value_ranges(b'{"lines": [{"qty": 12}, null]}')]
    [(19, 21), (24, 28)]
    """
    for found in _VALUE.finditer(body, len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0):
        last = found.lastindex
        if last != 2:
            yield found.span(last or 0)
