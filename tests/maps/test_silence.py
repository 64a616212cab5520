"""Reading without a trace asks only what is sent, and reads and says the same as reading with one."""

from random import Random

import pytest
from tests.maps.damage import damaged
from tests.maps.hostile_sets import edifact_cases, golden_cases
from tests.maps.sets import cut

from tradelane.maps import Map, lift_exact, shipped
from tradelane.maps.exact import explain
from tradelane.maps.lifting import FINDINGS_MAX
from tradelane.model.finding import Unreadable
from tradelane.model.message import SegmentMessage

CASES = [(name, message, its_map) for name, message, its_map in edifact_cases()]
for case in golden_cases():
    lines = [line for line in case.read_text("utf-8").splitlines() if not line.startswith("#")]
    sent = cut(case.stem.partition("_")[0], "\n".join(lines))
    CASES.append((case.stem, sent, shipped(f"x12/004010/{sent.kind}")))


def _traced(message: SegmentMessage, its_map: Map):
    try:
        explained = explain(message, its_map.plan)
    except Unreadable as refused:
        return refused.findings
    return repr(explained.document), explained.findings


def _untraced(message: SegmentMessage, its_map: Map):
    try:
        lifted = lift_exact(message, its_map)
    except Unreadable as refused:
        return refused.findings
    return repr(lifted.document), lifted.findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_nothing_is_missed_that_is_sent_and_nothing_said_that_was_not(case):
    name, message, its_map = case
    chance, cases = Random(name), [message]
    cases += [damaged(message, chance) for _ in range(120)]
    for one in cases:
        if one.segments:
            assert _untraced(one, its_map) == _traced(one, its_map)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_message_that_says_almost_nothing_is_read_alike(case):
    _, message, its_map = case
    end, element = message.delimiters.segment, message.delimiters.element
    bare = [element.join(segment.split(element)[:2]) for segment in message.text.split(end)]
    for text in (end.join(bare), end.join(bare[:3]), bare[0]):
        few = SegmentMessage(message.kind, "1", message.version, text, message.delimiters, charset=message.charset)
        assert _untraced(few, its_map) == _traced(few, its_map)


def test_what_is_only_counted_is_counted_alike():
    """A thousand remarks are told; of lines without numbers behind them only how many there are."""
    lines = "~".join(f"PO1**{n % 7}*EA*3**BP*A" for n in range(FINDINGS_MAX + 200))
    message, its_map = cut("850", f"BEG*00*SA*45**20261120~{lines}"), shipped("x12/004010/850")
    assert _untraced(message, its_map) == _traced(message, its_map)
    assert lift_exact(message, its_map).findings[-1].says == "200 more findings are not listed."
