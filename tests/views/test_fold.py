"""Laws of every view: rebuilt from what happened, in any batches and object by object; repeats change nothing."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.contracts_published.examples import example
from tests.views.happenings import START

from tradelane.model.case import CaseCommandRefused
from tradelane.model.event import Recorded
from tradelane.model.identity import partition
from tradelane.model.registry import EVENTS, tag
from tradelane.views import VIEWS
from tradelane.views.fold import fold, wanted
from tradelane.views.glossary import says
from tradelane.views.port import View
from tradelane.views.trace import timeline

STREAMS = {
    "purchase_order": ("purchase_order/4711", "purchase_order/4712/R1"),
    "ship_notice": ("ship_notice/kestrel/N1",),
    "goods_receipt": ("goods_receipt/depot/R1",),
    "invoice": ("invoice/kestrel/I1",),
    "invoice_book": ("invoice_book/kestrel",),
    "exchange": ("exchange/kestrel",),
    "case": ("case/c-1", "case/c-2"),
    "replay": ("replay/r-1",),
    "document": ("purchase_order/4711",),
    "timer": ("purchase_order/4711",),
}


@st.composite
def happened(draw: st.DrawFn) -> list[Recorded]:
    """Return some events on some objects, each object's in its own order."""
    versions: dict[str, int] = {}
    told = []
    for kind in draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=25)):
        stream = draw(st.sampled_from(STREAMS[tag(kind).split(".")[0]]))
        versions[stream] = versions.get(stream, 0) + 1
        event = example(kind, full=draw(st.booleans()))
        if hasattr(event, "document_id"):
            event = replace(event, document_id="of-ours")
        told.append(
            Recorded(
                partition=partition(stream),
                sequence=len(told) + 1,
                stream=stream,
                version=versions[stream],
                recorded_at=START,
                cause="A-1" if stream == "purchase_order/4711" else f"item of {stream}",
                config="test",
                event=event,
            )
        )
    return told


views = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.NAME)


@views
@given(st.data())
def test_repeats_and_batches_change_nothing(view: View, data: st.DataObject) -> None:
    events = data.draw(happened())
    at_once = fold(view, {}, events)
    cut = data.draw(st.integers(0, len(events)))
    again = data.draw(st.integers(0, cut))
    kept = fold(view, {}, events[:cut])
    kept |= fold(view, kept, events[again:])
    assert kept == at_once


@views
@given(st.data())
def test_the_order_between_objects_does_not_matter(view: View, data: st.DataObject) -> None:
    events = data.draw(happened())
    by_stream: dict[str, list[Recorded]] = {}
    for event in events:
        by_stream.setdefault(event.stream, []).append(event)
    order = data.draw(st.permutations(sorted(by_stream)))
    assert fold(view, {}, [event for stream in order for event in by_stream[stream]]) == fold(view, {}, events)


@views
@given(happened())
def test_rows_survive_storing(view: View, events: list[Recorded]) -> None:
    for key, row in fold(view, {}, events).items():
        assert key in wanted(view, events)
        assert msgspec.json.decode(msgspec.json.encode(row), type=view.Row) == row
        assert view.columns(row).at.tzinfo is not None


@given(happened())
def test_a_timeline_tells_every_event_once_and_in_order(events: list[Recorded]) -> None:
    told = timeline(events, ())
    assert len(told) == len(events)
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("kind", EVENTS, ids=tag)
def test_every_event_has_a_sentence_of_its_own(kind: type, full: bool) -> None:
    sentence = says(example(kind, full=full))
    assert " " in sentence or kind is CaseCommandRefused
    assert sentence != tag(kind).split(".")[-1].replace("_", " ").capitalize()
    assert "None" not in sentence
