"""The words of a syntax report: whether the other side could read us (X12 997; EDIFACT CONTRL).

Never an answer to the business.
"""

from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document

Verdict = Literal["accepted", "accepted_with_errors", "partially_accepted", "rejected"]


class ElementFault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One bad element (AK4): position, component in it, data element number, the code, a copy of the value."""

    position: int
    code: str
    component: int = 0
    reference: str = ""
    value: str = ""


class SegmentFault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One bad segment (AK3): its id, its position counting ST as 1, the loop it stands in, the code."""

    segment: str
    position: int
    loop: str = ""
    code: str = ""
    elements: tuple[ElementFault, ...] = ()


class SetReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict on one transaction set (AK2 to AK5). ``kind`` is its X12 number, e.g. "855"."""

    kind: str
    control: str
    verdict: Verdict
    codes: tuple[str, ...] = ()
    segments: tuple[SegmentFault, ...] = ()


class SyntaxReport(Document, frozen=True, kw_only=True, omit_defaults=True, tag="syntax_report"):
    """The verdict on one functional group (AK1 to AK9): ``functional_id`` and ``group`` are its GS01 and GS06."""

    functional_id: str
    group: str
    verdict: Verdict
    included: int
    received: int
    accepted: int
    sets: tuple[SetReport, ...] = ()
    codes: tuple[str, ...] = ()
