"""How much two invoices of one supplier look like one and the same (domain.md 4.7).

The same number, however it is written, is the same invoice already: its stream is named by it. Here two numbers differ.
"""

from datetime import date
from decimal import Decimal

from msgspec import Struct

SAME_MONEY = Decimal("0.6")
"""The same total in the same currency within some days: worth a look."""
SAME_LINES = Decimal("0.3")
SAME_ORDER = Decimal("0.2")
LIKE_NUMBER = Decimal("0.2")
SURE = Decimal(1)
REVIEW, BLOCK = Decimal("0.6"), Decimal("0.9")
"""From the first on a person looks, from the second on it is taken for the same until a person says otherwise."""

_READ_ALIKE = str.maketrans("OILSB", "01158")
"""Letters that people and scanners take for digits."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of an invoice. ``set_aside``: it was turned down or taken back, and counts no more;
    ``judged``: the digest of the last word on it, ``content`` that of all it says.
    """

    number: str
    total: Decimal
    invoiced_on: date
    currency: str = ""
    is_credit: bool = False
    notice: str = ""
    orders: tuple[str, ...] = ()
    lines: str = ""
    original: str = ""
    set_aside: bool = False
    judged: str = ""
    content: str = ""


def likeness(one: Entry, other: Entry, within_days: int, *, recurring: bool) -> Decimal:
    """Return how much *one* looks like *other*, 0 to 1.

    Not at all: credit notes and what refers to the other (a chain of credit and new bill), and invoices for two
    different deliveries. Where equal amounts are usual (``recurring``), equal money alone says nothing.
    """
    if one.is_credit or other.is_credit or other.set_aside or _linked(one, other):
        return Decimal(0)
    if (one.total, one.currency) != (other.total, other.currency):
        return Decimal(0)
    if abs((one.invoiced_on - other.invoiced_on).days) > within_days or _two_deliveries(one, other):
        return Decimal(0)
    more = SAME_LINES * (one.lines == other.lines) + SAME_ORDER * bool(set(one.orders) & set(other.orders))
    more += LIKE_NUMBER * numbers_alike(one.number, other.number)
    return Decimal(0) if recurring and not more else min(SURE, SAME_MONEY + more)


def numbers_alike(one: str, other: str) -> bool:
    """Say whether two numbers differ by one slip: a sign wrong, missing or too many, two swapped, or read wrongly."""
    one, other = _plain(one), _plain(other)
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _plain(number: str) -> str:
    return "".join(c for c in number.upper() if c.isalnum()).translate(_READ_ALIKE).lstrip("0")


def _linked(one: Entry, other: Entry) -> bool:
    return (
        _plain(one.original) == _plain(other.number)
        if one.original
        else bool(other.original) and (_plain(other.original) == _plain(one.number))
    )


def _two_deliveries(one: Entry, other: Entry) -> bool:
    return bool(one.notice and other.notice) and one.notice != other.notice
