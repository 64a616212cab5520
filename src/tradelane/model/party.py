"""Who and what: parties, their addresses, and the identifiers of items."""

from typing import Literal

from msgspec import Struct

Scheme = Literal["gln", "duns", "duns4", "scac", "vat", "lei", "buyer_assigned", "seller_assigned", "mutual", "name"]


class Identifier(Struct, frozen=True):
    """A name that means one party under one scheme."""

    scheme: Scheme
    value: str


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A postal address; country is ISO 3166-1 alpha-2 where known."""

    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


class Party(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A company or place as one document names it."""

    name: str = ""
    identifiers: tuple[Identifier, ...] = ()
    address: Address | None = None

    def identifier(self, *schemes: Scheme) -> str:
        """Return the first identifier in any of *schemes* (all, when none is given); empty when there is none."""
        return next((i.value for i in self.identifiers if not schemes or i.scheme in schemes), "")


class ItemIds(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The names of one item.

    Matched in the order buyer's, GTIN, supplier's. GTIN is 14 digits, left padded with zeros.
    """

    buyer_item: str = ""
    gtin: str = ""
    supplier_item: str = ""
    manufacturer_item: str = ""

    def same_as(self, other: "ItemIds") -> bool:
        """Say whether any one identifier, taken in matching order, is the same in both."""
        pairs = (
            (self.buyer_item, other.buyer_item),
            (self.gtin, other.gtin),
            (self.supplier_item, other.supplier_item),
            (self.manufacturer_item, other.manufacturer_item),
        )
        return next((a == b for a, b in pairs if a and b), False)
