"""Ask a person about documents that nobody brings: the partner does not fetch them, or has no settings any more.

One exception for a partner, however many documents wait: what ends it is one act of theirs.
"""

from datetime import datetime

from msgspec import Struct

from tradelane.model.event import Event
from tradelane.model.exchange import (
    DocumentDelivered,
    DocumentGivenUp,
    DocumentSent,
    DocumentUnfetched,
    FetchAwaited,
    MailboxCleared,
    PartnerBack,
    PartnerGone,
)
from tradelane.model.policy import Context
from tradelane.model.request import Forget, Request, Wake
from tradelane.processes.acknowledgement import DOCUMENTS
from tradelane.processes.cases import open_case, resolve_case

NAME = "mailbox"
LISTENS = ("exchange",)


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing: every event says all that is needed."""


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state*."""
    return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for."""
    partner = stream.partition("/")[2]
    match event:
        case DocumentSent(document_id=id, fetch_by=due) if due is not None:
            return [Wake(name=f"fetch/{id}", due=due)]
        case FetchAwaited(document_ids=ids, fetch_by=due):
            return [Wake(name=f"fetch/{id}", due=due) for id in ids]
        case (
            DocumentDelivered(document_id=id, fetch_awaited=True) | DocumentGivenUp(document_id=id, fetch_awaited=True)
        ):
            return [Forget(name=f"fetch/{id}")]
        case DocumentUnfetched():
            return [open_case("NOT_FETCHED", stream, _unfetched(event, partner), partner=partner)]
        case MailboxCleared():
            return [resolve_case("NOT_FETCHED", stream)]
        case PartnerGone():
            return [open_case("UNKNOWN_PARTNER", stream, _gone(event, partner), partner=partner)]
        case PartnerBack():
            return [resolve_case("UNKNOWN_PARTNER", stream)]
        case _:
            return []


def _unfetched(event: DocumentUnfetched, partner: str) -> str:
    others = event.waiting - 1
    more = f" So do {others} more." if others > 1 else " So does one more." if others else ""
    return (
        f"{_named(event)} waits for {partner} to fetch it since {event.since:%Y-%m-%d %H:%M} UTC, too long.{more} "
        f"Ask {partner} to fetch what waits (GET /partner/v1/waiting), or send it by another channel "
        f"(partners/{partner}/profile.toml, send.channel)."
    )


def _gone(event: PartnerGone, partner: str) -> str:
    others = event.waiting - 1
    more = f" and {others} more documents wait" if others > 1 else " and one more document wait" if others else " waits"
    return (
        f"{_named(event)}{more} for {partner}, which has no settings here any more: nobody brings them and nobody can "
        f"fetch them. Bring the folder partners/{partner} back and start again, or tell them what they will not get."
    )


def _named(event: DocumentUnfetched | PartnerGone) -> str:
    return f"{DOCUMENTS.get(event.document_type, 'A document')} {event.number}".strip()
