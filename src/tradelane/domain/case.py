"""Decide on cases: one per cause, counted when the cause repeats, reopened when it comes back within a day
(domain.md 2.8, 4.11).
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.order_book import digest, remember
from tradelane.model.case import (
    AssignCase,
    CaseAssigned,
    CaseCommandRefused,
    CaseCommented,
    CaseOpened,
    CaseReopened,
    CaseRepeated,
    CaseResolved,
    CaseSnoozed,
    CommentCase,
    OpenCase,
    ResolveCase,
    Severity,
    SnoozeCase,
)
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.policy import Context

STREAM = "case"
HOUSE = "tradelane"
REOPENS_WITHIN = timedelta(hours=24)
SNOOZES_AT_MOST = timedelta(days=30)

DUE: dict[Severity, tuple[timedelta, timedelta]] = {
    "S1": (timedelta(minutes=15), timedelta(hours=4)),
    "S2": (timedelta(hours=1), timedelta(days=1)),
    "S3": (timedelta(hours=4), timedelta(days=3)),
    "S4": (timedelta(days=2), timedelta(days=10)),
}
"""How soon somebody must respond, and how soon it must be over."""


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The case.

    ``cause`` is the digest of what was asked last, so that the very same is not counted again while it is open.
    """

    kind: str = ""
    about: str = ""
    line: str = ""
    says: str = ""
    severity: Severity = "S4"
    owner: str = ""
    is_open: bool = False
    occurrences: int = 0
    cause: str = ""
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    resolved_at: datetime | None = None
    resolution: str = ""
    said: tuple[str, ...] = ()
    snoozed_until: datetime | None = None


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the case because of *command*."""
    match command:
        case OpenCase():
            return _open(command, state, context)
        case AssignCase(to=to, by=by):
            if state.is_open:
                return [] if state.owner == to else [CaseAssigned(to=to, by=by)]
            return _refused("assign", command, state)
        case ResolveCase():
            return _resolve(command, state, context)
        case CommentCase(by=by, says=says, id=id):
            return _said_once(CaseCommented(by=by, says=says, id=id), command, state)
        case SnoozeCase():
            return _snooze(command, state, context)
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case CaseOpened():
            return State(
                kind=event.kind,
                about=event.about,
                line=event.line,
                says=event.says,
                severity=event.severity,
                is_open=True,
                occurrences=1,
                cause=_cause(event.says, event.severity, event.amount_at_stake),
                respond_by=event.respond_by,
                resolve_by=event.resolve_by,
            )
        case CaseRepeated():
            cause = _cause(event.says, event.severity, event.amount_at_stake)
            worst = min(state.severity, event.severity)
            seen = state.occurrences + 1
            awake = replace(state, snoozed_until=None)
            return replace(awake, says=event.says, severity=worst, occurrences=seen, cause=cause)
        case CaseReopened():
            return replace(
                state,
                is_open=True,
                says=event.says,
                occurrences=state.occurrences + 1,
                respond_by=event.respond_by,
                resolve_by=event.resolve_by,
                cause="",
                snoozed_until=None,
            )
        case CaseAssigned(to=to):
            return replace(state, owner=to)
        case CaseResolved():
            return replace(state, is_open=False, resolved_at=event.at, resolution=_resolution(event.by, event.action))
        case CaseSnoozed(until=until):
            return replace(state, snoozed_until=until, said=remember(state.said, digest(event)))
        case CaseCommandRefused() | CaseCommented():
            return replace(state, said=remember(state.said, digest(event)))
        case _:
            return state


def status(state: State) -> str:
    """Return the case's state in the words of domain.md 2.8."""
    if not state.kind:
        return "unknown"
    if not state.is_open:
        return "auto_resolved" if state.resolution.startswith(f"{HOUSE}:") else "resolved"
    return "assigned" if state.owner else "open"


def _open(command: OpenCase, state: State, context: Context) -> list[Event]:
    respond, resolve = DUE[command.severity]
    due = {"respond_by": context.now + respond, "resolve_by": context.now + resolve}
    if state.is_open:
        stake = command.amount_at_stake
        if _cause(command.says, command.severity, stake) == state.cause or _reopened_by(command, state):
            return []
        return [CaseRepeated(says=command.says, severity=command.severity, amount_at_stake=stake)]
    if state.resolved_at and context.now - state.resolved_at < REOPENS_WITHIN:
        return [CaseReopened(says=command.says, **due)]
    return [
        CaseOpened(
            kind=command.kind,
            about=command.about,
            says=command.says,
            role=command.role,
            line=command.line,
            partner=command.partner,
            severity=command.severity,
            actions=command.actions,
            findings=command.findings,
            amount_at_stake=command.amount_at_stake,
            evidence=command.evidence,
            **due,
        )
    ]


def _resolve(command: ResolveCase, state: State, context: Context) -> list[Event]:
    if state.is_open:
        return [
            CaseResolved(
                by=command.by,
                action=command.action,
                cause_code=command.cause_code,
                note=command.note,
                at=context.now,
            )
        ]
    if command.by == HOUSE or state.resolution == _resolution(command.by, command.action):
        return []
    return _refused("resolve", command, state)


def _said_once(event: CaseCommented | CaseSnoozed, command: Command, state: State) -> list[Event]:
    """Let it happen to a case that is open, once."""
    if not state.is_open:
        return _refused("say", command, state)
    return [] if digest(event) in state.said else [event]


def _snooze(command: SnoozeCase, state: State, context: Context) -> list[Event]:
    """Let the case rest, for some days at most: what is put off for longer is decided. What rests can be woken."""
    event = CaseSnoozed(by=command.by, until=command.until, why=command.why)
    rests = state.snoozed_until is not None and state.snoozed_until > context.now
    fits = command.until <= context.now + SNOOZES_AT_MOST and (rests or command.until > context.now)
    if fits or not state.is_open or digest(event) in state.said:
        return _said_once(event, command, state)
    finding = Finding(
        code="case.snooze",
        says=f"An exception rests until a later time, for {SNOOZES_AT_MOST.days} days at most.",
        fix="Choose a day within them, or decide now.",
        value=digest(command),
    )
    refusal = CaseCommandRefused(findings=(finding,))
    return [] if digest(refusal) in state.said else [refusal]


def _refused(word: str, command: Command, state: State) -> list[Event]:
    there_is = "There is no such case" if not state.kind else "The case is over"
    finding = Finding(
        code="case.not-open",
        says=f"{there_is}; there is nothing to {word}.",
        fix="Look the case up again; it may have been resolved meanwhile.",
        value=digest(command),
    )
    refusal = CaseCommandRefused(findings=(finding,))
    return [] if digest(refusal) in state.said else [refusal]


def _cause(says: str, severity: str, amount_at_stake: object) -> str:
    return digest((says, severity, str(amount_at_stake)))


def _reopened_by(command: OpenCase, state: State) -> bool:
    """Say whether the case was just reopened in these words; a reopening does not tell severity and amount."""
    return not state.cause and state.says == command.says


def _resolution(by: str, action: str) -> str:
    return f"{by}:{action}"
