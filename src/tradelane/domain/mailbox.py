"""Documents that nobody brings: watch those that wait for the partner to fetch them, and for a partner that is gone.

One that awaits its 997 is watched by that. None waits unwatched, for nothing else would ever speak of it (P3).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from tradelane.domain.exchange_book import Pending, State, find, put
from tradelane.model.event import Event
from tradelane.model.exchange import (
    DocumentUnfetched,
    FetchAwaited,
    MailboxCleared,
    PartnerBack,
    PartnerGone,
    RecordWaiting,
)

FETCH = "fetch/"
"""The timer of a document that waits to be fetched is this and its id."""


def found(command: RecordWaiting, state: State, now: datetime) -> list[Event]:
    """Return what follows when documents are found waiting."""
    if not command.known:
        return _gone(command, state)
    events = back(state)
    waits = tuple(id for id in command.document_ids if _unwatched(find(state.pending, id)))
    if waits and command.fetch_within_hours:
        by = now + timedelta(hours=command.fetch_within_hours)
        events.append(FetchAwaited(document_ids=waits, since=now, fetch_by=by))
    return events


def overdue(document_id: str, state: State) -> list[Event]:
    """Return what happens when the time to fetch a document is up."""
    pending = find(state.pending, document_id)
    if pending is None or pending.fetch != "awaited" or pending.waits_since is None:
        return []
    return [
        DocumentUnfetched(
            document_id=document_id,
            document_type=pending.document_type,
            number=pending.number,
            about=pending.about,
            since=pending.waits_since,
            waiting=state.unfetched + 1,
        )
    ]


def settled(pending: Pending, state: State) -> list[Event]:
    """Return what follows when a document is fetched, brought or given up."""
    last = pending.fetch == "overdue" and state.unfetched == 1
    return [*([MailboxCleared()] if last else []), *back(state)]


def back(state: State) -> list[Event]:
    """Return that the partner has settings again, where it was found without."""
    return [PartnerBack()] if state.gone else []


def awaited(state: State, document_ids: Iterable[str], since: datetime) -> State:
    """Return *state* with a timer for each document."""
    for id in document_ids:
        if (pending := find(state.pending, id)) is not None:
            state = replace(state, pending=put(state.pending, id, replace(pending, waits_since=since, fetch="awaited")))
    return state


def late(state: State, document_id: str) -> State:
    """Return *state* with one document more that has waited too long."""
    pending = find(state.pending, document_id)
    if pending is None:
        return state
    kept = put(state.pending, document_id, replace(pending, fetch="overdue"))
    return replace(state, pending=kept, unfetched=state.unfetched + 1)


def taken(state: State, document_id: str) -> State:
    """Return *state* with a document that waits no longer."""
    pending = find(state.pending, document_id)
    late = pending is not None and pending.fetch == "overdue"
    return replace(state, unfetched=state.unfetched - 1) if late else state


def _gone(command: RecordWaiting, state: State) -> list[Event]:
    if command.waiting == state.gone:
        return []
    one = next((pending for id in command.document_ids if (pending := find(state.pending, id))), None)
    kind, number = (one.document_type, one.number) if one else ("", "")
    return [PartnerGone(waiting=command.waiting, document_type=kind, number=number)]


def _unwatched(pending: Pending | None) -> bool:
    return pending is not None and not (pending.fetch or pending.awaits or pending.delivered)
