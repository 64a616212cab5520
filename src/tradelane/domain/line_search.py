"""Find the order line a partner means: by number and item, or by its item alone when the number is wrong (domain.md
4.4, check 4).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from tradelane.domain.ledger import Line
from tradelane.model.party import ItemIds

How = Literal["number", "item", "conflict", "none"]


class Found(Struct, frozen=True):
    """The line meant (empty: none) and how we know. ``conflict``: the number is ours, the item is another."""

    line: str
    how: How


class LineSearch:
    """The lines of one order, indexed once per question so that a large document costs no more per line than a
    small one.
    """

    def __init__(self, lines: Mapping[str, Line]) -> None:
        self.lines = lines

    def find(self, number: str, item: ItemIds) -> Found:
        """Return the line that *number* and *item* mean."""
        by_number = self._numbered(number)
        if by_number and not contradicts(self.lines[by_number].item, item):
            return Found(by_number, "number")
        by_item = self._holding(item)
        if by_item:
            return Found(by_item, "item")
        return Found(by_number, "conflict") if by_number else Found("", "none")

    def _numbered(self, number: str) -> str:
        if number in self.lines:
            return number
        # Partners drop or add leading zeros: "10" means "0010" where only one line can be meant.
        near = self._by_bare_number.get(number.lstrip("0"), []) if number else []
        return near[0] if len(near) == 1 else ""

    def _holding(self, item: ItemIds) -> str:
        for key in _keys(item):
            near = [number for number in self._by_item.get(key, []) if not contradicts(self.lines[number].item, item)]
            if len(near) == 1:
                return near[0]
        return ""

    @cached_property
    def _by_bare_number(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for number in self.lines:
            found.setdefault(number.lstrip("0"), []).append(number)
        return found

    @cached_property
    def _by_item(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for number, line in self.lines.items():
            for key in _keys(line.item):
                found.setdefault(key, []).append(number)
        return found


def contradicts(ours: ItemIds, theirs: ItemIds) -> bool:
    """Say whether the two name different items: they share a kind of identifier, and the first they share differs."""
    if ours.buyer_item and theirs.buyer_item:
        return ours.buyer_item != theirs.buyer_item
    if ours.gtin and theirs.gtin:
        return ours.gtin != theirs.gtin
    if ours.supplier_item and theirs.supplier_item:
        return ours.supplier_item != theirs.supplier_item
    return bool(ours.manufacturer_item and theirs.manufacturer_item) and not ours.same_as(theirs)


def _keys(item: ItemIds) -> Iterator[tuple[str, str]]:
    """Yield the identifiers in matching order."""
    if item.buyer_item:
        yield "buyer_item", item.buyer_item
    if item.gtin:
        yield "gtin", item.gtin
    if item.supplier_item:
        yield "supplier_item", item.supplier_item
    if item.manufacturer_item:
        yield "manufacturer_item", item.manufacturer_item
