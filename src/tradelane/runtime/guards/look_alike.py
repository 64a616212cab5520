"""Say when two items of one document look the same and are not. Pure.

They are kept as they were sent and are never taken for one another; a person may see that one was meant.
"""

import re
from collections.abc import Iterator
from unicodedata import normalize

from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_NAMES = ("buyer_item", "supplier_item", "manufacturer_item")


def look_alikes(document: Document) -> tuple[Finding, ...]:
    """Return a warning for every item number of *document* that looks like an earlier one but is another."""
    return tuple(_found(document))


def _found(document: Document) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    lines = getattr(document, "lines", ())
    numbers = [
        (f"$.lines[{place}].item.{name}", name, number)
        for place, line in enumerate(lines)
        for name in _NAMES
        if (number := getattr(getattr(line, "item", None), name, ""))
    ]
    if all(number.isascii() for _, _, number in numbers):
        return
    for path, name, number in numbers:
        first = seen.setdefault((name, _UNSEEN.sub("", normalize("NFKC", number))), number)
        if first != number:
            yield Finding(
                code="item.look-alike",
                says=f"The item number {number[:80]!r} looks like {first[:80]!r} on another line, but is another.",
                fix="If one item is meant, send its number in the same characters; both were kept as they came.",
                severity="warning",
                where=Place(path=path),
                value=number[:80],
            )
