"""An event whose shape changed has a new form, and what was journalled in the old one is read as today's."""

import msgspec
import pytest

from tradelane.model import registry
from tradelane.model.case import CaseCommented
from tradelane.model.order_answer import SupplierReminded

SAID_AT = "2026-11-20T08:31:00Z"


def test_a_comment_of_the_first_form_is_told_apart_by_its_time():
    old = {"type": "case.commented", "by": "mira", "says": "They call back.", "at": SAID_AT}
    event = registry.read_event(msgspec.json.encode(old), 1)
    assert event == CaseCommented(by="mira", says="They call back.", id=SAID_AT)


def test_a_reminder_of_the_first_form_is_told_apart_by_its_time():
    old = {"type": "purchase_order.supplier_reminded", "by": "mira", "at": SAID_AT}
    event = registry.read_event(msgspec.json.encode(old), 1)
    assert isinstance(event, SupplierReminded)
    assert event.id == SAID_AT


@pytest.mark.parametrize("kind", registry.EVENTS)
def test_what_is_written_today_has_the_form_of_today(kind):
    assert registry.FORMS[registry.tag(kind)] >= 1


def test_a_form_of_a_later_release_is_refused():
    body = registry.encode(CaseCommented(by="mira", says="Yes.", id="1"))
    assert registry.read_event(body, 2) == registry.read_event(body)
    with pytest.raises(ValueError, match="form 3; this release knows 2"):
        registry.read_event(body, 3)
    with pytest.raises(msgspec.ValidationError):
        registry.read_event(b'{"type":"case.never","at":"2026"}', 1)
