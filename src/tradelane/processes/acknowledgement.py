"""Follow what we send until the partner has it: tell orders how far their documents got, wait for 997s, ask a
person about failures.

What is about an order is told to the order, whose own process asks for help. Anything else, a ship notice, a
receipt, an invoice, opens its case here. A 997 we cannot place, and documents that we or the partner could not
read, do too.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.content_report import ContentAnswer
from tradelane.model.event import Event
from tradelane.model.exchange import (
    ContentReported,
    DocumentAnswered,
    DocumentDelivered,
    DocumentGivenUp,
    DocumentSent,
    GroupAcknowledged,
    GroupOverdue,
    InterchangeRefused,
    SetOutcome,
    TransmissionTaken,
    UnknownGroupAcknowledged,
)
from tradelane.model.finding import Finding, Place
from tradelane.model.identity import stream_kind
from tradelane.model.outcome import Outcome
from tradelane.model.policy import Context
from tradelane.model.purchase_order import RecordSending
from tradelane.model.request import Forget, Request, Tell, Wake
from tradelane.processes.cases import open_case, resolve_case

NAME = "acknowledgement"
LISTENS = ("exchange",)

DOCUMENTS: dict[str, str] = {
    "purchase_order": "Order (850)",
    "order_change": "Order change (860)",
    "order_response": "Order confirmation (855)",
    "ship_notice": "Ship notice (ASN 856)",
    "goods_receipt": "Receipt (944)",
    "invoice": "Invoice (810)",
    "syntax_report": "Functional acknowledgement (997)",
    "content_report": "Application advice (824)",
}
_TURNED_DOWN = ("rejected", "partially_accepted")


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Documents with an open case because their 997 is overdue, and the one whose 997 has just come after all."""

    overdue: tuple[str, ...] = ()
    heard: str = ""


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.heard:
        state = replace(state, heard="")
    match event:
        case GroupOverdue(document_id=document_id) if not _of_order(event):
            return replace(state, overdue=(*state.overdue, document_id)[-1_000:])
        case GroupAcknowledged(document_id=document_id) if document_id in state.overdue:
            left = tuple(late for late in state.overdue if late != document_id)
            return replace(state, overdue=left, heard=document_id)
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    partner = stream.partition("/")[2]
    match event:
        case DocumentSent(acknowledge_by=due, group=group) if due is not None:
            return [Wake(name=f"acknowledge/{group}", due=due)]
        case DocumentDelivered():
            return _delivered(event, partner)
        case DocumentGivenUp():
            return _given_up(event, partner)
        case GroupAcknowledged():
            return _acknowledged(state, event, partner)
        case GroupOverdue():
            return _overdue(event, partner)
        case UnknownGroupAcknowledged(report=report) if report.functional_id != "FA":  # Theirs of our own 997: enough.
            says = f"{partner} acknowledged group {report.group}, which we did not send or which was settled before."
            return [open_case("ORPHAN_DOCUMENT", stream, f"{says} Ask them what it is about.", line=report.group)]
        case InterchangeRefused(control=control, code=code):
            says = f"{partner} refused our interchange {control} (TA1 {code}). Mend the settings, and send it again."
            return [open_case("REJECTED_SYNTAX", stream, says, line=f"interchange {control}", partner=partner)]
        case ContentReported():
            return _turned_down(event, stream, partner)
        case DocumentAnswered():
            return _judged(event, stream, partner)
        case TransmissionTaken():
            return _unread(event, stream, partner)
        case _:
            return []


def _delivered(event: DocumentDelivered, partner: str) -> list[Request]:
    if not _of_order(event):
        return []
    told = RecordSending(
        document_type=event.document_type, document_id=event.document_id, partner=partner, state="delivered"
    )
    requests: list[Request] = [Tell(stream=event.about, command=told)]
    if event.settled:
        # No 997 will come: what the channel took counts as read (domain.md 2.2, HTTP 2xx).
        requests.append(Tell(stream=event.about, command=replace(told, state="accepted")))
    return requests


def _given_up(event: DocumentGivenUp, partner: str) -> list[Request]:
    if _of_order(event):
        command = RecordSending(
            document_type=event.document_type, document_id=event.document_id, partner=partner, state="failed"
        )
        return [Tell(stream=event.about, command=command)]
    says = f"{_named(event)} could not be delivered to {partner}: {event.says} Check the connection and resend."
    return [open_case("TRANSMISSION_FAILED", event.about, says, line=event.document_id, partner=partner)]


def _acknowledged(state: State, event: GroupAcknowledged, partner: str) -> list[Request]:
    requests: list[Request] = [Forget(name=f"acknowledge/{event.group}")]
    fine = event.verdict in ("accepted", "accepted_with_errors")
    if _of_order(event):
        command = RecordSending(
            document_type=event.document_type,
            document_id=event.document_id,
            partner=partner,
            state="accepted" if fine else "rejected",
            findings=event.findings,
        )
        return [*requests, Tell(stream=event.about, command=command)]
    if state.heard:
        requests.append(resolve_case("TRANSMISSION_FAILED", event.about, event.document_id))
    if not fine:
        says = f"{_named(event)} could not be read by {partner}. Fix the partner's settings and resend."
        requests.append(
            open_case(
                "REJECTED_SYNTAX",
                event.about,
                says,
                line=event.document_id,
                partner=partner,
                findings=event.findings,
            )
        )
    return requests


def _overdue(event: GroupOverdue, partner: str) -> list[Request]:
    if _of_order(event):
        command = RecordSending(
            document_type=event.document_type, document_id=event.document_id, partner=partner, state="overdue"
        )
        return [Tell(stream=event.about, command=command)]
    says = f"{_named(event)} was not acknowledged by {partner} in time. Ask whether it arrived, and resend it if not."
    return [open_case("TRANSMISSION_FAILED", event.about, says, line=event.document_id, partner=partner)]


def _judged(event: DocumentAnswered, stream: str, partner: str) -> list[Request]:
    """Ask a person about a document of ours that the partner could read but not use; a later yes ends that."""
    about = event.about or stream
    if event.verdict not in _TURNED_DOWN:
        return [resolve_case("CONTENT_REFUSED", about, event.document_id)]
    done = "refused" if event.verdict == "rejected" else "refused in part"
    reasons = " ".join(finding.says for finding in event.findings[:3])
    says = f"{partner} {done} {_named(event)} after reading it. {reasons}".rstrip() + " Correct it, or call them."
    return [open_case("CONTENT_REFUSED", about, says, line=event.document_id, partner=partner, findings=event.findings)]


def _turned_down(event: ContentReported, stream: str, partner: str) -> list[Request]:
    """Ask a person about everything the partner could read but not use, where we do not know what it was."""
    requests: list[Request] = []
    for index, answer in enumerate(event.report.answers):
        if answer.verdict in _TURNED_DOWN and index not in event.matched:
            named = " ".join(filter(None, (answer.kind, answer.reference or answer.control))) or "what we sent"
            done = "refused" if answer.verdict == "rejected" else "refused in part"
            says = f"{partner} {done} {named} after reading it. Correct it, or call them."
            requests.append(
                open_case(
                    "CONTENT_REFUSED",
                    stream,
                    says,
                    line=f"{event.report.number}/{index}",
                    partner=partner,
                    findings=_faults(answer),
                )
            )
    return requests


def _faults(answer: ContentAnswer) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="content.refused",
            says=fault.says,
            fix="Correct it and send the document again.",
            where=Place(segment=fault.segment, segment_position=fault.segment_position, element=fault.element),
            value=fault.value,
            syntax_code=fault.source_code,
        )
        for fault in answer.faults
    )


def _unread(event: TransmissionTaken, stream: str, partner: str) -> list[Request]:
    """Ask a person about every document of a transmission that we failed on, and about those that the partner has
    to fix.
    """
    requests: list[Request] = []
    for index, said in enumerate(event.sets):
        if said.outcome is Outcome.PARKED:
            says = f"{_title(said)} from {partner} needs fixing on our side. Fix the map, then replay it."
            requests.append(_unread_case("MAPPING_ERROR", event, said, index, stream, says))
        elif said.outcome is Outcome.REJECTED:
            says = f"{_title(said)} from {partner} was sent back to them. Ask them to correct and resend it."
            requests.append(_unread_case("SCHEMA_ERROR", event, said, index, stream, says))
    wrong = any(finding.severity == "error" for finding in event.findings)
    if wrong or (event.outcome in (Outcome.PARKED, Outcome.REJECTED) and not event.sets):
        kind = "SCHEMA_ERROR" if wrong or event.outcome is Outcome.REJECTED else "MAPPING_ERROR"
        says = f"{_whole(event)} from {partner} could not be read. Ask them to correct and resend it."
        requests.append(
            open_case(kind, stream, says, line=event.transmission, partner=partner, findings=event.findings)
        )
    return requests


def _unread_case(kind: str, event: TransmissionTaken, said: SetOutcome, index: int, stream: str, says: str) -> Tell:
    line = f"{event.transmission}/{index}"
    partner = stream.partition("/")[2]
    return open_case(
        kind, stream, says, line=line, partner=partner, findings=said.findings, evidence=event.transmission
    )


def _of_order(event: DocumentDelivered | DocumentGivenUp | GroupAcknowledged | GroupOverdue) -> bool:
    """Say whether an order hears of it: not of our answers to documents about it."""
    return stream_kind(event.about) == "purchase_order" and event.document_type != "content_report"


def _named(event: DocumentGivenUp | GroupAcknowledged | GroupOverdue | DocumentAnswered) -> str:
    return f"{DOCUMENTS.get(event.document_type, 'Document')} {event.number}".strip()


def _whole(event: TransmissionTaken) -> str:
    """Name the transmission, or the part of it that has no set to be named by."""
    if event.sets:
        return f"Part of file {event.file_name}" if event.file_name else "Part of a transmission"
    return f"File {event.file_name}" if event.file_name else "A transmission"


def _title(said: SetOutcome) -> str:
    plain = said.document_type.replace("_", " ").capitalize() if said.document_type.islower() else "A document"
    return f"{DOCUMENTS.get(said.document_type, plain)} {said.number}".strip()
