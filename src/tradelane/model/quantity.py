"""Exact amounts of goods and of money. Never a float."""

from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

ZERO = Decimal(0)
SCALE_MAX = 9
"""The most decimals of an amount: energy and small parts are priced to the billionth of a unit of money."""
DIGITS_MAX = 18


class Quantity(Struct, frozen=True, omit_defaults=True):
    """How much of something: a number and its UN/ECE Recommendation 20 unit.

    ``source_unit`` is the code as sent, where it differs.
    """

    value: Decimal
    unit: str
    source_unit: str = ""


class Change(Struct, frozen=True, omit_defaults=True):
    """How much more, or (below zero) less, of something there is: a signed number and its unit, as for `Quantity`."""

    value: Decimal
    unit: str
    source_unit: str = ""


class Money(Struct, frozen=True):
    """An amount in one ISO 4217 currency."""

    amount: Decimal
    currency: str


class UnitPrice(Struct, frozen=True, omit_defaults=True):
    """The price of ``per`` units (price per 100 is normal trade), in the document's currency."""

    amount: Decimal
    per: Decimal = Decimal(1)
    source_code: str = ""

    def each(self) -> Decimal:
        """Return the price of one unit."""
        return self.amount / self.per


def line_amount(quantity: Decimal, price: UnitPrice, minor_units: int = 2) -> Decimal:
    """Return quantity times price, rounded half up to the currency's minor units."""
    return (quantity * price.amount / price.per).quantize(Decimal(1).scaleb(-minor_units), ROUND_HALF_UP)
