"""Decide on what is exchanged with one partner: number what we send, once, and reconcile what becomes of it (P6, P9
to P11).

Control numbers rise by one per level and start again after 999,999,999. A document is remembered while the channel
or a 997 is awaited, and a bounded while after. A 997 never awaits a 997.
"""

from datetime import timedelta

from msgspec.structs import replace

from tradelane.domain import mailbox
from tradelane.domain.content_answers import findings_of as content_findings
from tradelane.domain.content_answers import in_flight, sent_document
from tradelane.domain.exchange_book import (
    Pending,
    State,
    drop,
    find,
    next_control,
    put,
    recall,
    remember,
    skip,
)
from tradelane.domain.order_book import digest
from tradelane.domain.syntax_findings import findings_of, interchange_finding, verdict_of
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.exchange import (
    ContentReported,
    ControlNumbersSkipped,
    DocumentAnswered,
    DocumentDelivered,
    DocumentGivenUp,
    DocumentKept,
    DocumentSent,
    DocumentUnfetched,
    FetchAwaited,
    GroupAcknowledged,
    GroupOverdue,
    InterchangeRefused,
    KeepDocument,
    PartnerBack,
    PartnerGone,
    RecordContentReport,
    RecordDelivery,
    RecordInterchangeReport,
    RecordSyntaxReport,
    RecordTransmission,
    RecordWaiting,
    SendDocument,
    SkipControlNumbers,
    TransmissionTaken,
    UnknownGroupAcknowledged,
)
from tradelane.model.finding import Finding
from tradelane.model.policy import Context
from tradelane.model.request import FireTimer
from tradelane.model.syntax_report import SyntaxReport, Verdict

__all__ = ["STREAM", "State", "decide", "evolve", "initial"]

STREAM = "exchange"
ACKNOWLEDGE = "acknowledge/"
"""The timer of a group awaiting its 997 is this and the group's number."""

NEVER_ACKNOWLEDGED = ("syntax_report", "interchange_report")
OVERDUE_MAX = 1_000
initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens in the exchange because of *command*."""
    match command:
        case SendDocument():
            return _send(command, state, context)
        case RecordDelivery():
            return _deliver(command, state)
        case RecordSyntaxReport(report=report):
            return _reconcile(report, state)
        case RecordInterchangeReport(verdict="R"):
            return _refused_whole(command, state)
        case KeepDocument() | RecordContentReport():
            return _keep(command, state)
        case RecordTransmission(taken=taken):
            return [] if recall(state.transmissions, taken.transmission) is not None else [taken]
        case SkipControlNumbers():
            return _skip(command, state)
        case RecordWaiting():
            return mailbox.found(command, state, context.now)
        case FireTimer(name=name) if name.startswith(ACKNOWLEDGE):
            return _overdue(name.removeprefix(ACKNOWLEDGE), state)
        case FireTimer(name=name) if name.startswith(mailbox.FETCH):
            return mailbox.overdue(name.removeprefix(mailbox.FETCH), state)
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case DocumentSent():
            return _sent(state, event)
        case DocumentDelivered(document_id=document_id, settled=settled):
            pending = find(state.pending, document_id)
            if pending is None or settled or not pending.awaits:
                return _finished(mailbox.taken(state, document_id), document_id)
            return replace(state, pending=put(state.pending, document_id, replace(pending, delivered=True)))
        case DocumentGivenUp(document_id=document_id):
            return _finished(mailbox.taken(state, document_id), document_id)
        case FetchAwaited(document_ids=ids, since=since):
            return mailbox.awaited(state, ids, since)
        case DocumentUnfetched(document_id=document_id):
            return mailbox.late(state, document_id)
        case PartnerGone(waiting=waiting):
            return replace(state, gone=waiting)
        case PartnerBack():
            return replace(state, gone=0)
        case GroupAcknowledged():
            return _acknowledged(state, event)
        case GroupOverdue(document_id=document_id):
            return _late(state, document_id)
        case UnknownGroupAcknowledged(report=report):
            return replace(state, reports=remember(state.reports, f"?{digest(report)}", ""))
        case InterchangeRefused(control=control, code=code):
            return replace(state, reports=remember(state.reports, f"!{control}", code))
        case DocumentKept(content=content):
            return replace(state, kept=remember(state.kept, content, ""))
        case ContentReported(report=report):
            return replace(state, kept=remember(state.kept, digest(report), ""))
        case ControlNumbersSkipped(restore=restore, interchange_to=interchange, group_to=group):
            return replace(state, interchange=interchange, group=group, restore=restore)
        case TransmissionTaken(transmission=transmission):
            return replace(state, transmissions=remember(state.transmissions, transmission, ""))
        case _:
            return state


def _send(command: SendDocument, state: State, context: Context) -> list[Event]:
    known = find(state.pending, command.document_id) or recall(state.documents, command.document_id)
    if known is not None:
        return []
    numbered = command.syntax in ("x12", "edifact")
    awaits = numbered and command.acknowledge_within_hours > 0 and command.document_type not in NEVER_ACKNOWLEDGED
    fetched = command.fetch_within_hours > 0
    return [
        DocumentSent(
            document_id=command.document_id,
            document_type=command.document_type,
            number=command.number,
            body=command.body,
            about=command.about,
            syntax=command.syntax,
            interchange=next_control(state.interchange) if numbered else 0,
            group=next_control(state.group) if numbered else 0,
            acknowledge_by=context.now + timedelta(hours=command.acknowledge_within_hours) if awaits else None,
            test=command.test,
            waits_since=context.now if fetched else None,
            fetch_by=context.now + timedelta(hours=command.fetch_within_hours) if fetched and not awaits else None,
        )
    ]


def _skip(command: SkipControlNumbers, state: State) -> list[Event]:
    if command.restore == state.restore:
        return []
    return [
        ControlNumbersSkipped(
            restore=command.restore,
            by=command.by,
            reason=command.reason,
            interchange_from=state.interchange,
            interchange_to=skip(state.interchange, command.amount),
            group_from=state.group,
            group_to=skip(state.group, command.amount),
        )
    ]


def _deliver(command: RecordDelivery, state: State) -> list[Event]:
    pending = find(state.pending, command.document_id)
    if pending is None or pending.delivered:
        return []
    if command.delivered:
        return [_delivered(command.document_id, pending, command.attempts), *mailbox.settled(pending, state)]
    given_up = DocumentGivenUp(
        document_id=command.document_id,
        document_type=pending.document_type,
        number=pending.number,
        about=pending.about,
        says=command.says,
        attempts=command.attempts,
        fetch_awaited=bool(pending.fetch),
    )
    return [given_up, *mailbox.settled(pending, state)]


def _delivered(document_id: str, pending: Pending, attempts: int = 1) -> DocumentDelivered:
    return DocumentDelivered(
        document_id=document_id,
        document_type=pending.document_type,
        about=pending.about,
        attempts=attempts,
        settled=not pending.awaits and not pending.acknowledged,
        fetch_awaited=bool(pending.fetch),
    )


def _reconcile(report: SyntaxReport, state: State) -> list[Event]:
    """Find the document that the partner's 997 is about; an exact repeat is nothing, anything else unexpected is
    unknown.
    """
    group = report.group.lstrip("0")
    verdict, findings = verdict_of(report), findings_of(report)
    document_id = find(state.groups, group)
    pending = find(state.pending, document_id) if document_id else None
    if document_id and pending:
        return _answered_by(document_id, pending, verdict, findings)
    same = recall(state.reports, group) == digest((verdict, findings))
    if same or recall(state.reports, f"?{digest(report)}") is not None:
        return []
    return [UnknownGroupAcknowledged(report=report)]


def _answered_by(document_id: str, pending: Pending, verdict: Verdict, findings: tuple[Finding, ...]) -> list[Event]:
    """Settle a document by what its partner says of it; who speaks of what waited to be fetched, has it."""
    heard = GroupAcknowledged(
        group=pending.group,
        document_id=document_id,
        document_type=pending.document_type,
        number=pending.number,
        about=pending.about,
        verdict=verdict,
        findings=findings,
    )
    fetched = pending.waits_since is not None and not pending.delivered
    return [heard, _delivered(document_id, pending)] if fetched else [heard]


def _refused_whole(command: RecordInterchangeReport, state: State) -> list[Event]:
    """Settle the document of an interchange that the partner refused whole: no 997 will come for it."""
    control, findings = command.control.lstrip("0"), (interchange_finding(command.control, command.code),)
    document_id = find(state.groups, control)
    pending = find(state.pending, document_id) if document_id else None
    if document_id and pending and str(pending.interchange or pending.group) == control:
        return _answered_by(document_id, pending, "rejected", findings)
    heard = recall(state.reports, control) == digest(("rejected", findings))
    if heard or recall(state.reports, f"!{control}") == command.code:
        return []
    return [InterchangeRefused(control=control, code=command.code)]


def _keep(command: KeepDocument | RecordContentReport, state: State) -> list[Event]:
    """Take note of a document once; nothing in the exchange itself depends on it."""
    if isinstance(command, RecordContentReport):
        known = recall(state.kept, digest(command.report)) is not None
        return [] if known else _answered(command, state)
    if recall(state.kept, command.content) is not None:
        return []
    return [
        DocumentKept(
            document_type=command.document_type,
            number=command.number,
            partner=command.partner,
            content=command.content,
        )
    ]


def _answered(command: RecordContentReport, state: State) -> list[Event]:
    """Take note of what the partner's business says, and of each document of ours that it is about."""
    known = (*command.sent, *in_flight(state))
    found = [(answer, sent_document(answer, known)) for answer in command.report.answers]
    matched = tuple(place for place, (_, sent) in enumerate(found) if sent)
    events: list[Event] = [ContentReported(report=command.report, partner=command.partner, matched=matched)]
    for answer, sent in found:
        if sent is not None:
            events.append(
                DocumentAnswered(
                    document_id=sent.document_id,
                    document_type=sent.document_type,
                    number=sent.number,
                    about=sent.about,
                    report=command.report.number,
                    verdict=answer.verdict,
                    findings=content_findings(answer),
                )
            )
    return events


def _overdue(group: str, state: State) -> list[Event]:
    document_id = find(state.groups, group)
    pending = find(state.pending, document_id) if document_id else None
    if not document_id or pending is None or pending.overdue:
        return []
    return [
        GroupOverdue(
            group=pending.group,
            document_id=document_id,
            document_type=pending.document_type,
            number=pending.number,
            about=pending.about,
        )
    ]


def _sent(state: State, event: DocumentSent) -> State:
    awaits = event.acknowledge_by is not None
    pending = Pending(
        document_type=event.document_type,
        number=event.number,
        about=event.about,
        interchange=event.interchange,
        group=event.group,
        awaits=awaits,
        waits_since=event.waits_since,
        fetch="awaited" if event.fetch_by else "",
    )
    return replace(
        state,
        interchange=event.interchange or state.interchange,
        group=event.group or state.group,
        pending=put(state.pending, event.document_id, pending),
        groups=put(state.groups, str(event.group), event.document_id) if awaits else state.groups,
    )


def _acknowledged(state: State, event: GroupAcknowledged) -> State:
    """The 997 is in. Where the channel has not reported yet, the document stays until it does."""
    said = digest((event.verdict, event.findings))
    heard = replace(
        state,
        groups=drop(state.groups, str(event.group)),
        reports=remember(state.reports, str(event.group), said),
    )
    pending = find(state.pending, event.document_id)
    if pending is None or pending.delivered:
        return _finished(heard, event.document_id)
    waits = replace(pending, awaits=False, acknowledged=True)
    return replace(heard, pending=put(heard.pending, event.document_id, waits))


def _late(state: State, document_id: str) -> State:
    """Keep an overdue document for its late 997, but not more than so many of them."""
    pending = find(state.pending, document_id)
    if pending is None:
        return state
    overdue = (*state.overdue, document_id)
    kept = replace(state, pending=put(state.pending, document_id, replace(pending, overdue=True)), overdue=overdue)
    return _finished(kept, overdue[0]) if len(overdue) > OVERDUE_MAX else kept


def _finished(state: State, document_id: str) -> State:
    """Forget a document but for its id: nothing more is awaited."""
    pending = find(state.pending, document_id)
    groups = drop(state.groups, str(pending.group)) if pending and pending.group else state.groups
    return replace(
        state,
        pending=drop(state.pending, document_id),
        groups=groups,
        documents=remember(state.documents, document_id, ""),
        overdue=tuple(late for late in state.overdue if late != document_id) if state.overdue else (),
    )
