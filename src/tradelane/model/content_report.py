"""The words of a content report: whether the other side could act on what we sent, after it could read it."""

from typing import Literal

from msgspec import Struct

from tradelane.model.document import Document, Purpose, Reference
from tradelane.model.moment import Moment
from tradelane.model.party import Party

ContentVerdict = Literal["accepted", "accepted_with_changes", "accepted_with_errors", "partially_accepted", "rejected"]


class ContentFault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with what we said: where it stands, what is wrong, the value, the sender's code for it."""

    says: str
    segment: str = ""
    segment_position: int = 0
    element: int = 0
    line: str = ""
    value: str = ""
    source_code: str = ""


class ContentAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The verdict on one thing: a whole group, a document, or an item of one.

    It is named by its business number (``reference``, of the sort ``reference_kind``), by its control numbers, or
    by both; ``kind`` is its type as the syntax calls it ("856", "INVOIC").
    """

    verdict: ContentVerdict
    level: Literal["batch", "group", "document", "item"] = "document"
    reference: str = ""
    reference_kind: str = ""
    kind: str = ""
    group: str = ""
    control: str = ""
    faults: tuple[ContentFault, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""


class ContentReport(Document, frozen=True, kw_only=True, omit_defaults=True, tag="content_report"):
    """What the other side's business made of our documents (X12 824, EDIFACT APERAK, UBL ApplicationResponse).

    A syntax report said it could be read; this says whether it could be used.
    """

    number: str
    reported: Moment
    answers: tuple[ContentAnswer, ...]
    purpose: Purpose = "original"
    sender: Party | None = None
    receiver: Party | None = None
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    source_code: str = ""
