"""A decision says why, what, what follows, and which check keeps it; on one screen."""

import re

import pytest
from tests.rules.sources import ROOT, Source, all_sources

DECISIONS = [source for source in all_sources() if re.match(r"docs/decisions/\d", source.path)]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.path)
def test_a_decision_is_one_screen_with_one_sentence_and_a_check(decision: Source) -> None:
    headings = re.findall(r"^## (.+)$", decision.text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Check"]
    assert len(decision.lines) <= 45, "a decision fits on one screen: shorten it"
    (sentence,) = re.findall(r"^## Decision\n\n\*\*(.+?)\*\*$", decision.text, re.DOTALL | re.MULTILINE)
    assert sentence.count(". ") == 0, "a decision is one sentence that can be quoted"


def test_every_decision_is_in_the_list() -> None:
    listing = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert [source.path for source in DECISIONS if source.path.rsplit("/", 1)[1] not in listing] == []
