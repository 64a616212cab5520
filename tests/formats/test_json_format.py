"""JSON: exact numbers, and every trick of promises.md section 4 (21 to 30) refused with a place instead of a crash."""

import time
from contextlib import nullcontext
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import json
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, TreeMessage


def doc(members: str) -> bytes:
    return ('{"document": "purchase_order", ' + members + "}").encode()


def refusals(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as refusal:
        json.decode(body)
    return [(finding.code, str(finding.where)) for finding in refusal.value.findings]


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (doc('"qty": 1, "qty": 1000'), "json.duplicate-key", "$.qty"),
        (doc('"lines": [{"a": 1}, {"qty": 1, "qty": 1}]'), "json.duplicate-key", "$.lines[1].qty"),
        (doc('"qty": 1, "q\\u0074y": 1000'), "json.duplicate-key", "$.qty"),
        (doc('"a": "x\\u0022", "qty": 1, "qty": 2, "b": "\\u0022"'), "json.duplicate-key", "$.qty"),
        (doc('"qty": NaN'), "json.syntax", "byte 38"),
        (doc('"qty": Infinity'), "json.syntax", "byte 38"),
        (doc('"qty": 1e999'), "json.number", "byte 38"),
        (doc('"qty": 1e99999999999999999999'), "json.number", "byte 38"),
        (doc('"qty": ' + "1" * 5000), "json.number", "byte 38"),
        (doc('"qty": 0.' + "1" * 41), "json.number", "byte 38"),
        (b"[" * 65 + b"]" * 65, "json.depth", "$"),
        (b"[" * 200_000, "json.depth", "$"),
        (b'{"a":' * 200_000, "json.depth", "$"),
        (doc('"a": ' + '["]]]]", ' * 65 + "1" + "]" * 65), "json.depth", "$"),
        (doc('"a": ' + '["\\"]", ' * 65 + "1" + "]" * 65), "json.depth", "$"),
        (doc('"sku": "\\ud800"'), "json.surrogate", "$.sku"),
        (doc('"sku": "\\udc00 \\u0041"'), "json.surrogate", "$.sku"),
        (doc('"sku": ["a\\u0000"]'), "json.nul", "$.sku[0]"),
        (doc('"a\\u0000": 1'), "json.nul", "$"),
        (doc('"sku": "x"').decode().encode("utf-16"), "json.utf-16", "byte 0"),
        (doc('"sku": "x"').decode().encode("utf-16-le"), "json.utf-16", "byte 0"),
        (doc('"sku": "x"').decode().encode("utf-32-be"), "json.utf-16", "byte 0"),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + doc('"sku": "x"'), "json.syntax", "byte 3"),
        (doc('"sku": "') + b"\xff", "json.encoding", "byte 40"),
        (doc('"sku": "x"')[:-1], "json.syntax", "byte 41"),
        (doc('"sku": "x"') + b" x", "json.syntax", "byte 43"),
        (b"", "json.empty", "byte 0"),
        (b" \n", "json.empty", "byte 0"),
        (b"[]", "json.shape", "$"),
        (b'"purchase_order"', "json.shape", "$"),
        (b"{}", "json.document-missing", "$.document"),
        (b'{"document": 7}', "json.document-missing", "$.document"),
        (b'{"document": ""}', "json.document-missing", "$.document"),
    ],
)
def test_a_trick_is_refused_with_its_place(body: bytes, code: str, where: str):
    assert refusals(body) == [(code, where)]


def test_all_faults_of_an_array_are_collected():
    body = b'[{"document": "invoice"}, 1, {}]'

    assert refusals(body) == [("json.shape", "$[1]"), ("json.document-missing", "$[2].document")]


def test_numbers_are_exact():
    (read,) = json.decode(
        doc('"price": 0.1234567890123456789, "qty": 12.50, "n": 12345678901234567890123, "e": 1.5E-3')
    )

    assert read.tree["price"] == Decimal("0.1234567890123456789")
    assert str(read.tree["qty"]) == "12.50"
    assert read.tree["n"] == 12345678901234567890123
    assert read.tree["e"] == Decimal("0.0015")
    assert not any(isinstance(value, float) for value in read.tree.values())


def test_a_byte_order_mark_is_accepted_once():
    assert json.decode(b"\xef\xbb\xbf" + doc('"a": 1'))[0].kind == "purchase_order"


def test_brackets_digits_and_quotes_in_texts_are_only_text():
    (read,) = json.decode(doc('"a": "' + "[{" * 100 + '", "b": "' + "9" * 100 + '", "c": "\\"[\\\\"'))

    assert read.tree["c"] == '"[\\'


def test_one_object_or_an_array_of_them():
    one, two = json.decode(b'[{"document": "invoice", "n": 1.10}, {"document": "ship_notice"}]')

    assert (one.kind, two.kind) == ("invoice", "ship_notice")
    assert one.body == b'{"document":"invoice","n":1.10}'
    assert json.decode(one.body)[0].tree == one.tree


JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(-(10**9), 10**9, places=6)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abq"\\é[', max_size=3), inner, max_size=4),
    max_leaves=20,
)
_plain = msgspec.json.Encoder(decimal_format="number").encode


@given(st.lists(JSONS, min_size=1, max_size=3))
def test_decode_undoes_encode(trees: list):
    documents = [{"document": "purchase_order", "held": tree} for tree in trees]
    built = [BuiltMessage("purchase_order", tree=msgspec.Raw(_plain(one))) for one in documents]

    read = json.decode(json.encode(built))

    assert [message.tree for message in read] == documents


@given(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from('{}[]",:\\1e.- \x00é\ufeffu0ad8'), max_size=40).map(lambda c: "".join(c).encode()),
        st.tuples(JSONS.map(_plain), st.integers(0, 40), st.binary(max_size=3)).map(
            lambda t: t[0][: t[1]] + t[2] + t[0][t[1] :]
        ),
    )
)
def test_any_bytes_are_read_or_refused(body: bytes):
    findings: tuple[Finding, ...] = ()
    read: list[TreeMessage] = []
    try:
        read = json.decode(body)
    except Unreadable as refusal:
        findings = refusal.findings

    assert bool(findings) != bool(read)
    assert all(f.says and f.fix and f.code.startswith("json.") for f in findings)
    assert all(message.kind == message.tree["document"] for message in read)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 300_000,
        b"[]," * 100_000,
        b"1" * 300_000,
        b'"' + b'\\"' * 150_000,
        b"[" * 70 + b'"' + b'\\"' * 150_000,
        b'[{"document":"x","a":"' + b"1" * 300_000 + b'"}]',
        b"[" + b'{"document":"x","a":1,"a":2},' * 10_000 + b"1]",
        b'{"document":"x",' + b",".join(b'"%d":1' % n for n in range(30_000)) + b',"0":1}',
        b'{"document":"x","' + b"k" * 150_000 + b'":[' + b'"\\u0000",' * 20_000 + b"1]}",
    ],
)
def test_time_grows_no_faster_than_bytes(body: bytes):
    started = time.process_time()
    with pytest.raises(Unreadable) if b'"x","a":"' not in body else nullcontext():
        json.decode(body)

    assert time.process_time() - started < 10e-6 * len(body)
