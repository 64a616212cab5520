"""Tell whoever sent us a document what our business made of it (X12 824, EDIFACT APERAK, UBL ApplicationResponse).

A syntax report said that it could be read; this says whether it could be used. Only a partner whose settings name an
application acknowledgement hears it, once per document: its `Origin` travels with the document, and what has none is
not answered. So no acknowledgement is, for none becomes a document with an origin.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.content_report import ContentAnswer, ContentFault, ContentReport, ContentVerdict
from tradelane.model.document import Document
from tradelane.model.event import Event
from tradelane.model.exchange import DocumentKept
from tradelane.model.finding import Finding
from tradelane.model.goods_receipt import GoodsReceiptRecorded, GoodsReceiptRefused
from tradelane.model.identity import derived_id
from tradelane.model.invoice import InvoiceRecorded, InvoiceRefused
from tradelane.model.moment import Moment
from tradelane.model.origin import Origin
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderChangeRefused,
    OrderRefused,
    OrderReleased,
    OrderResponded,
    OrderResponseRefused,
)
from tradelane.model.repeat import DocumentConflicted, DocumentParked
from tradelane.model.request import Request, Send
from tradelane.model.ship_notice import ShipNoticeConfirmed, ShipNoticeRecorded, ShipNoticeRefused

NAME = "content_answer"
LISTENS = ("purchase_order", "ship_notice", "goods_receipt", "invoice", "exchange")
FAULTS_MAX = 100
NUMBER_DIGITS = 12
_LINE = re.compile(r"\$\.lines\[(\d{1,6})\]")

Taken = OrderReleased | OrderChanged | GoodsReceiptRecorded | InvoiceRecorded | DocumentKept
"""What says that a document was taken as it is."""

Refused = (
    OrderRefused | OrderChangeRefused | OrderResponseRefused | ShipNoticeRefused | GoodsReceiptRefused | InvoiceRefused
)
"""And what says that it was turned down. A ship notice that was not waits for its orders' word."""


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The ship notice whose orders have not answered yet, what was found in it, and the one the last event settled."""

    waiting: Origin | None = None
    found: tuple[Finding, ...] = ()
    settled: Origin | None = None


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    match event:
        case ShipNoticeRecorded(origin=origin, findings=findings):
            return State(waiting=origin, found=findings) if origin else initial
        case ShipNoticeConfirmed():
            return replace(state, waiting=None, settled=state.waiting)
        case _:
            return initial if state.settled else state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    origin = state.settled or context.origin
    if origin is None:
        return []
    judged = _judged(state, event)
    if judged is None:
        return []
    verdict, findings = judged
    told = verdict == "rejected" or origin.answer == "always" or (origin.answer == "findings" and verdict != "accepted")
    if not told:
        return []
    said = report(origin, verdict, findings, context.now, _document(event))
    return [Send(document=said, to=origin.partner, about=stream, occasion=origin.item)]


def report(
    origin: Origin, verdict: ContentVerdict, findings: Sequence[Finding], now: datetime, document: Document | None
) -> ContentReport:
    """Return the report on one document: named as its sender names it, with an entry per finding.

    *document*: where it could be read, for the numbers of its lines.
    """
    answer = ContentAnswer(
        verdict=verdict,
        reference=origin.reference,
        reference_kind=origin.reference_kind,
        kind=origin.kind,
        group=origin.group,
        control=origin.control or origin.interchange,
        faults=tuple(_fault(one, document) for one in findings[:FAULTS_MAX] if one.severity != "note"),
    )
    number = derived_id("content answer", origin.item).replace("-", "")[:NUMBER_DIGITS].upper()
    return ContentReport(number=number, reported=Moment(on=now.date(), at=now.time()), answers=(answer,))


def _judged(state: State, event: Event) -> tuple[ContentVerdict, tuple[Finding, ...]] | None:
    """Return the verdict on a document, and on what grounds, if *event* is one."""
    match event:
        case OrderResponded(findings=findings, superseded=superseded):
            found = (*findings, _SUPERSEDED) if superseded else findings
            return _accepted(found), found
        case ShipNoticeConfirmed(findings=findings):
            found = tuple(dict.fromkeys((*state.found, *findings)))
            return _accepted(found), found
        case DocumentConflicted():
            return "rejected", (_CONFLICT,)
        case DocumentParked(attempts=0, says=says):
            return "rejected", (replace(_ORPHAN, says=says),)
        case _ if isinstance(event, Refused):
            return "rejected", event.findings
        case _:
            return ("accepted", ()) if isinstance(event, Taken) else None


def _accepted(findings: Sequence[Finding]) -> ContentVerdict:
    return "accepted_with_errors" if any(one.severity != "note" for one in findings) else "accepted"


def _document(event: Event) -> Document | None:
    for name in ("order", "change", "response", "notice", "receipt", "invoice"):
        if isinstance(found := getattr(event, name, None), Document):
            return found
    return None


def _fault(finding: Finding, document: Document | None) -> ContentFault:
    where = finding.where
    return ContentFault(
        says=finding.says,
        segment=where.segment,
        segment_position=where.segment_position,
        element=where.element,
        line=_line(where.path, document),
        value=finding.value,
    )


def _line(path: str, document: Document | None) -> str:
    """Return the number of the line that *path* leads into, as its sender wrote it; empty when it leads elsewhere."""
    found, lines = _LINE.match(path), getattr(document, "lines", ())
    if found is None or int(found[1]) >= len(lines):
        return ""
    line = lines[int(found[1])]
    return str(getattr(line, "number", "") or getattr(line, "order_line", ""))


_SUPERSEDED = Finding(
    code="order-response.superseded",
    severity="warning",
    says="A newer answer of yours stands; this one is kept and changes nothing.",
    fix="Send a new answer if this one is meant.",
)
_CONFLICT = Finding(
    code="document.conflict",
    says="You sent another document under this number before; that one stands.",
    fix="Send it under a number of its own, or as a change of the first.",
)
_ORPHAN = Finding(
    code="document.orphan", says="", fix="Check the number of what it is about, and send it again when that is there."
)
