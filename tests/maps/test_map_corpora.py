"""Real sets nobody here wrote: every clean one lifts, or says precisely what is missing.

None crashes, and both paths agree.
"""

from pathlib import Path

import pytest

from tradelane.formats import x12
from tradelane.maps import lift, lift_exact
from tradelane.maps.editions import of_kind, reading_x12
from tradelane.model.finding import Unreadable

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"

pytestmark = pytest.mark.skipif(
    not (CORPORA / "MANIFEST.tsv").exists(), reason="../shared/corpora is not on this machine"
)


def _sets():
    """Every set of a kind we have a map for, in any file, whatever its envelopes are like."""
    for row in (CORPORA / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]:
        path, *_, form, kinds, _version, _bytes, validity, _features = row.split("\t")
        if form != "x12" or not any(of_kind("x12", kind) for kind in kinds.split(",")):
            continue
        decoded = x12.decode((CORPORA / path).read_bytes())
        for interchange in decoded.interchanges:
            for group in interchange.groups:
                for received in group.sets:
                    if of_kind("x12", received.message.kind):
                        clean = (
                            validity.startswith("valid-envelope")
                            and "negative" not in validity
                            and not received.refused
                        )
                        yield path, clean, received.message


def _outcome(message, path):
    try:
        by = reading_x12(message)
        assert by is not None
        return path(message, by)
    except Unreadable as refused:
        return refused.findings


def test_real_sets_lift_or_say_what_is_wrong_and_never_crash():
    seen = lifted = 0
    for path, clean, message in _sets():
        seen += 1
        quick = _outcome(message, lift)
        assert quick == _outcome(message, lift_exact), path
        if isinstance(quick, tuple):
            errors = [f for f in quick if f.severity == "error"]
            assert errors, path
            assert all(f.where.segment and f.fix and f.syntax_code for f in errors), path
        elif clean:
            lifted += 1
    assert seen > 200
    assert lifted > 90


def test_clean_sets_that_are_refused_are_refused_for_what_they_say():
    """No clean set may be refused for a segment our maps do not know: the standard has it."""
    clean_ones, refused = 0, {}
    for path, clean, message in _sets():
        clean_ones += clean
        found = _outcome(message, lift)
        if clean and isinstance(found, tuple):
            refused[path, message.control] = sorted({f.code for f in found if f.severity == "error"})
    strangers = [path for path, codes in refused.items() if {"segment.unknown", "segment.unexpected"} & set(codes)]
    assert not strangers, refused
    assert len(refused) <= clean_ones * 0.05, refused
