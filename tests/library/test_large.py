"""Files too large to hold say what they say when read at once, in every syntax of one message after another."""

from collections.abc import Callable

import pytest
from tests.formats import edifact_bytes
from tests.runtime.test_large_rows_and_edifact import csv_orders, edifact_orders

from tradelane import library, maps
from tradelane.library import Shelf, large_syntax, read_large

BODIES = {
    "orders": edifact_orders(bad=(3,), twice=(9,)),
    "a wrong count and a second interchange": edifact_bytes.good().replace(b"UNZ+1", b"UNZ+4") + edifact_bytes.good(),
    "an interchange that is none": b"UNB+'" + b"x" * 3_000,
    "nothing we know": b"x" * 3_000,
    "rows": csv_orders(bad=(3,)),
    "rows of which some are torn": csv_orders() + b"L1,2\n",
    "columns that nothing reads": b"a,b,c\n1,2,3\n" * 30,
    "no rows": b"sep=,\r\nPO Number,Item,Quantity\r\n",
}


def receipt(number: int) -> bytes:
    """Return the records of one goods receipt: of every second one a line says no number."""
    line = f"RL 1   {4711:<10}{1:<6}{'SKU-1':<20}{10:07}EA"
    lines = (f"RH {number:<9}20260302  {'ASN-1':<12}", line, line[:49] + ("x" if number % 2 else "0") + "EA")
    return "".join(f"{each}\r\n" for each in lines).encode()


def in_chunks(body: bytes, size: int) -> Callable[[], list[bytes]]:
    return lambda: [body[place : place + size] for place in range(0, len(body), size)]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("size", [97, 4_000])
def test_a_large_file_says_what_the_same_file_says_when_it_is_read_at_once(name: str, size: int):
    body = BODIES[name]
    at_once = library.read(body)
    as_it_comes = list(read_large(in_chunks(body, max(size, 2_000)), file_name=""))
    messages = [each for each in as_it_comes if isinstance(each, library.ReadMessage)]

    assert [each.document for each in messages] == [each.document for each in at_once.messages]
    assert [each.findings for each in messages] == [each.findings for each in at_once.messages]
    assert tuple(each for each in as_it_comes if each not in messages) == at_once.opened.findings


def test_records_are_read_so_by_the_map_that_has_their_layout():
    shelf = Shelf(own=(maps.shipped("fixed/goods_receipt"),))
    body = b"".join(receipt(number) for number in range(50))
    at_once = library.read(body, shelf=shelf)
    found = [each for each in read_large(in_chunks(body, 700), shelf) if isinstance(each, library.ReadMessage)]

    assert large_syntax(body, shelf=shelf) == "fixed"
    assert (len(found), sum(each.document is not None for each in found)) == (50, 25)
    assert [each.document for each in found] == [each.document for each in at_once.messages]
    assert [each.findings for each in found] == [each.findings for each in at_once.messages]


def test_what_has_to_be_held_is_named_by_no_syntax():
    assert large_syntax(b"<Order/>" + b" " * 99) == ""
    assert large_syntax(b'{"document": "purchase_order"}') == ""
