"""The compiled core reads EDIFACT as the explaining path does, byte for byte, or not at all; and it does not keep
silent.
"""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.maps.damage import JUNK, damaged
from tests.maps.edifact_documents import DRAWN
from tests.maps.hostile_sets import edifact_cases
from tests.maps.messages import USUAL, message_of, received, wrapped

from tradelane.formats import edifact
from tradelane.maps import Lifted, Map, compiled, lift_exact, lower, shipped, shipped_names
from tradelane.maps.directories import reading_edifact
from tradelane.model.finding import Unreadable
from tradelane.model.message import Delimiters, SegmentMessage
from tradelane.model.registry import encode, read_document

pytestmark = pytest.mark.skipif(not compiled(), reason="no compiled core: no C compiler when Tradelane was installed")

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
MODEST = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = sorted(DRAWN)
GOLDEN = edifact_cases()
SIGNS = [
    Delimiters("~", "|", "^", "", "\\"),
    Delimiters("\n", "*", ";", "", "!"),
    Delimiters("\x1c", "\x1d", "\x1f"),
    Delimiters("'", "+", ":", "*", "?"),
    Delimiters("\r", "+", ":", "", "?"),
]
BEYOND_IT = {"edifact/d96a/contrl": "a kind of message in one text"}
"""What shipped maps ask that the compiled core cannot do; the explaining path reads them."""
ORDER = """
BGM+220+4711+9
DTM+137:20261120:102
LIN+1++4006381333931:EN
QTY+21:5
"""


def _exact(message: SegmentMessage, its_map: Map) -> Lifted | None:
    """Return what the explaining path reads, if there is nothing it remarks upon."""
    try:
        exact = lift_exact(message, its_map)
    except Unreadable:
        return None
    return None if exact.findings else exact


def _agrees(message: SegmentMessage, its_map: Map) -> bool:
    """Hold both paths together; say whether the compiled one took the message."""
    assert its_map.native is not None
    taken, exact = its_map.native.lift(message), _exact(message, its_map)
    if taken is None:
        return False
    document, canonical = taken
    assert exact == Lifted(document, canonical)
    assert canonical == encode(document)
    assert repr(read_document(canonical)) == repr(document)
    return True


def _order(text: str, *, of: str = "orders") -> bool:
    """Read an order's text both ways; say whether it was taken. What is in order must be."""
    message, its_map = message_of(of.upper(), text), shipped(f"edifact/d96a/{of}")
    taken = _agrees(message, its_map)
    assert taken == (_exact(message, its_map) is not None)
    return taken


def _with_party(name: str) -> str:
    return ORDER.replace("LIN", f"NAD+BY+++{name}\nLIN")


def test_every_shipped_edifact_map_can_be_compiled():
    names = {name for name in shipped_names() if shipped(name).plan.syntax == "edifact"}
    beyond = {name for name in names if shipped(name).native is None}
    assert beyond <= BEYOND_IT.keys(), "teach the compiled core what these maps ask, or list them with the reason"
    assert len(names) > 20


@pytest.mark.parametrize("directory", ["d96a", "d01b"])
@pytest.mark.parametrize("kind", KINDS)
@MODEST
@given(data=st.data())
def test_what_we_would_send_is_taken_and_means_the_same(kind, directory, data):
    if kind == "contrl":
        return
    its_map = shipped(f"edifact/{directory}/{kind}")
    assert _agrees(received(lower(data.draw(DRAWN[kind]), its_map)), its_map)


@pytest.mark.parametrize("signs", SIGNS)
@MODEST
@given(data=st.data())
def test_separators_do_not_matter(signs, data):
    its_map = shipped("edifact/d96a/orders")
    built = lower(data.draw(DRAWN["orders"]), its_map)
    taken = _agrees(received(built, signs), its_map)
    written = "".join(value for segment in built.segments for value in segment)
    assert taken or signs.segment in "\r\n" or (signs.repetition and signs.repetition in written)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case[0])
def test_golden_messages_are_taken_unless_something_is_remarked(case):
    _, message, its_map = case
    if its_map.native is not None:
        assert _agrees(message, its_map) == (_exact(message, its_map) is not None)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case[0])
def test_damaged_golden_messages_are_read_alike_or_left_to_the_explaining_path(case):
    name, message, its_map = case
    if its_map.native is None:
        return
    chance = Random(name)
    taken = sum(_agrees(damaged(message, chance), its_map) for _ in range(300))
    if _agrees(message, its_map):
        assert 10 < taken < 280, "damage that always or never matters tests nothing"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "contrl"])
@MODEST
@given(data=st.data())
def test_any_segments_in_any_order_are_read_alike(kind, data):
    its_map = shipped(f"edifact/d96a/{kind}")
    element = st.text(st.characters(max_codepoint=255), max_size=6) | st.sampled_from(JUNK)
    segment = st.builds(
        lambda tag, elements: "+".join([tag, *elements]),
        st.sampled_from(sorted(its_map.plan.places.known)),
        st.lists(element, max_size=6),
    )
    _agrees(wrapped(kind.upper(), data.draw(st.lists(segment, max_size=12))), its_map)


@pytest.mark.parametrize("line", ["", "\n", "\r\n", " ", "\r\n\t "])
def test_layout_does_not_matter(line):
    message = message_of("ORDERS", ORDER)
    text = (message.text + "'").replace("'", "'" + line)
    assert _agrees(SegmentMessage("ORDERS", "1", "D96A", text, USUAL, charset="ascii"), shipped("edifact/d96a/orders"))


@pytest.mark.parametrize(
    ("charset", "name"), [("latin-1", "Müller"), ("iso8859-2", "Łódź"), ("iso8859-5", "Москва"), ("utf-8", "北京")]
)
def test_a_name_is_read_in_the_character_set_of_its_message(charset, name):
    text = message_of("ORDERS", _with_party(name)).text.encode(charset).decode("latin-1")
    message = SegmentMessage("ORDERS", "1", "D96A", text, USUAL, charset=charset)
    its_map = shipped("edifact/d96a/orders")
    assert _agrees(message, its_map)
    assert name.encode() in lift_exact(message, its_map).canonical


@pytest.mark.parametrize("name", ["é" * 35, "é" * 36, "x" * 35 + " ", "x" * 36, "?+" * 35, "?+" * 36])
def test_a_text_is_as_long_as_its_characters_are(name):
    text = message_of("ORDERS", _with_party(name)).text.encode().decode("latin-1")
    message = SegmentMessage("ORDERS", "1", "D96A", text, USUAL, charset="utf-8")
    assert _agrees(message, shipped("edifact/d96a/orders")) == (name not in ("é" * 36, "x" * 36, "?+" * 36))


DATES = st.tuples(
    st.from_regex(r"(18|19|20|21|22)[0-9]{2}(0[0-9]|1[0-3])([0-2][0-9]|3[0-2])", fullmatch=True),
    st.sampled_from(["", "14", "1425", "142530", "14253050", "2460", "1425+01:00", "1425-0530", "142530+0000",
                     "1425UTC", "20261127", "-20261127", "1425+14:01", "1425+1", "1425?+01", "+01:00",
                     "1425+01", "1425P01", "142530M0530", "14+01", "P1", "142+01"]),
    st.sampled_from(["", "102", "203", "204", "303", "304", "718", "101", "201", "616", "999", "1", "x"]),
)  # fmt: skip


@pytest.mark.parametrize("place", ["DTM+2:{}:{}", "DTM+137:{}:{}"])
@settings(max_examples=300, deadline=None)
@given(date=DATES, short=st.booleans())
@example(date=("20261120", "1425+01:00", "303"), short=False)
@example(date=("20261120", "142530-0500", "304"), short=False)
@example(date=("20261120", "1425", "102"), short=False)
@example(date=("20261120", "1425+14:00", "303"), short=False)
@example(date=("20261120", "1425+14:01", "303"), short=False)
@example(date=("20261120", "+01:00", "304"), short=False)
@example(date=("20261120", "1425P01", "303"), short=False)
@example(date=("20261120", "", "203"), short=False)
@example(date=("20261120", "20261127", "718"), short=False)
@example(date=("20261120", "", "101"), short=True)
@example(date=("20691120", "1425", "201"), short=True)
@example(date=("20701120", "1425", "201"), short=True)
@example(date=("20240229", "", "102"), short=False)
@example(date=("20250229", "", "102"), short=False)
def test_a_date_is_read_as_its_format_says(place, date, short):
    day, rest, form = date
    written = (day[2:] if short else day) + rest
    line = place.format("".join("?" + c if c in "+:?" else c for c in written), form)
    message = message_of("DESADV", f"BGM+351+77+9\n{line}\nCPS+1\nLIN+1++4006381333931:EN\nQTY+12:5")
    taken = _agrees(message, shipped("edifact/d96a/desadv"))
    exact = _exact(message, shipped("edifact/d96a/desadv"))
    assert taken or exact is None or form == "616" or "UTC" in rest or "?" in rest or form == "718"


@settings(max_examples=300, deadline=None)
@given(text=st.text("0123456789.,-", max_size=22))
@example(text="1,50")
@example(text="1.50")
@example(text="1,5.0")
@example(text=",")
@example(text=",5")
@example(text="5,")
@example(text="0000000000000000000,5")
@example(text="1234567,1234567")
def test_an_amount_is_read_with_a_point_or_a_comma(text):
    _order(ORDER.replace("21:5", f"21:{text}"))
    _order(f"BGM+380+77+9\nDTM+137:20261120:102\nLIN+1\nQTY+47:5\nPRI+AAA:2\nUNS+S\nMOA+77:{text}", of="invoic")


@settings(max_examples=300, deadline=None)
@given(
    numbers=st.lists(st.tuples(st.sampled_from("156"), st.sampled_from(["SA", "BP", "IN", "EN", "MF", ""])), max_size=7)
)
def test_an_item_is_found_by_the_kind_of_its_number(numbers):
    lines = "".join(f"\nPIA+{first}+A{n}:{kind}+:{kind}+B{n}:SA" for n, (first, kind) in enumerate(numbers))
    assert _order(ORDER + lines) or any(kind == "EN" for _, kind in numbers)


def test_what_is_released_in_a_tag_makes_no_tag():
    message, its_map = message_of("ORDERS", ORDER), shipped("edifact/d96a/orders")
    for odd in ("?BGM", "B?GM", "? BGM", "?+BGM"):
        text = message.text.replace("BGM", odd)
        assert not _agrees(SegmentMessage("ORDERS", "1", "D96A", text, USUAL, charset="ascii"), its_map)


@pytest.mark.parametrize(("many", "taken"), [(300, True), (3000, False)])
def test_rules_that_would_look_without_end_are_given_up(many, taken):
    """Each of many goods looks through each of many numbers: that is for the path that remembers what it found."""
    goods = [f"LIN+{number}++4006381333931:EN\nQTY+12:5" for number in range(many)]
    text = "\n".join(["BGM+351+77+9\nDTM+137:20261120:102", *["RFF+AAA:1"] * many, "CPS+1", *goods])
    assert _agrees(message_of("DESADV", text), shipped("edifact/d96a/desadv")) == taken


@pytest.mark.skipif(not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine")
def test_real_messages_are_read_alike_and_most_that_are_in_order_are_taken():
    chance, taken, in_order = Random(96), 0, 0
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, _validity, _features = row.split("\t")
        if form != "edifact":
            continue
        for interchange in edifact.decode((CORPORA / path).read_bytes()).interchanges:
            for message in (each.message for group in interchange.groups for each in group.messages):
                its_map = reading_edifact(message.kind, message.version)
                if its_map is not None and its_map.native is not None and len(message.text) < 20_000:
                    taken += _agrees(message, its_map)
                    in_order += _exact(message, its_map) is not None
                    _agrees(damaged(message, chance), its_map)
    assert in_order > 20
    assert taken > in_order * 0.9
