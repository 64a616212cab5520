"""XML: any bytes are read or refused, what was written is read again, every node knows its bytes."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradelane.formats import xml
from tradelane.formats.xml.parse import ATTRIBUTES_MAX, DEPTH_MAX, PREFIXES_MAX
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage, Node

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc", "Cs"]), max_size=12)
said = texts.filter(lambda text: text == text.strip() and "\ufffe" not in text and "\uffff" not in text)
names = st.sampled_from(["a", "b-c", "cbc:ID", "cac:Party", "{urn:own}x", "Überschrift"])
attributes = st.dictionaries(st.sampled_from(["@unitCode", "@xsi:nil", "@{urn:own}y"]), said, max_size=3)


def _node(name: str, value: str, marks: dict[str, str], inner: list[Node]) -> Node:
    return Node(name, "" if inner else value, [*(Node(key, text) for key, text in marks.items()), *inner])


leaves = st.builds(_node, names, said, attributes, st.just([]))
trees = st.recursive(
    leaves, lambda inner: st.builds(_node, names, said, attributes, st.lists(inner, max_size=3)), max_leaves=8
)


def plain(node: Node) -> tuple:
    """A node without its places, and without the blanks that indentation brings."""
    return node.name, node.value.strip(), [plain(child) for child in node.children]


def decoded(body: bytes) -> Node:
    found = xml.decode(body)
    assert found.messages, [str(finding) for finding in found.findings]
    return found.messages[0].root


@given(trees)
def test_decoding_undoes_encoding(tree):
    assert plain(decoded(xml.write(tree))) == plain(tree)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused_with_words(body):
    found = xml.decode(body)
    assert bool(found.messages) != found.refused
    assert all(finding.says and finding.fix and finding.code for finding in found.findings)


@settings(max_examples=60)
@given(trees, st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_damaged_documents_are_read_or_refused(tree, place, noise):
    body = xml.write(tree)
    cut = place % len(body)
    found = xml.decode(body[:cut] + noise + body[cut + 1 :])
    assert bool(found.messages) != found.refused


@given(trees)
def test_every_node_knows_its_bytes(tree):
    body = xml.write(tree)
    waiting = [decoded(body)]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        written = body[node.start : node.end].decode()
        if node.name.startswith("@"):
            assert "<" not in written
            if not set("&\"'\t\n") & set(written):
                assert written == node.value
        else:
            tag = written[1:].split(">")[0].split()[0].rstrip("/")
            assert tag.rpartition(":")[2] == node.name.rpartition("}")[2].rpartition(":")[2]
            assert written.endswith((f"</{tag}>", "/>"))


def test_names_come_out_with_the_usual_prefixes_whatever_the_sender_chose():
    body = f'<o:Order xmlns:o="{ORDER}" xmlns:p="{CAC}" xmlns="{CBC}"><ID>1</ID><p:Party/></o:Order>'
    (message,) = xml.decode(body.encode()).messages
    assert (message.kind, message.version, message.control) == ("Order", "ubl/2.1", "1")
    assert [child.name for child in message.root.children] == ["cbc:ID", "cac:Party"]


def test_a_prefix_may_mean_something_else_further_in():
    root = decoded(f'<a xmlns:x="urn:1"><x:b/><c xmlns:x="{CBC}"><x:ID/></c><x:d/></a>'.encode())
    assert [child.name for child in root.children] == ["{urn:1}b", "c", "{urn:1}d"]
    assert root.children[1].children[0].name == "cbc:ID"


LAUGHS = b'<!DOCTYPE a [<!ENTITY l0 "lol">%s]><a>&l59;</a>' % b"".join(
    b'<!ENTITY l%d "&l%d;&l%d;">' % (n, n - 1, n - 1) for n in range(1, 60)
)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a><a/>',
        b'<!DOCTYPE a SYSTEM "http://example.test/a.dtd"><a/>',
        b'<!DOCTYPE a PUBLIC "-//X//Y" "a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org.example.test/schemas/cXML/1.2.014/cXML.dtd"><cXML/>',
        b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd" [<!ENTITY e "x">]><cXML/>',
        LAUGHS,
    ],
)  # fmt: skip
def test_a_doctype_in_any_form_is_refused_at_once(body):
    started = time.perf_counter()
    found = xml.decode(body)
    assert [finding.code for finding in found.findings] == ["doctype_forbidden"]
    assert time.perf_counter() - started < 0.05


def test_the_published_doctype_of_cxml_is_passed_over_with_a_note():
    doctype = b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
    body = doctype + b"<cXML><Message><X/></Message></cXML>"
    found = xml.decode(body)
    assert [(finding.code, finding.severity) for finding in found.findings] == [("xml.doctype-ignored", "note")]
    assert found.messages[0].kind == "X"


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1),
        b"<a " + b" ".join(b'a%d="1"' % n for n in range(ATTRIBUTES_MAX + 1)) + b"/>",
        b'<a b="' + b"x" * 10_000_000 + b'"/>',
        b"<a " + b" ".join(b'xmlns:p%d="u"' % n for n in range(PREFIXES_MAX)) + b"/>",
    ],
    ids=["depth", "attributes", "one attribute", "prefixes"],
)
def test_what_is_too_much_is_refused(body):
    assert [finding.code for finding in xml.decode(body).findings] == ["xml.limit"]


def test_a_namespace_bomb_costs_no_more_than_its_bytes():
    uri = b"u" * 100_000
    body = b'<a xmlns="' + uri[:60_000] + b'">' + b"<b/>" * 50_000 + b"</a>"
    started = time.perf_counter()
    found = xml.decode(body)
    assert found.refused
    assert time.perf_counter() - started < 1


def test_an_encoding_that_lies_is_named_with_its_place():
    body = '<?xml version="1.0" encoding="UTF-8"?><a>Käse</a>'.encode("latin-1")
    (finding,) = xml.decode(body).findings
    assert (finding.code, finding.where.start) == ("xml.encoding", body.index(b"\xe4"))


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-16", "utf-8-sig"])
def test_declared_encodings_are_read(encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    body = f'<?xml version="1.0" encoding="{declared}"?><a>Käse</a>'.encode(encoding)
    assert decoded(body).value == "Käse"


def test_another_document_is_never_taken_in():
    body = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>'
    assert [finding.code for finding in xml.decode(body).findings] == ["xml.include"]


def test_a_signature_is_not_verified_and_that_is_said():
    body = b'<a xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:Signature/></a>'
    assert [finding.code for finding in xml.decode(body).findings] == ["xml.signature-unverified"]


def test_secrets_of_a_cxml_header_stand_nowhere():
    header = b"<Header><Sender><Credential><SharedSecret>hush-hush</SharedSecret></Credential></Sender></Header>"
    found = xml.decode(b"<cXML>" + header + b"<Message><X/></Message></cXML>")
    assert "hush" not in repr(found)
    assert "hush" not in repr(plain(found.messages[0].root))
    assert len(found.secrets) == 1


def test_what_xml_cannot_hold_is_refused_when_written():
    with pytest.raises(Unreadable):
        xml.encode(BuiltMessage("Order", "ubl/2.1", root=Node("Order", "\x07")))
    with pytest.raises(Unreadable):
        xml.encode(BuiltMessage("Order", "ubl/2.1", root=Node("an order")))


@pytest.mark.parametrize(("inside", "kinds"), [("<order><x/></order>" * 2, ["order", "order"]), ("", ["orderMessage"])])
def test_each_document_in_a_gs1_message_is_one_of_its_own(inside, kinds):
    sh = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    body = f'<o:orderMessage xmlns:o="urn:gs1:ecom:order:xsd:3" xmlns:sh="{sh}"><sh:H><sh:V>1</sh:V></sh:H>{inside}'
    found = xml.decode(f"{body}</o:orderMessage>".encode())
    assert [one.kind for one in found.messages] == kinds
    assert {one.version for one in found.messages} == {"gs1/3"}
