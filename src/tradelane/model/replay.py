"""The words of a replay: archived bytes read again with today's maps and settings, by whom, why, and what for."""

from typing import Literal

from msgspec import Struct

from tradelane.model.command import Command
from tradelane.model.event import Event
from tradelane.model.finding import Finding

Verdict = Literal["standing", "waiting", "new", "conflict", "otherwise", "unreadable", "test"]
"""What replaying a document comes to. ``standing``: it had its effect; ``waiting``: it is on its way already; ``new``:
it had none and gets it; ``conflict``: another content stands under its number; ``otherwise``: it had its effect as
another document than it reads as today; ``unreadable``: it still cannot be taken; ``test``: it is a test.
"""


class ReplayedDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document of a replay, as reading it again shows it. ``item`` is its id, empty where no set can be told apart.

    ``says`` tells people what replaying it comes to.
    """

    transmission: str
    partner: str
    verdict: Verdict
    item: str = ""
    document_type: str = ""
    number: str = ""
    stream: str = ""
    says: str = ""
    findings: tuple[Finding, ...] = ()


class RecordReplay(Command, frozen=True, tag="replay.record"):
    """Write down who replays what and why, in the same breath in which it is begun; a page of a replay counts once."""

    page: str
    by: str
    reason: str
    chosen: str
    documents: tuple[ReplayedDocument, ...] = ()


class DocumentsReplayed(Event, frozen=True, tag="replay.documents_replayed"):
    """Somebody had these documents replayed. ``chosen`` says in words which were asked for; a large one has pages."""

    page: str
    by: str
    reason: str
    chosen: str
    documents: tuple[ReplayedDocument, ...] = ()
