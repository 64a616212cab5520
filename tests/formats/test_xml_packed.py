"""The compiled reader of XML sees what the other parser sees, or nothing; of what is plainly in order it sees all."""

from array import array
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.formats.xml_bytes import FRAGMENTS, broken

from tradelane.formats import xml
from tradelane.formats.xml.packed import packed, read_nodes
from tradelane.formats.xml.parse import parse
from tradelane.model.finding import Unreadable
from tradelane.model.message import Node, PackedNodes

pytestmark = pytest.mark.skipif(read_nodes is None, reason="no compiled core: no C compiler on this machine")

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "trees").glob("*.xml"))
CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


def _listed(root: Node, depth: int = 0) -> list[tuple[str, int, str]]:
    inner = [one for child in root.children for one in _listed(child, depth + 1)]
    return [(root.name, depth, root.value), *inner]


def _unpacked(nodes: PackedNodes) -> list[tuple[str, int, str]]:
    numbers = array("i", nodes.rows)
    rows = [numbers[n : n + 4] for n in range(0, len(numbers), 4)]
    found = [(nodes.names[row[0]], row[1], nodes.texts[row[2] : row[2] + row[3]].decode()) for row in rows]
    return [one for one in found if not one[0].startswith("@xmlns")]


def _agrees(body: bytes) -> bool:
    """Hold both readers together; say whether the compiled one took the document."""
    found = packed(body)
    if found is None:
        return False
    parsed = parse(body)
    assert parsed.findings == ()
    assert (found.name, found.uri) == (parsed.root.name, parsed.uri)
    assert _unpacked(found.nodes) == _listed(parsed.root)
    assert (found.nodes.start, found.nodes.end) == (parsed.root.start, parsed.root.end)
    return True


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_golden_documents_are_taken_unless_they_are_unusual(case):
    body = case.read_bytes()
    assert _agrees(body) or b"<!DOCTYPE" in body or b"Signature" in body or body.count(b"xmlns") > 1


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_damaged_documents_are_seen_alike_or_not_at_all(case):
    chance, body = Random(case.name), case.read_bytes()
    for _ in range(400):
        _agrees(broken(body, chance))


@settings(max_examples=600, deadline=None)
@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=14))
@example(pieces=["<a>", "x", "<b/>", "</a>"])
@example(pieces=["<a>", "<b/>", "x", "</a>"])
@example(pieces=["<a>", " \r\n", "</a>"])
@example(pieces=["<a>", " ", "<b>", " ", "</b>", "\n", "</a>"])
@example(pieces=["<a x='&lt;\r\n'>", "</a>"])
@example(pieces=["<a>", "]]>", "</a>"])
@example(pieces=["<a x='1' x='2'/>"])
@example(pieces=["<a xmlns:p='u' xmlns:q='u'>", "<p:b/>", "<q:b/>", "</a>"])
@example(pieces=["<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>"])
@example(pieces=["<a/>", "<a/>"])
@example(pieces=["<a>", "</a", ">"])
def test_any_pieces_are_seen_alike_or_not_at_all(pieces):
    _agrees("".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=60))
def test_any_bytes_are_seen_alike_or_not_at_all(body):
    _agrees(body)
    _agrees(b"<a>" + body + b"</a>")
    _agrees(b"<a x='" + body + b"'/>")


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        (b"<a>x</a>", True),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- said -->\n<a b="1">\n <c/>\n</a>\n', True),
        ("<a>caf\u00e9 \u4e2d</a>".encode(), True),
        (b"<a>&amp;&lt;&gt;&quot;&apos;</a>", True),
        (b"<a><!-- x -->y<!-- z --></a>", True),
        (b"<a b='x\r\ny\rz'>x\r\ny\rz</a>", True),
        (b"<a>&#65;</a>", False),
        (b"<a><![CDATA[x]]></a>", False),
        (b"<!DOCTYPE a><a/>", False),
        (b"<a><?p x?></a>", False),
        (b"<a><p:b/></a>", False),
        (b"<a>caf\xe9</a>", False),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', False),
        (b"<a>\x01</a>", False),
        (b"<a>\xef\xbf\xbf</a>", False),
        (b"<a><b></a></b>", False),
        (b" <a/>", False),
        (b"\xef\xbb\xbf<a/>", False),
        (b"<a", False),
        (b"", False),
        (b"<a>" * 100 + b"</a>" * 100, False),
        (b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include/></a>', False),
        (b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Signature/></a>', False),
    ],
)
def test_what_is_plainly_in_order_is_taken_and_nothing_else(body, taken):
    assert _agrees(body) is taken


def test_a_tree_is_made_only_when_somebody_asks():
    body = next(case for case in GOLDEN if case.name.startswith("ubl_Order.")).read_bytes()
    (message,) = xml.decode(body).messages
    assert message.packed is not None
    assert "root" not in vars(message)
    assert message.span == (message.root.start, message.root.end)
    assert _listed(message.root) == _listed(parse(body).root)


@pytest.mark.skipif(not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine")
def test_real_documents_are_seen_alike():
    taken = seen = 0
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, _validity, _features = row.split("\t")
        if form in ("ubl", "cxml", "cii", "oagis") and path.endswith(".xml"):
            body = (CORPORA / path).read_bytes()
            seen += 1
            try:
                taken += _agrees(body)
            except Unreadable as refused:
                raise AssertionError(path) from refused
    assert seen > 100
    assert taken > seen // 4
