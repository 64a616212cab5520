"""Read a few segments of our own writing as the messages of somebody else, alike on either path."""

from typing import Any

from tests.maps.messages import message_of
from tests.maps.sets import cut

from tradelane.maps import Lifted, lift, lift_exact
from tradelane.maps.directories import reading_edifact
from tradelane.maps.editions import reading_x12
from tradelane.model.message import SegmentMessage


def x12(kind: str, text: str, version: str = "004010") -> Any:
    """Return the document of a set as its sender means it, read alike on either path, and what was remarked."""
    message = cut(kind, text)
    message = SegmentMessage(kind, message.control, version, message.text, message.delimiters)
    by = reading_x12(message)
    assert by is not None
    return _alike(lift(message, by), lift_exact(message, by))


def edifact(kind: str, text: str, version: str = "D96A") -> Any:
    """Return the same of an EDIFACT message."""
    message = message_of(kind, text, version)
    by = reading_edifact(kind, version)
    assert by is not None
    return _alike(lift(message, by), lift_exact(message, by))


def _alike(quick: Lifted, exact: Lifted) -> Any:
    assert quick == exact
    return exact.document, [(finding.code, finding.severity) for finding in exact.findings]
