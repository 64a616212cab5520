"""The laws of maps over trees: what they say, they say again; nothing crashes them, whatever is taken out or put in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.maps.test_tree_golden import CASES, _read

from tradelane.formats import idoc, xml
from tradelane.maps import lift, lower, provenance, shipped, shipped_names
from tradelane.model.finding import Unreadable
from tradelane.model.message import Node, NodeMessage

MODEST = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
WRITTEN = [case for case in CASES if case.suffix in (".xml", ".idoc")]
NOISE = st.sampled_from(["", "x", "-1", "1E5", "2026-02-30", "9" * 40, "²", "true", "a" * 300, "0", "EA", "\u2028"])


def _all(root: Node) -> list[Node]:
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.children
    return found


def _copy(node: Node) -> Node:
    return Node(node.name, node.value, [_copy(child) for child in node.children], node.start, node.end, node.where)


@st.composite
def damaged(draw: st.DrawFn, case) -> tuple[NodeMessage, object]:
    """A golden document with some nodes taken out, doubled, moved or filled with something else."""
    message, by = _read(case)
    root = _copy(message.root)
    for _ in range(draw(st.integers(1, 4))):
        node = draw(st.sampled_from(_all(root)))
        match draw(st.sampled_from(["fill", "drop", "double", "turn", "rename"])):
            case "fill":
                node.value = draw(NOISE)
            case "drop":
                node.children = node.children[1:]
            case "double":
                node.children = [*node.children, *map(_copy, node.children)]
            case "turn":
                node.children = node.children[::-1]
            case _:
                node.name = draw(st.sampled_from(["cbc:ID", "@x", "other"]))
    return NodeMessage(message.syntax, message.kind, root, message.version), by


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@MODEST
@given(data=st.data())
def test_a_damaged_document_is_read_or_refused_with_places(case, data):
    message, by = data.draw(damaged(case))
    try:
        lifted = lift(message, by)
    except Unreadable as refused:
        errors = [finding for finding in refused.findings if finding.severity == "error"]
        assert errors
        assert all(finding.where.path and finding.says and finding.fix for finding in errors)
    else:
        assert all(finding.severity != "error" for finding in lifted.findings)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
@MODEST
@given(data=st.data())
def test_what_a_map_says_it_says_again(case, data):
    """Whatever a document was read from: once written by the map, reading and writing change it no more."""
    message, by = data.draw(damaged(case))
    try:
        first = lower(lift(message, by).document, by)
        assert first.root is not None
        document = lift(NodeMessage(by.plan.syntax, by.kind, first.root, by.standard), by).document
    except Unreadable:
        return
    second = lower(document, by)
    assert second.root is not None
    assert lift(NodeMessage(by.plan.syntax, by.kind, second.root, by.standard), by).document == document


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case.name)
def test_every_value_of_a_golden_document_leads_to_the_bytes_that_say_it(case):
    message, by = _read(case)
    body = case.read_bytes()
    again = (idoc.decode if case.suffix == ".idoc" else xml.decode)(body).messages[0]
    for path in ("number", "order_number", "lines[0].quantity.value", "nodes[0].quantity.value"):
        origin = provenance(again, by, path)
        if origin is not None and origin.value:
            assert origin.value in body[origin.where.start : origin.where.end].decode(), path
    assert message.kind == again.kind


def test_no_map_of_a_tree_reads_a_secret():
    for name in shipped_names():
        if shipped(name).plan.tree is not None:
            assert "SharedSecret" not in repr(shipped(name).plan.record), name
