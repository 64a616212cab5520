"""What a lane does with what is replayed: take up the item that came then, under its own id, unless it is on its way.

Replays wait in a line of their own, behind everybody's live work. What stands keeps standing (see `guards/dedupe`).
"""

from collections.abc import Sequence

from msgspec.structs import replace

from tradelane.model import registry
from tradelane.model.case import ResolveCase
from tradelane.model.identity import case_stream, derived_id
from tradelane.model.repeat import DocumentConflicted, DocumentDeferred, DocumentParked
from tradelane.runtime.batch import Batch, Work
from tradelane.runtime.handed import Handed, arrived, ask, handed
from tradelane.store.port import JournalRow, Reply

LINE = "*replay"
"""The line replays wait in. No partner's folder can have this name."""
ITEMS_PER_TURN = 16
HOUSE = "tradelane"

_NO_EFFECT = tuple(registry.tag(kind) for kind in (DocumentConflicted, DocumentDeferred, DocumentParked))


def take_up(batch: Batch, work: Work) -> bool:
    """Make *work* that of the item it repeats; say False where that item is on its way by itself.

    A document is taken up as what a reading gave, a whole transmission only where reading it was given up.
    """
    whole = work.item.kind == "transmission"
    if whole:
        found = arrived(work.item)
        id, partner = found.archive, found.partner
    else:
        work.handed = handed(work.item)
        id, partner = work.handed.again, work.handed.partner
    row = batch.parts[work.item.part].pending.get(id)
    work.answers = work.item.id
    if work.pending is not None:  # The place had passed it while it waited in line.
        batch.finish_pending(work.item.part, work.item.id)
    if (whole or row is not None) and (row is None or row.why not in ("parked", "deferred")):
        batch.finish(work)
        _tell(batch, work)
        return False
    work.item = replace(work.item, id=id, owner=partner, reply=False)
    work.pending = row
    return True


def answer(batch: Batch, work: Work, body: Handed, happened: Sequence[JournalRow]) -> None:
    """Tell who replays what came of a document, and end the cases about it once it has its effect."""
    mine = [row for row in happened if row.stream == work.item.stream]
    _tell(batch, work, b"[" + b",".join(row.body for row in mine) + b"]")
    if mine and not any(row.type in _NO_EFFECT or row.type.endswith("refused") for row in mine):
        _end(batch, work, body.ends)


def reread(batch: Batch, work: Work) -> None:
    """Tell who replays that a transmission is read at last, and end the case about it."""
    _tell(batch, work)
    _end(batch, work, (case_stream("POISON_MESSAGE", work.item.stream, work.item.id),))


def _tell(batch: Batch, work: Work, events: bytes = b"[]") -> None:
    batch.replies.append(Reply(part=work.item.part, command=work.answers, body=events))


def _end(batch: Batch, work: Work, cases: Sequence[str]) -> None:
    for stream in cases:
        over = ResolveCase(by=HOUSE, action="replayed")
        batch.hand(ask(derived_id(work.answers, stream), stream, over, work.item.owner, batch.house.store.partitions))
