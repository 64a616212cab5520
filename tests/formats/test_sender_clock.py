"""The time in an envelope is the sender's, and said as it stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats.sender_clock import sender_clock

ISA = b"ISA*00*          *00*          *ZZ*SOMEBODY       *ZZ*TRADELANE      *261120*0831*U*00401*000000077*0*P*>~"


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (ISA, "2026-11-20 08:31"),
        (b"\r\n" + ISA.replace(b"*", b"|"), "2026-11-20 08:31"),
        (b"UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+261120:0831+1'", "2026-11-20 08:31"),
        (b"UNB+UNOC:4+SENDER:14+RECEIVER:14+20261120:0831+1'", "2026-11-20 08:31"),
        (b"UNA#!.? @UNB!UNOC#3!A+B!RECEIVER!261120#0831!1@", "2026-11-20 08:31"),
        (ISA.replace(b"*261120*", b"*26-1-2*"), ""),
        (b"\xef\xbb\xbf" + ISA, "2026-11-20 08:31"),
        (b"<Order/>", ""),
        (b"ISA*", ""),
        (b"", ""),
    ],
)
def test_it_is_read_from_the_first_bytes(head, says):
    assert sender_clock(head) == says


BEGINNINGS = st.sampled_from(
    [b"ISA", ISA[:60], ISA[:103], b"UNA", b"UNA:+.? '", b"UNB+UNOC:3+", b"UNB+UNOC:3+A+B+261120:08"]
)


@given(BEGINNINGS, st.binary(max_size=120))
def test_whatever_follows_is_a_time_or_none(beginning, rest):
    assert re.fullmatch(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2})?", sender_clock(beginning + rest))
