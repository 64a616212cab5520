"""What the house itself knows of an item, beside what documents say: its master data.

The facts stand in ``items.csv`` in the configuration folder (read by `partners/items.py`); decisions find them in
their context::

    facts = context.items.of(line.item)
    if facts and facts.lot_tracked and not lot: ...

`Items.of` returns None for an item that nobody wrote down, so that what is not known is never checked.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from tradelane.model.party import ItemIds
from tradelane.model.quantity import ZERO


class ItemFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item: ``item`` is the buyer's number. Zero, or empty, means that nobody said.

    ``weight_kg`` and ``volume_m3`` are those of one unit. ``case_factor``: so many units make a case.
    ``shelf_life_days``: so many must be left when the goods come.
    """

    item: str
    gtin: str = ""
    unit: str = ""
    weight_kg: Decimal = ZERO
    volume_m3: Decimal = ZERO
    lot_tracked: bool = False
    serial_tracked: bool = False
    hazardous: bool = False
    shelf_life_days: int = 0
    case_factor: Decimal = ZERO


class Items:
    """The items that are known, found by the buyer's number or the GTIN."""

    def __init__(self, facts: Iterable[ItemFacts] = ()) -> None:
        self._by_item: dict[str, ItemFacts] = {}
        self._by_gtin: dict[str, ItemFacts] = {}
        for each in facts:
            self._by_item[each.item] = each
            if each.gtin:
                self._by_gtin[each.gtin] = each

    def __len__(self) -> int:
        return len(self._by_item)

    def of(self, ids: ItemIds | None) -> ItemFacts | None:
        """Return what is known of the item that *ids* name; None when nothing is."""
        if ids is None or not self._by_item:
            return None
        return self._by_item.get(ids.buyer_item) or self._by_gtin.get(ids.gtin)


NOTHING_KNOWN = Items()
