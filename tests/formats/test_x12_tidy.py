"""What is opened without looking for faults is what looking for them opens; what is compiled does what Python does."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats.x12_bytes import ISA, good, group, interchange, joined, order

from tradelane.formats import x12
from tradelane.formats.x12 import tidy
from tradelane.formats.x12.encode import is_clean
from tradelane.formats.x12.scanner import scanner
from tradelane.formats.x12.tidy import Tidy
from tradelane.model.message import BuiltMessage, Delimiters

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
MANY = joined(*interchange(group(order("0001"), order("0002")), group(order("0001"), control="8"), control="000000004"))
PIECES = (
    "~", "*", "~~", "**", "~\n", "~\r\n", "\n", " ", "  ", "\t", "\x00", "\x07", "\x1f", "\x7f", ">", "ISA", "ISA*",
    "VISA CARD",
    "ST*850*0001", "SE*3*0001", "~SE*4*0001~", "GE*1*7", "IEA*1*000000001", "GS*", "BIN*3*abc", "~TA1*1~", "~ta*1~",
    "~A*1~", "0001", "0002", "7", "8", "1", "850", "997", "é", "PO", "~N1*ST*x~", "~N1~", "A" * 99,
)  # fmt: skip
TAGS = st.sampled_from(["N1", "PID", "BEG", "N1", "PID", "BEG", "ST", "n1", "A", "N1SX", "", "1N"])
VALUES = st.sampled_from(["a", "a b", "ST", "1", "é", "", " ", "a ", "x>y", "~", "*", "\x1f", "\n"])


def _seen(decoded: x12.Decoded) -> object:
    """Return all that is in *decoded*; messages are compared by what they hold."""

    def told(each: x12.ReceivedSet) -> tuple:
        message = each.message
        held = (message.kind, message.control, message.version, message.text, message.delimiters, message.offset)
        return held, message.binary, each.start, each.end, each.findings, each.codes

    def opened(group: x12.Group) -> tuple:
        plain = {name: getattr(group, name) for name in group.__struct_fields__ if name != "sets"}
        return plain, [told(each) for each in group.sets]

    def read(found: x12.Interchange) -> tuple:
        plain = {name: getattr(found, name) for name in found.__struct_fields__ if name != "groups"}
        return plain, [opened(group) for group in found.groups]

    return decoded.findings, [read(found) for found in decoded.interchanges]


def _opened_both_ways(body: bytes, monkeypatch: pytest.MonkeyPatch, limits: x12.Limits) -> int:
    """Hold opening with and without the quick look together; return how many interchanges it was enough for."""
    quick: list[object] = []
    look = Tidy.opened

    def noted(self: Tidy, start: int):
        quick.append(look(self, start))
        return quick[-1]

    with monkeypatch.context() as patch:
        patch.setattr(Tidy, "opened", noted)
        seen = _seen(x12.decode(body, limits))
        patch.setattr(Tidy, "opened", lambda self, start: None)
        assert seen == _seen(x12.decode(body, limits))
    return sum(found is not None for found in quick)


def _damaged(body: bytes, chance: Random) -> bytes:
    text = body.decode("latin-1")
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice((*PIECES, "")) + text[at + chance.choice((0, 0, 1, 1, 2, 9)) :]
    return text.encode("latin-1", "replace")


@pytest.fixture(params=["compiled", "python"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Scan with the compiled scanner, and without."""
    if request.param == "python":
        monkeypatch.setattr(tidy, "scanner", None)
    elif scanner is None:
        pytest.skip("no compiled core: no C compiler when Tradelane was installed")
    return request.param


@pytest.mark.parametrize("line", ["", "\n", "\r\n", " "])
@pytest.mark.parametrize("terminator", ["~", "\n", "\r", "'", "\x1c", "\x85"])
def test_an_interchange_in_order_is_opened_without_a_second_look(way, terminator, line, monkeypatch):
    if terminator in "\r\n" and line:
        line = "\n" if terminator == "\r" else ""
    for body in (good(terminator, line), MANY.replace(b"~", (terminator + line).encode("latin-1"))):
        assert _opened_both_ways(body, monkeypatch, x12.Limits()) == 1


def test_whatever_is_damaged_is_opened_alike(way, monkeypatch):
    chance, quick = Random(850), 0
    for body in (good(), good("\n", ""), good("\r", "\n"), good("'", "\r\n"), MANY):
        for _ in range(400):
            quick += _opened_both_ways(_damaged(body, chance), monkeypatch, x12.Limits())
    assert 100 < quick < 1900, "damage that always or never matters tests nothing"


def test_limits_are_held_by_a_quick_look_too(way, monkeypatch):
    body = MANY + good()
    for limits in (
        x12.Limits(segments=13),
        x12.Limits(segments=12),
        x12.Limits(set_segments=2),
        x12.Limits(set_segments=3),
        x12.Limits(sets=2),
        x12.Limits(sets=3),
        x12.Limits(segment_bytes=20),
        x12.Limits(segment_bytes=30),
        x12.Limits(segment_bytes=110),
        x12.Limits(interchanges=1),
    ):
        _opened_both_ways(body, monkeypatch, limits)


def test_a_header_in_the_middle_of_a_segment_is_not_passed_over(way, monkeypatch):
    """Two files run into one another, and the first lost its end."""
    body = good().replace(b"PO1*1*", f"PO1*1*{ISA}*".encode())
    assert _opened_both_ways(body, monkeypatch, x12.Limits()) == 0
    assert _opened_both_ways(good().replace(b"PO1*1*", b"PO1*1*VISA*"), monkeypatch, x12.Limits()) < 2


def test_a_plain_segment_longer_than_the_limit_is_not_passed_over(way, monkeypatch):
    body = good().replace(b"PO1*1*", b"PO1*1*" + b"1" * 200 + b"*")
    assert _opened_both_ways(body, monkeypatch, x12.Limits(segment_bytes=150)) == 0
    assert _opened_both_ways(body, monkeypatch, x12.Limits(segment_bytes=250)) == 1


@pytest.mark.skipif(not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine")
def test_real_files_are_opened_alike(way, monkeypatch):
    quick = seen = 0
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, _validity, _features = row.split("\t")
        body = (CORPORA / path).read_bytes() if form == "x12" else b""
        if body and len(body) < 200_000:
            seen += 1
            quick += _opened_both_ways(body, monkeypatch, x12.Limits()) > 0
    assert quick > seen // 4


@pytest.mark.skipif(scanner is None, reason="no compiled core: no C compiler when Tradelane was installed")
@given(
    st.lists(
        st.sampled_from(["N1*ST*x", "PID*F", "~", "~\n", "~ ", "*", " ", "SE*1", "IS", "ISA^", "é", "\r", "\t", "q"])
    ),
    st.sampled_from(["~", "\n", "\r", "*", "\x1c"]),
    st.sampled_from(["*", "^", "\x1d"]),
    st.integers(0, 40),
)
@example(["N1*ST*x", "~", "SE*1", "~"], "~", "*", 40)
def test_the_compiled_scanner_passes_over_what_python_passes_over(pieces, terminator, separator, most):
    if terminator == separator:
        return
    text = (terminator + "".join(pieces)).replace("~", terminator).replace("*", separator)
    assert scanner is not None
    compiled = scanner.pass_over(text.encode("latin-1"), 0, ord(terminator), ord(separator), most)
    plain = tidy.pass_over(text, 0, terminator, separator, most)
    assert compiled[0] < 0 or plain[0] < 0 or compiled == plain


@pytest.mark.skipif(scanner is None, reason="no compiled core: no C compiler when Tradelane was installed")
@given(st.lists(st.tuples(TAGS) | st.tuples(TAGS, VALUES) | st.tuples(TAGS, VALUES, VALUES), max_size=3).map(tuple))
@example((("N1", "ST", "Warehouse East"), ("PID", "F")))
@example((("N1", "ST "),))
@example((("N1", "ST ", "x"),))
@example((("N1", ""),))
@example((("SE", "1"),))
def test_the_compiled_scanner_and_python_clean_the_same_messages(segments):
    message, delimiters = BuiltMessage("850", "004010", segments), Delimiters()
    text = b"".join(b"*".join(value.encode() for value in segment) + b"~" for segment in segments)
    assert (x12.clean(message, delimiters)[0] is message) == is_clean(text, segments, delimiters)
