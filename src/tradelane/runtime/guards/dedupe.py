"""One effect per document identity. Pure.

The same document again does nothing; another content under its identity goes to a person.
"""

from collections.abc import Mapping
from typing import Literal

from tradelane.runtime.handed import Handed
from tradelane.store.port import Identity, Item

Verdict = Literal["first", "repeated", "conflicted"]


def judge(item: Item, handed: Handed, standing: Mapping[str, Identity]) -> tuple[Verdict, str]:
    """Say whether the document in *item* is new, and which item brought its identity first.

    An item that brought it itself (it waited in between) is still the first.
    """
    known = standing.get(handed.identity)
    if not handed.identity or known is None or known.item == item.id:
        return "first", ""
    return ("repeated" if known.content_sha256 == handed.content else "conflicted"), known.item
