"""Amounts of XML: zeros behind the last decimal say nothing, however many; more decimals than we keep are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.maps.forms import Bad, number
from tradelane.maps.iso_forms import xml_number, xml_signed

amounts = st.decimals(0, 10**9, places=9, allow_nan=False)


@given(amounts, st.integers(0, 40))
def test_idle_zeros_change_nothing(amount, zeros):
    said = f"{amount:f}" + "0" * zeros
    assert xml_number(said) == amount
    assert xml_signed("-" + said) == -amount


@given(st.text("0123456789.", max_size=14))
def test_where_no_zeros_are_idle_it_is_read_as_every_amount(said):
    try:
        plain = number(said)
    except Bad:
        return
    assert xml_number(said) == plain


@pytest.mark.parametrize("said", ["0.0612323745", "1.0000000001", "1e5", "+1", "1,5", "--1", "", "."])
def test_what_is_no_such_amount_is_refused(said):
    for read in (xml_number, xml_signed):
        with pytest.raises(Bad):
            read(said)


def test_an_amount_that_is_short_stands_as_it_was_written():
    assert str(xml_number("12.500")) == "12.500"
    assert xml_number("30.00000000000") == Decimal(30)
