"""Gather what a Tradelane says happened, for the practice network to judge: read through its store, folded from its
journal.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal, TypeVar

from tradelane.app import KINDS
from tradelane.domain import purchase_order
from tradelane.model import registry
from tradelane.model.case import CaseOpened, CaseReopened, CaseResolved
from tradelane.model.event import Event
from tradelane.model.exchange import TransmissionTaken
from tradelane.model.goods_receipt import GoodsReceiptRecorded
from tradelane.model.identity import order_stream, stream_kind
from tradelane.model.invoice import InvoiceRecorded
from tradelane.model.purchase_order import OrderResponded
from tradelane.model.ship_notice import ShipNoticeRecorded
from tradelane.store.port import JournalRow, Store
from tradelane.testing.twins.judge import Facts, LineFacts, OrderFacts, answer_key

PAGE = 1_000
ENDED = ("closed", "cancelled", "rejected")

Kind = TypeVar("Kind", bound=Event)
Journal = dict[str, list[tuple[JournalRow, Event]]]


async def read_journal(store: Store) -> Journal:
    """Return every event of every stream, oldest first."""
    streams: Journal = {}
    places = dict.fromkeys(range(store.partitions), 0)
    while rows := await store.journal(places, PAGE):
        for row in rows:
            streams.setdefault(row.stream, []).append((row, registry.read_event(row.body, row.form)))
            places[row.part] = row.sequence
    return streams


async def gather(store: Store) -> Facts:
    """Return the facts as they stand."""
    journal = await read_journal(store)
    archive: dict[str, str] = {}
    for _, event in _all(journal, "exchange"):
        if isinstance(event, TransmissionTaken):
            kept = await store.archive(event.transmission)
            if kept is not None:
                archive[event.transmission] = sha256(kept.body).hexdigest()
    cases = _open_cases(journal)
    orders = {
        facts.number: facts
        for stream, events in journal.items()
        if stream_kind(stream) == "purchase_order"
        if (facts := _order(stream, [event for _, event in events], cases)) is not None
    }
    return Facts(
        archive=archive,
        orders=orders,
        notices=_numbers((e.partner, e.notice.number) for e in _of(journal, "ship_notice", ShipNoticeRecorded)),
        receipts=_numbers((e.partner, e.receipt.number) for e in _of(journal, "goods_receipt", GoodsReceiptRecorded)),
        invoices=_numbers((e.partner, e.invoice.number) for e in _of(journal, "invoice", InvoiceRecorded)),
    )


def fold(stream: str, events: Iterable[Event]) -> purchase_order.State:
    """Return an order's state from all its events."""
    decider = KINDS[stream_kind(stream)].decider
    state = decider.initial
    for event in events:
        state = decider.evolve(state, event)
    return state


def _order(stream: str, events: list[Event], cases: dict[str, int]) -> OrderFacts | None:
    state = fold(stream, events)
    if not state.number:
        return None
    answers = frozenset(answer_key(event.response) for event in events if isinstance(event, OrderResponded))
    lines = {
        number: LineFacts(
            ordered=line.ordered,
            open=line.open,
            promised=line.promised,
            cut=line.cut,
            shipped=line.shipped,
            received=line.received,
            rejected=line.rejected,
            over=line.over,
            invoiced=line.billed,
        )
        for number, line in state.lines.items()
    }
    return OrderFacts(
        number=state.number,
        supplier=state.supplier,
        lines=lines,
        answers=answers,
        answered=bool(answers),
        ended=purchase_order.status(state) in ENDED,
        open_cases=cases.get(order_stream(state.number, state.release), 0),
        cancel=_cancel(state),
    )


def _cancel(state: purchase_order.State) -> Literal["", "pending", "effective", "failed"]:
    """Return what became of the buyer's cancellation."""
    if state.cancelling:
        return "pending"
    if state.cancelled:
        return "effective"
    return "failed" if state.uncancelled else ""


def _open_cases(journal: Journal) -> dict[str, int]:
    found: dict[str, int] = {}
    for stream, events in journal.items():
        if stream_kind(stream) == "case":
            opened = [event for _, event in events if isinstance(event, CaseOpened)]
            ends = [event for _, event in events if isinstance(event, CaseOpened | CaseReopened | CaseResolved)]
            if opened and not isinstance(ends[-1], CaseResolved):
                found[opened[0].about] = found.get(opened[0].about, 0) + 1
    return found


def _all(journal: Journal, kind: str) -> Iterable[tuple[JournalRow, Event]]:
    return (each for stream, events in journal.items() if stream_kind(stream) == kind for each in events)


def _of(journal: Journal, kind: str, family: type[Kind]) -> Iterable[Kind]:
    return (event for _, event in _all(journal, kind) if isinstance(event, family))


def _numbers(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for partner, number in pairs:
        found.setdefault(partner, set()).add(number)
    return {partner: frozenset(numbers) for partner, numbers in found.items()}
