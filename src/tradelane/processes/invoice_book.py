"""See doubts about an invoice through: have its supplier's book look it over, pass the book's word on to the invoice,
and ask a person where there is one (domain.md 4.6, 4.7).
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.invoice import InvoiceCancelled, InvoiceRecorded, InvoiceTurnedDown, RecordMatch
from tradelane.model.invoice_book import CheckInvoice, DoubtKind, InvoiceChecked, InvoiceJudged, JudgeInvoice
from tradelane.model.policy import Context
from tradelane.model.request import Request, Tell
from tradelane.processes.cases import HOUSE, open_case, resolve_case

NAME = "invoice_book"
LISTENS = ("invoice", "invoice_book")

KINDS: dict[DoubtKind, str] = {
    "duplicate": "INVOICE_DUPLICATE",
    "date": "INVOICE_DATE_VARIANCE",
    "tax": "INVOICE_TAX_VARIANCE",
}


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the flow knows: of an invoice, its book; of a book, which cases about which invoice are open.

    ``ended``: cases (kind, about) that the last event ended.
    """

    book: str = ""
    asked: dict[str, tuple[str, ...]] = {}
    ended: tuple[tuple[str, str], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    match event:
        case InvoiceRecorded(book=book):
            return replace(state, book=book)
        case InvoiceChecked(invoice_stream=stream, doubts=doubts):
            return _asked(state, stream, tuple(dict.fromkeys(KINDS[doubt.kind] for doubt in doubts)))
        case InvoiceJudged(invoice_stream=stream):
            return _asked(state, stream, ())
        case _:
            return replace(state, ended=()) if state.ended else state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    match event:
        case InvoiceRecorded(invoice=invoice) if state.book:
            check = CheckInvoice(invoice=invoice, invoice_stream=stream, self_billed=event.self_billed)
            return [Tell(stream=state.book, command=check)]
        case InvoiceTurnedDown() | InvoiceCancelled() if state.book:
            return [Tell(stream=state.book, command=JudgeInvoice(invoice_stream=stream, approve=False, by=HOUSE))]
        case InvoiceChecked():
            return [*_ended(state), *_doubted(event, stream)]
        case InvoiceJudged(by=by, approve=approve):
            says = f"{'Approved' if approve else 'Turned down'} by {by}." + (f" {event.reason}" if event.reason else "")
            word = RecordMatch(order_stream=stream, outcome="approved" if approve else "turned_down", says=says)
            return [*_ended(state), *([] if by == HOUSE else [Tell(stream=event.invoice_stream, command=word)])]
        case _:
            return []


def _asked(state: State, stream: str, kinds: tuple[str, ...]) -> State:
    before = state.asked.get(stream, ())
    left = {key: each for key, each in state.asked.items() if key != stream}
    ended = tuple((kind, stream) for kind in before if kind not in kinds)
    return replace(state, asked={**left, stream: kinds} if kinds else left, ended=ended)


def _ended(state: State) -> Iterator[Tell]:
    yield from (resolve_case(kind, about) for kind, about in state.ended)


def _doubted(event: InvoiceChecked, stream: str) -> Iterator[Tell]:
    says = " ".join(doubt.says for doubt in event.doubts)
    stake = max((doubt.amount_at_stake for doubt in event.doubts), default=Decimal(0))
    outcome = "variance" if event.doubts else "approved"
    word = RecordMatch(order_stream=stream, outcome=outcome, says=says, amount_at_stake=stake)
    yield Tell(stream=event.invoice_stream, command=word)
    partner = stream.split("/", 1)[1]
    for doubt in event.doubts:
        text = f"Invoice {event.number} from {partner}: {doubt.says} Approve it, or turn it down."
        yield open_case(
            KINDS[doubt.kind], event.invoice_stream, text, partner=partner, amount_at_stake=doubt.amount_at_stake
        )
