"""EPCIS documents we write are whole: every event has a type, an action, and a time with its offset."""

import json
from datetime import UTC, datetime
from datetime import time as clock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.maps.values import days

from tradelane.formats.nodes import with_seconds
from tradelane.library import Envelope, read, write
from tradelane.model.document import Reference
from tradelane.model.finding import Unreadable
from tradelane.model.moment import Moment
from tradelane.model.transport import Location
from tradelane.model.transport_status import Milestone, TransportStatus

AT = Envelope(at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
moments = st.builds(
    lambda on, at, offset, precision: Moment(on=on, at=at, offset=offset, precision=precision, zone_source="explicit"),
    days,
    st.builds(clock, st.integers(0, 23), st.integers(0, 59)),
    st.integers(-48, 56).map(lambda quarters: quarters * 15),
    st.sampled_from(["minute", "second"]),
)
kinds = st.sampled_from(["received", "delivered", "departed_origin", "loaded", "stored", "in_transit"])
epcs = st.integers(1, 99).map(lambda n: Reference("epc", f"urn:epc:id:sscc:409876.500000000{n:02d}"))
pallets = st.integers(1, 99).map(lambda n: Reference("parent_epc", f"urn:epc:id:sscc:409876.600000000{n:02d}"))
milestones = st.builds(
    lambda kind, happened, epc, pallet: Milestone(
        milestone=kind,
        happened=happened,
        source_list="epcis",
        location=Location(code="urn:epc:id:sgln:409876.50000.0"),
        references=(epc, *pallet),
    ),
    kinds,
    moments,
    epcs,
    st.lists(pallets, max_size=1),
)


def told(*events: Milestone) -> TransportStatus:
    return TransportStatus(milestones=events, reported=Moment(on=AT.at.date()))


@given(st.lists(milestones, min_size=1, max_size=3))
def test_what_happened_comes_back_from_a_document_that_is_whole(events):
    body = write((told(*events),), "epcis", AT).body
    tree = json.loads(body)
    assert tree["type"] == "EPCISDocument"
    assert tree["creationDate"].endswith("Z")
    for event, said in zip(tree["epcisBody"]["eventList"], events, strict=True):
        grouped = any(one.kind == "parent_epc" for one in said.references)
        assert event["type"] == ("AggregationEvent" if grouped else "ObjectEvent")
        assert ("childEPCs" if grouped else "epcList") in event
        assert event["action"] == "OBSERVE"
        assert datetime.fromisoformat(event["eventTime"]).utcoffset() is not None
        assert event["eventTime"].replace("Z", "+00:00").endswith(event["eventTimeZoneOffset"])
    (again,) = read(body).documents
    assert isinstance(again, TransportStatus)
    assert [one.milestone for one in again.milestones] == [one.milestone for one in events]
    assert [set(one.references) for one in again.milestones] == [set(one.references) for one in events]


@pytest.mark.parametrize(
    "happened", [None, Moment(on=AT.at.date()), Moment(on=AT.at.date(), at=clock(9, 30), precision="minute")]
)
def test_an_event_without_a_time_in_the_world_is_refused(happened):
    with pytest.raises(Unreadable, match=r"milestones\[0\].happened"):
        write((told(Milestone(milestone="received", happened=happened)),), "epcis", AT)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("14:25", "14:25:00"),
        ("14:25Z", "14:25:00Z"),
        ("2026-11-02T14:25-05:00", "2026-11-02T14:25:00-05:00"),
        ("2026-11-02T14:25:30Z", "2026-11-02T14:25:30Z"),
        ("2026-11-02", "2026-11-02"),
        ("urn:x:14:25", "urn:x:14:25"),
    ],
)
def test_a_time_to_the_minute_is_written_with_its_seconds(said, written):
    assert with_seconds(said) == written
