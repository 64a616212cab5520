"""The words of a carrier's answer to a load tender."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.transport import StopAction


class StopAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the carrier means to be at one stop."""

    number: str
    action: StopAction = "other"
    at: Moment | None = None
    source_code: str = ""


class TenderResponse(Document, frozen=True, kw_only=True, omit_defaults=True, tag="tender_response"):
    """The carrier takes the load, or does not (X12 990). ``tender`` is the shipment id of the tender it answers."""

    tender: str
    verdict: Literal["accepted", "declined", "countered", "cancelled", "other"]
    responded_on: date | None = None
    carrier: str = ""
    number: str = ""
    purpose: Purpose = "original"
    reason: str = ""
    stops: tuple[StopAnswer, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
