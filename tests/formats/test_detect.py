"""Which format a file is in: over every real document we have, by the beginning alone, in no time."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradelane.formats.detect import Detected, detect

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MANIFEST = CORPORA / "MANIFEST.tsv"

# What each folder of real documents is to be taken for. Recordings of calls (YAML), notes and settings are nobody's
# format; fixed-width files look like nothing and have to be declared.
EXPECTED = {
    "x12": {"x12": 360},
    "x12_fragment": {"x12": 7},
    "edifact": {"edifact": 314},
    "tradacoms": {"tradacoms": 8},
    "ubl": {"xml/ubl": 256},
    "cii": {"xml/cii": 41},
    "cxml": {"xml/cxml": 16},
    "oagis": {"xml/oagis": 4},
    "idoc": {"xml/idoc": 4},
    "epcis": {"xml/epcis": 84, "json/epcis": 75},
    "carrier": {"xml": 109, "json": 14, "json/carrier": 4, "unknown": 70},
    "as2": {"mime": 2, "mime/as2": 5, "unknown": 3},
    "csv_portal": {"csv": 7, "json": 14, "json/carrier": 6, "unknown": 9, "xml": 3},
}


def _named(found: Detected) -> str:
    return f"{found.format}/{found.family}" if found.family else found.format


@pytest.mark.skipif(not MANIFEST.exists(), reason="the real documents (../shared/corpora) are not here")
def test_every_real_document_is_taken_for_what_it_is():
    with MANIFEST.open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file, delimiter="\t")]
    found: dict[str, Counter] = {}
    for row in rows:
        found.setdefault(row["format"], Counter())[_named(detect((CORPORA / row["path"]).read_bytes()))] += 1
    assert {kind: dict(counts) for kind, counts in found.items()} == EXPECTED


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"ISA*00*          *00*", "x12"),
        ("ISA*00*".encode("cp037"), "x12"),
        (b"\r\n\r\nISA|00|", "x12"),
        (b"ISA*cut", "x12"),
        (b"Subject: order\n\nsee below\nISA*00*          *00*          *ZZ*A", "x12"),
        (b"UNA:+.? 'UNB+UNOA:1+A+B", "edifact"),
        (b"UNH+1+ORDERS:D:96A:UN'BGM+220", "edifact"),
        (b"STX=ANA:1+5000000000000:A+", "tradacoms"),
        (b"EDI_DC40  0000000000123456", "idoc"),
        (b"\xef\xbb\xbf<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>", "xml/ubl"),
        ("<Order/>".encode("utf-16"), "xml"),
        (b'{"document": "purchase_order"}', "json/canonical"),
        (b'[{"eventClassifierCode": "ACT"}]', "json/dcsa"),
        (b"AS2-From: A\r\nAS2-To: B\r\n\r\nx", "mime/as2"),
        (b"PO;Line;Qty\r\n1;1;5\r\n", "csv"),
        (b"PO\tLine\n1\t2\n", "csv"),
        (b"sep=,\nPO\n1\n", "csv"),
        (b"one column\nonly\n", "unknown"),
        (b"HDR00001\nLIN00002\n", "unknown"),
        (b"", "unknown"),
        (b"\x00\x01\x02\x03\xff", "unknown"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00 xl/workbook.xml", "xlsx"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00 mimetype", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unknown"),
    ],
)  # fmt: skip
def test_a_beginning_says_what_it_is(body, expected):
    assert _named(detect(body)) == expected


def test_a_name_decides_where_the_bytes_say_nothing():
    assert detect(b"Item\nA-1\n", "stock.csv").format == "csv"
    assert detect(b"Item\nA-1\n", "stock.txt").format == "unknown"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_taken_for_something_with_a_reason(body):
    found = detect(body)
    assert found.format
    assert found.why.endswith(".")


@pytest.mark.parametrize("piece", [b"<", b'"', b'{"', b"ISA*", b"a:", b"--a\nContent-", b"<a ", b"--", b"UNA "])
def test_looking_takes_no_time_however_large_the_file(piece):
    begun = time.process_time()
    detect(piece * 2_000_000)
    assert time.process_time() - begun < 0.5
