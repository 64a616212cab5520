"""The fast path picks item numbers and reads plain amounts on the spot; the exact path says what they are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tradelane.maps import Lifted, lift_exact, shipped
from tradelane.model.message import Delimiters, SegmentMessage
from tradelane.model.registry import encode

ORDER = shipped("x12/004010/850")
QUALIFIERS = st.sampled_from(["BP", "IN", "UP", "EN", "VN", "MG", "XX", ""])
NUMBERS = st.sampled_from(["A1", "", "012345678905", "12345678901234", "123456789012345"])
AMOUNTS = st.sampled_from(
    ["1", "12.5", "5.", ".5", ".", "", "1234567", "12345678", "1.2345678", "9" * 20, "-1", "1e3", "1..2", "1_0"]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(QUALIFIERS, NUMBERS), max_size=10), AMOUNTS, AMOUNTS)
def test_what_the_fast_path_reads_of_any_line_is_what_the_exact_path_reads(pairs, quantity, price):
    line = "*".join(["PO1", "1", quantity, "EA", price, "PE", *(text for pair in pairs for text in pair)])
    dates = "DTM*067*20261231~DTM*002*20261224~DTM*002*20261225"
    text = f"ST*850*0001~BEG*00*SA*45**20261120~{line}~{dates}~CTT*1~SE*8*0001"
    message = SegmentMessage("850", "0001", "004010", text, Delimiters())
    quick = ORDER.fast.lift(message)
    if quick is not None:
        exact = lift_exact(message, ORDER)
        assert exact == Lifted(quick, encode(quick))
        assert repr(exact.document) == repr(quick)


def test_the_fast_path_reads_a_line_with_more_or_fewer_pairs_than_most_have():
    for pairs in ("", "*BP*A", "*BP*A*UP*012345678905", "*BP**IN*B*VN*C", "*XX*1*ZZ*2*UP*3*VN*4*MG*5"):
        text = f"ST*850*0001~BEG*00*SA*45**20261120~PO1*1*2*EA*3*PE{pairs}~CTT*1~SE*5*0001"
        message = SegmentMessage("850", "0001", "004010", text, Delimiters())
        assert ORDER.fast.lift(message) == lift_exact(message, ORDER).document
