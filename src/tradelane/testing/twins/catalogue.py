"""The practice network's master data: who trades, under which names and keys, and what can be ordered from whom."""

from decimal import Decimal
from random import Random
from typing import Literal

from msgspec import Struct

from tradelane.model.party import Address, Identifier, ItemIds, Party
from tradelane.model.quantity import UnitPrice
from tradelane.testing.twins import pen
from tradelane.testing.twins.desk import Syntax
from tradelane.testing.twins.due import ChannelName

HOUSE = pen.Address(qualifier="ZZ", id="TRADELANE", group="TRADELANE")
BUYER = Party(
    name="Tradelane Distribution",
    identifiers=(Identifier("duns", "080123456"),),
    address=Address(street=("1 Harbour Road",), city="Savannah", region="GA", postal_code="31401", country="US"),
)


class Member(Struct, frozen=True, kw_only=True):
    """One partner of the network.

    ``vendor`` is the number the buyer knows it by; ``habits`` names a behaviour preset.
    """

    name: str
    title: str
    role: Literal["erp", "supplier", "warehouse"]
    vendor: str
    x12: str
    syntax: Syntax = "x12"
    channel: ChannelName = "http"
    habits: str = "ordinary"

    @property
    def envelope(self) -> pen.Address:
        """How X12 envelopes call it."""
        return pen.Address(qualifier="ZZ", id=self.x12, group=self.x12)

    @property
    def party(self) -> Party:
        """How documents call it."""
        return Party(name=self.title, identifiers=(Identifier("buyer_assigned", self.vendor),))


ERP = Member(name="erp", title="Tradelane Distribution", role="erp", vendor="HQ", x12="TLERP", syntax="json")
WAREHOUSE = Member(
    name="depot", title="Depot Nine Logistics", role="warehouse", vendor="DC01", x12="DEPOTNINE", channel="folder"
)
SUPPLIERS = (
    Member(
        name="northwind",
        title="Northwind Fasteners",
        role="supplier",
        vendor="V1001",
        x12="NORTHWIND",
        habits="punctual",
    ),
    Member(name="granite", title="Granite Tools", role="supplier", vendor="V1002", x12="GRANITE", habits="ordinary"),
    Member(
        name="harbor",
        title="Harbor Paints",
        role="supplier",
        vendor="V1003",
        x12="HARBORPNT",
        channel="folder",
        habits="sloppy",
    ),
    Member(
        name="lumen",
        title="Lumen Lighting",
        role="supplier",
        vendor="V1004",
        x12="LUMEN",
        syntax="json",
        habits="ordinary",
    ),
)


class Article(Struct, frozen=True):
    """Something that can be ordered: its numbers, its name, its price, how many one usually orders."""

    item: ItemIds
    description: str
    price: UnitPrice
    usual: int


_THINGS = (
    "bolt",
    "hinge",
    "bracket",
    "lamp",
    "brush",
    "valve",
    "cable",
    "anchor",
    "sealant",
    "drill bit",
    "clamp",
    "filter",
)
_KINDS = ("M6", "M8", "brass", "steel", "zinc", "outdoor", "heavy", "compact", "insulated", "long", "short", "wide")
_SIZES = (6, 12, 24, 40, 60, 100, 250)


def articles(member: Member, count: int = 60) -> tuple[Article, ...]:
    """Return what *member* sells; the same every time, for a price list does not change with the dice of a day."""
    chance = Random(f"articles:{member.vendor}")
    found: list[Article] = []
    for number in range(1, count + 1):
        name = f"{chance.choice(_KINDS)} {chance.choice(_THINGS)} {number}"
        gtin = f"0{member.vendor[1:]:0>6}{number:06d}"
        per = Decimal(100) if chance.random() < 0.1 else Decimal(1)
        price = UnitPrice(Decimal(chance.randint(120, 48_000)) / 100, per)
        item = ItemIds(
            buyer_item=f"SKU-{member.vendor[1:]}-{number:03d}",
            supplier_item=f"{member.x12[:3]}{number:04d}",
            gtin=gtin + pen.check_digit(gtin),
        )
        found.append(Article(item, name, price, chance.choice(_SIZES)))
    return tuple(found)
