"""Decide on replays: a page is recorded once, however often it is asked for."""

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.policy import Context
from tradelane.model.replay import DocumentsReplayed, RecordReplay

__all__ = ["STREAM", "State", "decide", "evolve", "initial"]

STREAM = "replay"


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The pages recorded so far."""

    pages: tuple[str, ...] = ()


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the replay because of *command*; *context* plays no part."""
    match command:
        case RecordReplay() if command.page not in state.pages:
            recorded = {name: getattr(command, name) for name in DocumentsReplayed.__struct_fields__}
            return [DocumentsReplayed(**recorded)]
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case DocumentsReplayed(page=page):
            return replace(state, pages=(*state.pages, page))
        case _:
            return state
