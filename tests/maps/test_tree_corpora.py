"""Real XML, IDocs and JSON nobody here wrote: all are read or refused by name; what is mapped lifts, or says why."""

from collections import Counter
from pathlib import Path

import pytest

from tradelane.formats import json_nodes, xml
from tradelane.library.shelf import Shelf
from tradelane.maps import lift, lower
from tradelane.model.finding import Unreadable
from tradelane.model.message import NodeMessage

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
FORMATS = ("ubl", "cxml", "idoc", "epcis", "carrier", "cii", "oagis")
BROKEN = {"not-well-formed"}

pytestmark = pytest.mark.skipif(
    not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine"
)


def _files(*formats: str):
    """Every file that is XML or JSON, and whether its manifest finds nothing wrong with it."""
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, _kinds, _version, _bytes, validity, _features = row.split("\t")
        body = (CORPORA / path).read_bytes() if form in formats else b""
        start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith((b"<", b"{", b"[")) or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            found = xml.decode(body) if not start.startswith((b"{", b"[")) else json_nodes.decode(body)
            yield path, validity, body, found


def test_every_clean_file_is_read_and_every_broken_one_is_named():
    seen = 0
    for path, validity, body, found in _files(*FORMATS):
        seen += 1
        assert bool(found.messages) != found.refused, path
        if b"<!DOCTYPE" in body[:2000] and found.refused:
            assert found.findings[0].code == "doctype_forbidden", path
        elif validity.split(";")[0] not in BROKEN:
            assert found.messages, (path, [str(finding) for finding in found.findings])
    assert seen > 600


def test_of_mapped_kinds_nearly_all_lift_and_the_rest_say_where_and_what():
    outcomes: Counter[bool] = Counter()
    for path, validity, _body, found in _files(*FORMATS):
        for message in found.messages:
            by = Shelf().reading(message)
            if by is None:
                continue
            try:
                lift(message, by)
            except Unreadable as refused:
                errors = [finding for finding in refused.findings if finding.severity == "error"]
                assert errors, path
                assert all(one.where.path and one.says and one.fix for one in errors), path
                if "negative" not in validity:
                    outcomes[False] += 1
            else:
                outcomes[True] += 1
    assert outcomes[True] > 200
    assert outcomes[True] / (outcomes[True] + outcomes[False]) > 0.93


def test_real_documents_stay_the_same_when_they_are_written_and_read_again():
    """Without what their sender alone may say (that an event was wrong), which is read and never written."""
    kept = 0
    for path, _validity, _body, found in _files("ubl", "cxml", "carrier", "cii"):
        for message in found.messages:
            by = Shelf().reading(message)
            try:
                document = lift(message, by).document if by is not None else None
            except Unreadable:
                continue
            if by is not None and document is not None:
                root = lower(document, by).root
                assert root is not None
                assert (
                    lift(NodeMessage(message.syntax, message.kind, root, message.version), by).document == document
                ), path
                kept += 1
    assert kept > 120
