"""One effect per document identity. Pure.

The same document again does nothing; another content under its identity goes to a person.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from tradelane.runtime.handed import Handed
from tradelane.store.port import Identity, Item

Verdict = Literal["first", "repeated", "conflicted", "done"]


def judge(item: Item, handed: Handed, standing: Mapping[str, Identity]) -> tuple[Verdict, str]:
    """Say whether the document in *item* is new, and which item brought its identity first.

    What comes by the very item that brought it, or by a replay, is no repeat of the partner's: there is nothing to
    tell, it is done. A replay may read the same bytes otherwise than they were read then, which is a conflict once.
    """
    known = standing.get(handed.identity)
    if not handed.identity or known is None:
        return "first", ""
    if known.content_sha256 == handed.content:
        return ("done" if handed.again or known.item == item.id else "repeated"), known.item
    return ("done" if handed.again and conflict(handed) in standing else "conflicted"), known.item


def conflict(handed: Handed) -> str:
    """Return the digest that stands once a conflict of this content with what stands was recorded."""
    return sha256(f"conflict\x1f{handed.identity}\x1f{handed.content}".encode()).hexdigest()
