"""The time in an envelope is the sender's, and said as it stands."""

import pytest

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
        (b"<Order/>", ""),
        (b"ISA*", ""),
        (b"", ""),
    ],
)
def test_it_is_read_from_the_first_bytes(head, says):
    assert sender_clock(head) == says
