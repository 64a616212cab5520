"""Real messages nobody here wrote: a clean one of a kind we have a map for lifts, or says precisely what is wrong."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tradelane.formats import edifact
from tradelane.maps import Lifted, lift
from tradelane.maps.directories import reading_edifact
from tradelane.model.finding import Finding, Unreadable

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
# Messages of German utilities, made by a program: they share names with ours, and put NAD behind UNS.
UTILITIES = ("JoschaMetze", "sh-prog-edi")

pytestmark = pytest.mark.skipif(
    not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine"
)


def _messages():
    """Every message of a UN directory that we have a map for, in any file, whatever its envelopes are like."""
    with (CORPORA / "MANIFEST.tsv").open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["format"] == "edifact"]
    for row in rows:
        decoded = edifact.decode((CORPORA / row["path"]).read_bytes())
        clean = row["validity"] == "valid-envelope" and not any(name in row["path"] for name in UTILITIES)
        for interchange in decoded.interchanges:
            for group in interchange.groups:
                for each in group.messages:
                    message = each.message
                    if message.version.startswith(("D", "4")) and reading_edifact(message.kind, message.version):
                        yield row["path"], clean and not each.refused, message


def _outcome(message) -> Lifted | tuple[Finding, ...]:
    by = reading_edifact(message.kind, message.version)
    assert by is not None
    try:
        return lift(message, by)
    except Unreadable as refused:
        return refused.findings


def test_real_messages_lift_or_say_what_is_wrong_and_where():
    seen, lifted = Counter[str](), Counter[str]()
    refused: dict[str, list[str]] = {}
    for path, clean, message in _messages():
        outcome = _outcome(message)
        if isinstance(outcome, tuple):
            errors = [finding for finding in outcome if finding.severity == "error"]
            assert errors, path
            assert all(one.says and one.fix and one.where.segment_position for one in errors if one.where.segment), path
        if clean:
            seen[message.kind] += 1
            lifted[message.kind] += isinstance(outcome, Lifted)
            if isinstance(outcome, tuple):
                refused[path] = sorted({f.code for f in outcome if f.severity == "error"})
    assert seen.total() > 20
    assert {"ORDERS", "INVOIC", "RECADV", "APERAK"} <= set(seen)
    # What is refused lacks something that its document cannot do without, or names an item by what is no number of it.
    assert {code for codes in refused.values() for code in codes} <= {
        "segment.missing",
        "element.missing",
        "element.bad-character",
        "element.bad-date",
    }, refused
    assert lifted.total() >= 0.9 * seen.total(), (seen, lifted, refused)
