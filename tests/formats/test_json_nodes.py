"""JSON of others: what each member becomes, which standard it is, and that any bytes are read or refused."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tradelane.formats import json_nodes

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text("abc Äé", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)


def leaves(value) -> list[str]:
    """Every plain value in the order it stands."""
    match value:
        case dict():
            return [text for one in value.values() for text in leaves(one)]
        case list():
            return [text for one in value for text in leaves(one)]
        case None:
            return []
        case bool():
            return [str(value).lower()]
        case _:
            return [str(value)] if str(value) else []


def texts(node) -> list[str]:
    own = [node.value] if node.value else []
    return own + [text for child in node.children for text in texts(child)]


@given(st.dictionaries(st.sampled_from("abcd"), values, min_size=1) | st.lists(values, min_size=1))
def test_every_value_comes_out_as_it_was_written(tree):
    (message,) = json_nodes.decode(json.dumps(tree).encode()).messages
    assert texts(message.root) == leaves(tree)


def placed(node) -> list:
    own = [node] if not node.children else []
    return own + [one for child in node.children for one in placed(child)]


@given(st.dictionaries(st.sampled_from("abcd"), values, min_size=1), st.sampled_from([None, 2]), st.booleans())
def test_every_value_stands_where_it_says(tree, indent, marked):
    body = b"\xef\xbb\xbf" * marked + json.dumps(tree, indent=indent).encode()
    (message,) = json_nodes.decode(body).messages
    for one in placed(message.root):
        if one.value:
            raw = body[one.start : one.end].decode()
            assert (json.loads(f'"{raw}"') if body[one.start - 1 : one.start] == b'"' else raw) == one.value


def test_values_inside_a_webhook_stand_where_they_were_sent():
    body = b'{"event": "x", "data": {"tracking_number": "17", "status_code": "IT", "events": [null, {"signer": "M"}]}}'
    (message,) = json_nodes.decode(body).messages
    assert (message.root.name, message.version) == ("$.data", "carrier/shipengine")
    assert [body[one.start : one.end] for one in placed(message.root)] == [b"17", b"IT", b"M"]


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(body):
    found = json_nodes.decode(body)
    assert bool(found.messages) != found.refused
    assert all(finding.says and finding.fix for finding in found.findings)


def test_an_array_stands_as_its_items_by_the_name_of_the_member():
    (message,) = json_nodes.decode(b'{"lines": [{"qty": 1.50}, {"qty": 2}], "none": null}').messages
    assert [(one.name, one.children[0].value) for one in message.root.children] == [("lines", "1.50"), ("lines", "2")]


def test_standards_are_told_apart_by_the_members_they_ask_for():
    cases = {
        '{"type": "EPCISDocument", "schemaVersion": "2.0"}': ("epcis/2.0", "EPCISDocument"),
        '{"type": "ObjectEvent", "eventTime": "2026-01-01T00:00:00Z"}': ("epcis/2.0", "event"),
        '[{"eventClassifierCode": "ACT"}]': ("dcsa/2", "events"),
        '{"events": [{"eventClassifierCode": "ACT"}]}': ("dcsa/2", "events"),
        '{"metadata": {"eventID": "1"}, "payload": {"eventClassifierCode": "ACT"}}': ("dcsa/2", "events"),
        '{"id": "1", "actions": []}': ("otm/5", "trip"),
        '{"id": "1", "lifecycle": "actual"}': ("otm/5", "event"),
        '{"tracking_number": "1", "tracking_status": null}': ("carrier/shippo", "track"),
        '{"trackResponse": {"shipment": []}}': ("carrier/ups", "track"),
        '{"output": {"completeTrackResults": []}}': ("carrier/fedex", "completeTrackResults"),
        '{"shipments": [{"id": "1", "status": {"statusCode": "transit"}}]}': ("carrier/dhl", "shipments"),
        '{"shipments": [{"shipmentTrackingNumber": "1", "status": "Success"}]}': ("carrier/dhl", "express"),
        '{"trackingNumber": "1", "trackingEvents": []}': ("carrier/usps", "tracking"),
        '{"tracking_code": "1", "tracking_details": []}': ("carrier/easypost", "Tracker"),
        '{"result": {"tracking_code": "1", "tracking_details": []}}': ("carrier/easypost", "Tracker"),
        '{"tracking_number": "1", "checkpoints": []}': ("carrier/aftership", "tracking"),
        '{"msg": {"tracking_number": "1", "checkpoints": []}}': ("carrier/aftership", "tracking"),
        '{"data": {"tracking": {"tracking_number": "1", "checkpoints": []}}}': ("carrier/aftership", "tracking"),
        '{"data": {"tracking_number": "1", "status_code": "IT"}}': ("carrier/shipengine", "track"),
        '{"event": "track_updated", "data": {"tracking_number": "1", "tracking_status": {}}}': (
            "carrier/shippo",
            "track",
        ),
        '{"shipment": {}, "latestStatusUpdate": {}}': ("carrier/project44", "shipment-update"),
        '{"something": "else"}': ("json", "json"),
        '{"data": {"actions": []}}': ("json", "json"),
    }
    for body, expected in cases.items():
        (message,) = json_nodes.decode(body.encode()).messages
        assert (message.version, message.kind) == expected, body


def test_the_protections_of_our_own_json_hold():
    for body in (b'{"a": 1, "a": 2}', b"[" * 70 + b"]" * 70, b'{"a": 1e999}', b'{"a": "\\u0000"}', b"", b"3"):
        assert json_nodes.decode(body).refused, body
