"""An event whose shape changed has a new form, and what was journalled in the old one is read as today's."""

import msgspec
import pytest

from tradelane.model import registry
from tradelane.model.case import CaseCommented
from tradelane.model.event import Event
from tradelane.model.order_answer import SupplierReminded

AT = "2026-11-20T08:31:00Z"
OLDER: dict[str, tuple[str, Event]] = {
    "case.commented": (f'{{"by":"mira","says":"They call.","at":"{AT}"}}', CaseCommented("mira", "They call.", AT)),
    "purchase_order.supplier_reminded": (f'{{"by":"mira","at":"{AT}"}}', SupplierReminded(by="mira", id=AT)),
}
"""What the first form of an event said, and what it means today."""


@pytest.mark.parametrize("name", OLDER)
def test_what_was_journalled_in_the_first_form_is_read_as_of_today(name):
    said, today = OLDER[name]
    assert registry.read_event(f'{{"type":"{name}",{said[1:]}', 1) == today


def test_every_event_with_an_older_form_is_tried_here():
    assert {name for name, form in registry.FORMS.items() if form > 1} == set(OLDER)


@pytest.mark.parametrize("form", [3, -1])
def test_a_form_that_nobody_knows_is_refused(form):
    body = registry.encode(CaseCommented(by="mira", says="Yes.", id="1"))
    assert registry.read_event(body, 2) == registry.read_event(body)
    with pytest.raises(ValueError, match=f"form {form}; this release knows 2"):
        registry.read_event(body, form)


@pytest.mark.parametrize(
    "body", [b'{"type":"case.never","at":"2026"}', b"[]", b'{"type":"case.commented","by":"mira"}']
)
def test_what_is_no_event_of_ours_is_refused(body):
    with pytest.raises(msgspec.ValidationError):
        registry.read_event(body)
