"""What people work on: exceptions, ranked by money and by the hours that are left."""

from datetime import datetime
from decimal import Decimal
from math import log10

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model import case
from tradelane.model.event import Recorded
from tradelane.model.finding import Finding
from tradelane.views.port import Columns

NAME = "case"
VERSION = 3
LISTENS = ("case",)

HOURS_PER_TENFOLD = 8.0
"""Ten times the money weighs as much as being due eight hours earlier."""
OVER = -1e9
"""Resolved cases stand after all others."""


class CaseRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One exception: what is wrong, whose it is, until when, and what can be done. ``state``: open, assigned,
    resolved.
    """

    id: str
    version: int
    at: datetime
    state: str
    kind: str = ""
    about: str = ""
    line: str = ""
    says: str = ""
    role: str = ""
    partner: str = ""
    severity: str = "S3"
    owner: str = ""
    opened_at: datetime | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    resolved_at: datetime | None = None
    actions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    amount_at_stake: Decimal = Decimal(0)
    evidence: str = ""
    occurrences: int = 0
    resolved_by: str = ""
    action: str = ""
    cause_code: str = ""
    note: str = ""
    snoozed_until: datetime | None = None
    snoozed_why: str = ""


Row = CaseRow


def keys(recorded: Recorded) -> tuple[str, ...]:
    """Return the case's id."""
    return (recorded.stream.removeprefix("case/"),)


def apply(row: Row | None, key: str, recorded: Recorded) -> Row | None:
    """Return the case after the event."""
    if row is not None and recorded.version <= row.version:
        return None
    at = recorded.recorded_at
    row = (
        replace(row, version=recorded.version, at=at)
        if row
        else Row(id=key, version=recorded.version, at=at, state="open")
    )
    match recorded.event:
        case case.CaseOpened() as opened:
            return _opened(row, opened, at)
        case case.CaseRepeated(says=says, severity=severity, amount_at_stake=amount):
            return replace(
                row,
                says=says,
                severity=severity,
                amount_at_stake=amount or row.amount_at_stake,
                occurrences=row.occurrences + 1,
                snoozed_until=None,
            )
        case case.CaseSnoozed(until=until, why=why):
            return replace(row, snoozed_until=until, snoozed_why=why)
        case case.CaseAssigned(to=to):
            return replace(row, state="assigned" if to else "open", owner=to)
        case case.CaseResolved(by=by, action=action, cause_code=cause, note=note):
            return replace(
                row, state="resolved", resolved_by=by, action=action, cause_code=cause, note=note, resolved_at=at
            )
        case case.CaseReopened(says=says, respond_by=respond_by, resolve_by=resolve_by):
            return _reopened(row, says, respond_by, resolve_by)
        case _:
            return row


def columns(row: Row) -> Columns:
    """Rank: the earlier due and the more money, the higher. The clock moves all cases alike, so it need not be
    asked.
    """
    due = row.resolve_by.timestamp() / 3600 if row.resolve_by else 0.0
    money = HOURS_PER_TENFOLD * log10(1 + float(abs(row.amount_at_stake)))
    rank = money - due + (OVER if row.state == "resolved" else 0.0)
    return Columns(state=row.state, partner=row.partner, rank=rank, at=row.at)


def _opened(row: Row, event: case.CaseOpened, at: datetime) -> Row:
    """Case opened: a second opening of the same stream (after a long time) starts the case afresh."""
    return Row(
        id=row.id,
        version=row.version,
        at=at,
        state="open",
        kind=event.kind,
        about=event.about,
        line=event.line,
        says=event.says,
        role=event.role,
        partner=event.partner,
        severity=event.severity,
        opened_at=at,
        respond_by=event.respond_by,
        resolve_by=event.resolve_by,
        actions=event.actions,
        findings=event.findings,
        amount_at_stake=event.amount_at_stake,
        evidence=event.evidence,
        occurrences=row.occurrences + 1,
    )


def _reopened(row: Row, says: str, respond_by: datetime, resolve_by: datetime) -> Row:
    return replace(
        row,
        state="assigned" if row.owner else "open",
        says=says,
        respond_by=respond_by,
        resolve_by=resolve_by,
        resolved_at=None,
        resolved_by="",
        action="",
        occurrences=row.occurrences + 1,
        snoozed_until=None,
    )
