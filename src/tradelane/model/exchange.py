"""The words of what is exchanged with one partner: what came, what went, control numbers, acknowledgements."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.content_report import ContentReport, ContentVerdict
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.outcome import Outcome
from tradelane.model.syntax_report import SyntaxReport, Verdict


class SendDocument(Command, frozen=True, tag="exchange.send"):
    """Send a document to this partner. ``body`` is its canonical JSON; ``about`` the stream to tell what became of it.

    ``document_id`` is derived from the cause, so asking twice sends once. ``test``: it answers a test, and says so.
    ``fetch_within_hours``: it waits for the partner to fetch it, so long before a person is asked; 0: it is brought.
    """

    document_id: str
    document_type: str
    number: str
    body: str
    about: str
    syntax: Literal["x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "idoc"]
    acknowledge_within_hours: int = 24
    test: bool = False
    fetch_within_hours: int = 0


class RecordTransmission(Command, frozen=True, tag="exchange.record_transmission"):
    """A transmission has been read; ``taken`` says what it held. Comes from the runtime, never from a door."""

    taken: "TransmissionTaken"


class RecordSyntaxReport(Command, frozen=True, tag="exchange.record_syntax_report"):
    """The partner says whether it could read a group of ours."""

    report: SyntaxReport


class RecordInterchangeReport(Command, frozen=True, tag="exchange.record_interchange_report"):
    """The partner says what became of an interchange of ours (X12 TA1): ``control`` is its ISA13, ``code`` TA105."""

    control: str
    verdict: str
    code: str


class SentDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document of ours that a partner may answer: what it was called, the group it went in, what it is about."""

    document_id: str
    document_type: str
    number: str
    about: str = ""
    group: int = 0


class RecordContentReport(Command, frozen=True, tag="exchange.record_content_report"):
    """The partner says what its business made of documents of ours.

    ``sent``: those it may mean, the newest last; the runtime looks them up by the numbers in the report.
    """

    report: ContentReport
    partner: str
    sent: tuple[SentDocument, ...] = ()


class KeepDocument(Command, frozen=True, tag="exchange.keep_document"):
    """Keep a document that could be read but that nothing here acts on. ``content`` is the hash of what it means."""

    document_type: str
    number: str
    partner: str
    content: str


class RecordDelivery(Command, frozen=True, tag="exchange.record_delivery"):
    """The channel took the transmission, or gave it up for good."""

    document_id: str
    delivered: bool
    says: str = ""
    attempts: int = 1


class RecordWaiting(Command, frozen=True, tag="exchange.record_waiting"):
    """Documents are found waiting that nobody brings: their partner fetches for itself, or has no settings any more.

    Comes from the runtime whenever work on a partner begins anew. ``waiting``: how many there are, of which
    ``document_ids`` names some or all; ``known``: the partner has settings.
    """

    document_ids: tuple[str, ...]
    waiting: int
    known: bool = True
    fetch_within_hours: int = 0


class SkipControlNumbers(Command, frozen=True, tag="exchange.skip_control_numbers"):
    """Leave out the next *amount* of control numbers: some may have been used in a time this database knows nothing of.

    ``restore`` names the restore it belongs to; within one, numbers are left out once.
    """

    restore: str
    amount: int
    by: str
    reason: str


class SetOutcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one transaction set or body of a transmission.

    ``stream`` is the business object it was handed to.
    """

    document_type: str
    number: str
    outcome: Outcome
    stream: str = ""
    item: str = ""
    kind: str = ""
    control: str = ""
    group: str = ""
    interchange: str = ""
    map: str = ""
    test: bool = False
    findings: tuple[Finding, ...] = ()


class InterchangeTaken(Struct, frozen=True, omit_defaults=True):
    """An interchange that is new to us: who sent it to whom (as qualifier:id) under which control number.

    ``refused``: nothing of it was taken, so what was meant may come under the same number.
    """

    sender: str
    receiver: str
    control: str
    refused: bool = False


class TransmissionTaken(Event, frozen=True, tag="exchange.transmission_taken"):
    """A transmission was read: every set in it with its outcome, and what was wrong with its envelopes."""

    transmission: str
    sha256: str
    size: int
    channel: str
    received_at: datetime
    outcome: Outcome
    file_name: str = ""
    transport_id: str = ""
    sets: tuple[SetOutcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    repeats: str = ""
    interchanges: tuple[InterchangeTaken, ...] = ()


class DocumentSent(Event, frozen=True, tag="exchange.document_sent"):
    """A document of ours got its control numbers (0: its syntax has none) and waits for the channel.

    Encoded once, from this. ``test``: its envelope says that it is a test, whatever is agreed with the partner.
    ``waits_since``: it waits for the partner to fetch it; ``fetch_by``: then a person is asked, if no 997 is awaited.
    """

    document_id: str
    document_type: str
    number: str
    body: str
    about: str
    syntax: Literal["x12", "edifact", "json", "csv", "xlsx", "fixed", "xml", "idoc"]
    interchange: int = 0
    group: int = 0
    acknowledge_by: datetime | None = None
    test: bool = False
    waits_since: datetime | None = None
    fetch_by: datetime | None = None


class DocumentDelivered(Event, frozen=True, tag="exchange.document_delivered"):
    """The channel took it, or the partner fetched it. ``settled``: its syntax has no acknowledgement to wait for.

    ``fetch_awaited``: a timer would have asked a person, or has.
    """

    document_id: str
    document_type: str
    about: str
    attempts: int = 1
    settled: bool = False
    fetch_awaited: bool = False


class DocumentGivenUp(Event, frozen=True, tag="exchange.document_given_up"):
    """The channel refused it for good, or too often. ``fetch_awaited``: before, it waited to be fetched."""

    document_id: str
    document_type: str
    number: str
    about: str
    says: str
    attempts: int
    fetch_awaited: bool = False


class FetchAwaited(Event, frozen=True, tag="exchange.fetch_awaited"):
    """Documents wait for the partner to fetch them that nobody watched, as after a change of its channel.

    ``since`` is when they were found so: they may have waited longer.
    """

    document_ids: tuple[str, ...]
    since: datetime
    fetch_by: datetime


class DocumentUnfetched(Event, frozen=True, tag="exchange.document_unfetched"):
    """The partner did not fetch it in time; it waits on. ``waiting``: how many wait so by now, it included."""

    document_id: str
    document_type: str
    number: str
    about: str
    since: datetime
    waiting: int


class MailboxCleared(Event, frozen=True, tag="exchange.mailbox_cleared"):
    """The last of the documents that had waited too long to be fetched is fetched, or given up."""


class PartnerGone(Event, frozen=True, tag="exchange.partner_gone"):
    """Documents wait for a partner that has no settings any more, so nobody can bring or fetch them.

    ``document_type`` and ``number`` are those of one of them.
    """

    waiting: int
    document_type: str = ""
    number: str = ""


class PartnerBack(Event, frozen=True, tag="exchange.partner_back"):
    """The partner has settings again: what waited goes on."""


class GroupAcknowledged(Event, frozen=True, tag="exchange.group_acknowledged"):
    """The partner's 997 for a group of ours is reconciled with the document we sent in it."""

    group: int
    document_id: str
    document_type: str
    number: str
    about: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class GroupOverdue(Event, frozen=True, tag="exchange.group_overdue"):
    """No 997 came in time."""

    group: int
    document_id: str
    document_type: str
    number: str
    about: str


class ContentReported(Event, frozen=True, tag="exchange.content_reported"):
    """The partner's business has judged documents of ours; what it turned down needs a person.

    ``matched``: which of its answers are about documents that we know to have sent; each has a `DocumentAnswered`.
    """

    report: ContentReport
    partner: str
    matched: tuple[int, ...] = ()


class DocumentAnswered(Event, frozen=True, tag="exchange.document_answered"):
    """A document of ours has its answer from the partner's business (824, APERAK, ApplicationResponse).

    ``report`` is the number of that answer.
    """

    document_id: str
    document_type: str
    number: str
    about: str
    report: str
    verdict: ContentVerdict
    findings: tuple[Finding, ...] = ()


class DocumentKept(Event, frozen=True, tag="exchange.document_kept"):
    """A document was read and is kept, but nothing here acts on its kind yet."""

    document_type: str
    number: str
    partner: str
    content: str


class UnknownGroupAcknowledged(Event, frozen=True, tag="exchange.unknown_group_acknowledged"):
    """A 997 for a group we never sent, or that was acknowledged before with another verdict."""

    report: SyntaxReport


class InterchangeRefused(Event, frozen=True, tag="exchange.interchange_refused"):
    """A TA1 refuses an interchange of ours in which no document awaits an answer: an acknowledgement, or an old one."""

    control: str
    code: str


class ControlNumbersSkipped(Event, frozen=True, tag="exchange.control_numbers_skipped"):
    """Control numbers were left out after a restore. ``..._from`` are the last ones known to be used; the next ones
    given follow ``..._to``.
    """

    restore: str
    by: str
    reason: str
    interchange_from: int
    interchange_to: int
    group_from: int
    group_to: int
