"""Plausible values for a sample document: what such a field of an ordinary order looks like. Pure."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin

from msgspec.structs import replace

from tradelane.model.moment import Moment

T = TypeVar("T")


class Chance(Protocol):
    """A source of chance, which arrives as an argument: the same seed gives the same sample."""

    def random(self) -> float:
        """Return a number from 0 to 1."""
        ...

    def randint(self, a: int, b: int) -> int:
        """Return a whole number from *a* to *b*."""
        ...

    def choice(self, seq: Sequence[T]) -> T:
        """Return one of *seq*."""
        ...


FIRST_DAY = date(2026, 11, 2)
NAMES = ("Norvik Distribution", "Kestrel Valves", "Marlow Plumbing", "Halvorsen Supply", "Dock Four Warehouse")
PLACES = (("Memphis", "TN", "38118"), ("Reno", "NV", "89502"), ("Columbus", "OH", "43217"), ("Laredo", "TX", "78045"))
GOODS = ("Ball valve", "Gasket kit", "Union elbow", "Pressure gauge", "Hose clamp", "Check valve")
WORDS: dict[str, Sequence[str]] = {
    "name": NAMES,
    "carrier_name": ("Overland Freight", "Coastline Carriers"),
    "carrier": ("OVLD", "CSTL"),
    "street": ("1200 Dock Street", "48 Harbour Road", "7 Mill Lane"),
    "city": [place[0] for place in PLACES],
    "region": [place[1] for place in PLACES],
    "postal_code": [place[2] for place in PLACES],
    "country": ("US",),
    "currency": ("USD",),
    "unit": ("EA",),
    "description": GOODS,
    "notes": ("Deliver to dock 4", "Call before delivery"),
    "note": ("Deliver to dock 4", "Call before delivery"),
    "text": ("As agreed", "See the note"),
    "reason": ("Out of stock",),
    "package_type": ("PLT71", "CTN25"),
    "equipment": ("TRL4821", "TRL1077"),
    "zone": ("UT",),
    "version": ("004010",),
    "percent": ("5",),
}
PREFIXES = {
    "order_number": "PO",
    "supplier_order_number": "SO",
    "customer_order_number": "CO",
    "invoice_number": "INV",
    "bill_of_lading": "BOL",
    "carrier_reference": "PRO",
    "lot": "LOT",
    "serials": "SN",
    "buyer_item": "SKU",
    "supplier_item": "V",
    "manufacturer_item": "M",
    "release": "R",
    "seals": "SL",
    "batch": "LOT",
}
DAYS = {"ordered": 0, "ship": 7, "shipped": 7, "deliver": 14, "expected": 14, "received": 15, "invoiced": 16, "due": 45}


def text(name: str, limit: int, chance: Chance) -> str:
    """Return a text for the field *name* of at most *limit* characters (0: any)."""
    if name in WORDS:
        said = chance.choice(WORDS[name])
    else:
        prefix = PREFIXES.get(name, "".join(word[0] for word in name.split("_") if word).upper() or "X")
        said = f"{prefix}-{chance.randint(10_000, 99_999)}"
    if limit and len(said) > limit:
        said = str(chance.randint(10 ** (limit - 1), 10**limit - 1)) if name not in WORDS else said[:limit].rstrip()
    return said


def amount(name: str, chance: Chance, *, cents: bool = False) -> Decimal:
    """Return a number for the field *name*: goods in whole units, money with two decimals."""
    if name in ("latitude", "longitude"):
        return Decimal(chance.randint(30, 89))
    if cents or any(word in name for word in ("amount", "price", "total", "charge", "rate")):
        return Decimal(chance.randint(100, 50_000)) / 100
    return Decimal(chance.randint(1, 40) * 5)


def day(name: str, chance: Chance) -> date:
    """Return a day for the field *name*: first things ordered, then shipped, then delivered."""
    after = next((days for word, days in DAYS.items() if name.startswith(word)), 1)
    return FIRST_DAY + timedelta(days=after + chance.randint(0, 4))


def gtin(chance: Chance, digits: int = 14) -> str:
    """Return a GTIN, GLN or SSCC of so many digits, with the right check digit."""
    body = "".join(str(chance.randint(0, 9)) for _ in range(digits - 2))
    body = f"{0 if digits == 14 else chance.randint(1, 9)}{body}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def plain(name: str, kind: Any, limit: int, chance: Chance, form: str = "") -> Any:
    """Return a value of the type *kind*, as *form* can write it."""
    if form in ("gtin", "upc"):
        return gtin(chance)
    if form == "sscc" or name == "sscc":
        return gtin(chance, 18)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    match kind:
        case _ if kind is str:
            return text(name, limit, chance)
        case _ if kind is Decimal:
            return amount(name, chance, cents=form == "cents")
        case _ if kind is bool:
            return chance.random() < 0.5
        case _ if kind is int:
            return chance.randint(1, 9)
        case _ if kind is date:
            return day(name, chance)
        case _ if kind is time:
            return time(chance.randint(7, 17), chance.choice((0, 15, 30, 45)))
        case _ if kind is Moment:
            return moment(name, chance, form)
        case _:
            return None


def moment(name: str, chance: Chance, form: str = "") -> Moment:
    """Return a day for the field *name*, perhaps with a time of day; ISO forms say its seconds, in one its zone too."""
    if form != "iso_moment" and chance.random() < 0.5:
        return Moment(on=day(name, chance))
    at = time(chance.randint(7, 17), chance.choice((0, 15, 30, 45)))
    found = Moment(on=day(name, chance), at=at, precision="second" if form.startswith("iso_") else "minute")
    if form != "iso_moment":
        return found
    return replace(found, offset=chance.choice((0, 60, -300)), zone_source="explicit")
