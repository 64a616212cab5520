"""Our own XML, IDocs and JSON of others: ``tests/golden/trees/<case>.xml`` means what ``<case>.means`` says.

``UPDATE_GOLDEN=1`` rewrites the meanings; git shows what changed.
"""

import json
import os
from pathlib import Path

import pytest

from tradelane.formats import idoc, json_nodes, xml
from tradelane.library.shelf import Shelf
from tradelane.maps import lift, lift_json, lower, lower_json, shipped, shipped_names
from tradelane.model.message import NodeMessage, TreeMessage
from tradelane.model.registry import encode

GOLDEN = Path(__file__).parents[1] / "golden" / "trees"
CASES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".means")
READERS = {".xml": xml.decode, ".idoc": idoc.decode, ".json": json_nodes.decode}
READ_ONLY = {"otm_trip.json", "carrier_trackResponse.json", "carrier_Tracker.json", "carrier_tracking_aftership.json"}
"""A stop is told twice, as reached and as left, and milestones alone do not say which two are one stop. Who signed is
told once for a parcel, and read into the milestone of its delivery."""


def _read(case: Path):
    (message,) = READERS[case.suffix](case.read_bytes()).messages
    by = Shelf().reading(message)
    assert by is not None, (message.version, message.kind)
    return message, by


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_document_means_what_it_meant(case):
    message, by = _read(case)
    lifted = lift(message, by)
    meaning = {
        "map": by.name,
        "means": json.loads(encode(lifted.document)),
        "remarks": [str(finding) for finding in lifted.findings],
    }
    expected = case.with_suffix(".means")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(json.dumps(meaning, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert meaning == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in READ_ONLY], ids=lambda case: case.name)
def test_a_golden_document_survives_being_sent_on(case):
    message, by = _read(case)
    document = lift(message, by).document
    built = lower(document, by)
    assert [str(finding) for finding in built.findings if finding.severity == "error"] == []
    assert built.root is not None
    assert lift(NodeMessage(message.syntax, message.kind, built.root, message.version), by).document == document
    if message.syntax == "xml" and not message.version.startswith("carrier/"):
        (again,) = xml.decode(xml.encode(built)).messages
        assert lift(again, by).document == document
    tree = bytes(lower_json(document).tree)
    assert lift_json(TreeMessage(json.loads(tree)["document"], json.loads(tree), tree)).document == document


def test_every_map_of_a_tree_has_a_golden_document():
    trees = {name for name in shipped_names() if shipped(name).plan.syntax in ("xml", "json", "idoc")}
    read = {_read(case)[1].name for case in CASES}
    assert trees - read == {
        "carrier/stamps/TrackShipmentResponse",
        "epcis/2.0/EPCISQueryDocument",
        "epcisxml/2.0/EPCISQueryDocument",
    }
