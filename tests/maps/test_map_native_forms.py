"""Every form the compiled core reads, it reads as `maps/forms.py` does, from whatever text; and pairs likewise."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.maps.sets import cut

from tradelane.maps import Lifted, compiled, lift_exact, shipped
from tradelane.model.finding import Unreadable

pytestmark = pytest.mark.skipif(not compiled(), reason="no compiled core: no C compiler when Tradelane was installed")

SETS = {
    "number": ("850", "BEG*00*SA*45**20261120~PO1*1*{}*EA*3**BP*A"),
    "day": ("850", "BEG*00*SA*45**{}~PO1*1*2*EA*3**BP*A"),
    "cents": ("810", "BIG*20261120*77~IT1*1*2*EA*3**BP*A~TDS*{}"),
    "signed": ("810", "BIG*20261120*77~IT1*1*2*EA*3**BP*A~TDS*100~TXI*ST*{}"),
    "integer": ("997", "AK1*PO*1~AK9*A*{}*1*1"),
    "time": ("856", "BSN*00*N1*20261120*{}~HL*1**S"),
    "zone": ("856", "BSN*00*N1*20261120*0930~DTM*011*20261120*0930*ES~HL*1**S~DTM*011*20261121*101500*{}"),
    "gtin": ("850", "BEG*00*SA*45**20261120~PO1*1*2*EA*3**UP*{}"),
    "sscc": ("856", "BSN*00*N1*20261120*0930~HL*1**S~HL*2*1*T~MAN*GM*{}"),
    "unit": ("850", "BEG*00*SA*45**20261120~PO1*1*2*{}*3**BP*A"),
    "total": ("850", "BEG*00*SA*45**20261120~PO1*1*2.50*EA*3**BP*A~PO1*2*4*EA*3**BP*B~CTT*2*{}"),
    "count": ("850", "BEG*00*SA*45**20261120~PO1*1*2.50*EA*3**BP*A~PO1*2*4*EA*3**BP*B~CTT*{}"),
}
TEXTS = (
    st.text("0123456789.-", max_size=22)
    | st.from_regex(r"0{0,3}[0-9]{1,14}(\.[0-9]{0,7})?", fullmatch=True)
    | st.from_regex(r"(18|19|20|21|22)[0-9]{2}(0[0-9]|1[0-3])([0-2][0-9]|3[0-2])", fullmatch=True)
    | st.from_regex(r"([01][0-9]|2[0-5])([0-5][0-9]|6[01])([0-5][0-9]|6[01])?([0-9]{2})?", fullmatch=True)
    | st.sampled_from(
        ["UT", "ES", "NS", "LT", "EA", "CA", "6.5", "6.50", "2", "2.0", "A", "a b", "\xc3\xa9", "\xe9", ""]
    )
    | st.sampled_from(
        ["00340123\xc3\xa950000000018", "00340123\xc3\xa9450000000018", "00340123\xc3\xa9\xc3\xa90000018"]
    )
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["BP", "IN", "UP", "EN", "VN", "VP", "MG", "XX", ""]),
        st.sampled_from(["A1", "", "012345678905", "12345678901234", "123456789012345"]),
    ),
    max_size=10,
)


def _agrees(kind: str, text: str) -> bool:
    """Hold the compiled path and the explaining one together; say whether the set was in order."""
    message, its_map = cut(kind, text), shipped(f"x12/004010/{kind}")
    assert its_map.native is not None
    taken = its_map.native.lift(message)
    try:
        exact = lift_exact(message, its_map)
    except Unreadable:
        assert taken is None
        return False
    if exact.findings or not message.text.isascii():
        assert taken is None or Lifted(*taken) == exact
        return False
    assert taken is not None
    assert Lifted(*taken) == exact
    assert repr(taken[0]) == repr(exact.document)
    return True


@pytest.mark.parametrize("form", SETS)
@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
@example(text="20240229")
@example(text="20250229")
@example(text="21000229")
@example(text="20000229")
@example(text="0")
@example(text="-0.00")
@example(text="999999999999999999")
@example(text="00340123450000000018")
def test_a_text_is_read_as_its_form_reads_it(form, text):
    kind, written = SETS[form]
    _agrees(kind, written.format(text))


@settings(max_examples=300, deadline=None)
@given(PAIRS)
@example([("BP", ""), ("BP", "A1")])
@example([("BP", ""), ("IN", "A1"), ("BP", "A1")])
def test_a_pair_is_found_by_its_qualifier_wherever_it_stands(pairs):
    line = "*".join(["PO1", "1", "2", "EA", "3", "PE", *(text for pair in pairs for text in pair)])
    _agrees("850", f"BEG*00*SA*45**20261120~{line}")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("850", "BEG*00*SA*45**20240229~PO1*1*000.50*EA*1.**UP*12345678905"),
        ("810", "BIG*20261120*77~IT1*1*2*EA*3**BP*A~TDS*-5~TXI*ST*-0.0"),
        ("856", "BSN*00*N1*20261120*14253050~DTM*011*20261120*0930*UT~HL*1**S~HL*2*1*T~MAN*GM*00340123450000000018"),
        ("997", "AK1*PO*1~AK9*A*000001*1*1"),
    ],
)
def test_what_forms_read_is_taken(kind, text):
    assert _agrees(kind, text)
