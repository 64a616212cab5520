"""Drawing the values that documents are made of, each as X12 can say it in full."""

from datetime import date, time
from decimal import Decimal

from hypothesis import strategies as st

from tradelane.model.document import Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Address, Identifier, ItemIds, Party
from tradelane.model.quantity import Quantity, UnitPrice

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-/:#'\"\\é"


def said(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    """Text of at most *longest* bytes as sent, without the blanks at its end that X12 takes for padding."""
    drawn = st.text(_SIGNS, min_size=shortest, max_size=longest)
    return drawn.filter(lambda s: s == s.strip() and len(s) >= shortest and len(s.encode()) <= longest)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """Nothing said, or something."""
    return st.just("") | strategy


codes = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
amounts = st.decimals(0, Decimal(10) ** 9, places=3, allow_nan=False, allow_infinity=False)
cents = st.decimals(0, Decimal(10) ** 9, places=2, allow_nan=False, allow_infinity=False)
units = st.sampled_from([("EA", ""), ("CS", ""), ("CS", "CS"), ("KGM", ""), ("LBR", ""), ("PF", ""), ("DZN", "")])
quantities = st.builds(lambda value, unit: Quantity(value, *unit), amounts, units)
prices = st.builds(
    lambda amount, basis: UnitPrice(amount, *basis),
    amounts,
    st.sampled_from(
        [(Decimal(1), ""), (Decimal(100), ""), (Decimal(1000), ""), (Decimal(1), "CT"), (Decimal(1), "UM")]
    ),
)
gtins = st.text("0123456789", min_size=14, max_size=14)
item_ids = st.builds(
    ItemIds, buyer_item=maybe(codes), gtin=maybe(gtins), supplier_item=maybe(codes), manufacturer_item=maybe(codes)
)
three_item_ids = item_ids.filter(
    lambda item: not all((item.buyer_item, item.gtin, item.supplier_item, item.manufacturer_item))
)
some_item_ids = item_ids.filter(lambda item: item != ItemIds())
addresses = st.builds(
    Address,
    street=st.lists(said(55), max_size=4).map(tuple),
    city=maybe(said(30, 2)),
    region=maybe(st.sampled_from(["IL", "NJ", "BY"])),
    postal_code=maybe(codes.map(lambda c: c[:15])),
    country=maybe(st.sampled_from(["US", "DE"])),
).filter(lambda address: address != Address())
identifiers = st.builds(
    Identifier,
    st.sampled_from(["gln", "duns", "duns4", "scac", "vat", "buyer_assigned", "seller_assigned", "mutual"]),
    codes,
)
parties = st.builds(
    Party, name=maybe(said(60)), identifiers=st.lists(identifiers, max_size=1).map(tuple), address=st.none() | addresses
)
references = st.lists(
    st.builds(Reference, st.sampled_from(["department", "contract", "bill_of_lading", "x12:Q1"]), codes), max_size=3
).map(tuple)
clear_references = st.lists(st.builds(Reference, st.sampled_from(["department", "x12:Q1"]), codes), max_size=2).map(
    tuple
)
moments = st.builds(Moment, on=days) | st.builds(
    lambda on, at, known: Moment(
        on=on,
        at=at.replace(second=0) if known[0] == "minute" else at,
        precision=known[0],
        offset=known[1],
        zone_source=known[2],
    ),
    days,
    st.times(time(0), time(23, 59, 59)).map(lambda t: t.replace(microsecond=0)),
    st.sampled_from(
        [("minute", None, ""), ("second", None, ""), ("minute", 0, "explicit"), ("second", -300, "explicit")]
    ),
)
local_moments = moments.filter(lambda m: m.at is not None and m.offset is None)


def listed(row: st.SearchStrategy, most: int = 4, least: int = 1) -> st.SearchStrategy:
    """A tuple of rows."""
    return st.lists(row, min_size=least, max_size=most).map(tuple)
