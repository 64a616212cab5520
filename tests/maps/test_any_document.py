"""The canonical JSON form holds for every document there is, both ways."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradelane.maps import lift_json, lower_json
from tradelane.model import registry
from tradelane.model.identity import document_identity, home_stream
from tradelane.model.message import TreeMessage
from tradelane.runtime.handed import content_hash, number_of
from tradelane.testing.any_document import any_document

MODEST = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", registry.DOCUMENTS, ids=registry.tag)
@MODEST
@given(data=st.data())
def test_what_is_written_as_canonical_json_is_read_as_the_same_document(kind, data):
    document = data.draw(any_document(kind))
    body = bytes(lower_json(document).tree)
    lifted = lift_json(TreeMessage(registry.tag(kind), msgspec.json.decode(body), body))
    assert lifted.document == document
    assert lifted.findings == ()
    assert registry.read_document(body) == document


@pytest.mark.parametrize("kind", registry.DOCUMENTS, ids=registry.tag)
@MODEST
@given(data=st.data())
def test_every_document_has_a_home_and_says_the_same_identity_for_the_same_content(kind, data):
    document = data.draw(any_document(kind))
    again = registry.read_document(registry.encode(document))
    assert home_stream(document, "acme").partition("/")[0]
    assert document_identity(document, "acme") == document_identity(again, "acme")
    assert content_hash(registry.encode(document)) == content_hash(registry.encode(again))
    assert isinstance(number_of(document), str)
