"""The words of a case: work for a person, with an owner, a due time, a reason, and the actions that resolve it."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.finding import Finding

Role = Literal[
    "procurement", "warehouse", "accounts_payable", "integration", "platform", "customer_service", "transport"
]
Severity = Literal["S1", "S2", "S3", "S4"]


class OpenCase(Command, frozen=True, tag="case.open"):
    """Ask a person to look.

    The stream is `identity.case_stream(kind, about, line)`; a repeated cause counts, it opens no twin.
    """

    kind: str
    about: str
    says: str
    role: Role
    line: str = ""
    partner: str = ""
    severity: Severity = "S3"
    actions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    amount_at_stake: Decimal = Decimal(0)
    evidence: str = ""


class AssignCase(Command, frozen=True, tag="case.assign"):
    """Give the case to a person."""

    to: str
    by: str


class ResolveCase(Command, frozen=True, tag="case.resolve"):
    """End the case: ``by`` is the person, or ``tradelane`` when its cause went away."""

    by: str
    action: str
    cause_code: str = ""
    note: str = ""


class CommentCase(Command, frozen=True, tag="case.comment"):
    """Say something about the case. ``id`` tells two comments of the same words apart."""

    by: str
    says: str
    id: str


class SnoozeCase(Command, frozen=True, tag="case.snooze"):
    """Let the case rest until then; whatever is new about it wakes it before."""

    by: str
    until: datetime
    why: str


class CaseOpened(Event, frozen=True, tag="case.opened"):
    """A person is asked. ``respond_by`` and ``resolve_by`` follow from the severity."""

    kind: str
    about: str
    says: str
    role: Role
    respond_by: datetime
    resolve_by: datetime
    line: str = ""
    partner: str = ""
    severity: Severity = "S3"
    actions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    amount_at_stake: Decimal = Decimal(0)
    evidence: str = ""


class CaseRepeated(Event, frozen=True, tag="case.repeated"):
    """The same cause again while the case is open."""

    says: str
    severity: Severity = "S3"
    amount_at_stake: Decimal = Decimal(0)


class CaseAssigned(Event, frozen=True, tag="case.assigned"):
    """The case has an owner."""

    to: str
    by: str


class CaseResolved(Event, frozen=True, tag="case.resolved"):
    """The case is over. ``at`` tells a cause that comes back within a day from a new one."""

    by: str
    action: str
    cause_code: str = ""
    note: str = ""
    at: datetime | None = None


class CaseCommented(Event, frozen=True, tag="case.commented"):
    """Somebody said something about the case."""

    by: str
    says: str
    id: str


class CaseSnoozed(Event, frozen=True, tag="case.snoozed"):
    """The case rests."""

    by: str
    until: datetime
    why: str


class CaseReopened(Event, frozen=True, tag="case.reopened"):
    """The same cause came back within a day of its resolution."""

    says: str
    respond_by: datetime
    resolve_by: datetime


class CaseCommandRefused(Event, frozen=True, tag="case.refused"):
    """Nothing to assign or resolve: the case is unknown or over."""

    findings: tuple[Finding, ...]
