"""Decide on goods receipts: what a warehouse counted stands as it is, once, unless it makes no sense as a count.

A receipt is append-only: the same number with other content is refused, and a correction is a new receipt.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.order_book import digest, remember
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.finding import Finding, Place
from tradelane.model.goods_receipt import (
    GoodsReceipt,
    GoodsReceiptRecorded,
    GoodsReceiptRefused,
    ReceiptLine,
    RecordGoodsReceipt,
)
from tradelane.model.identity import order_stream
from tradelane.model.policy import Context

STREAM = "goods_receipt"


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The receipt that stands: its number, the digest of its content, its orders; ``said`` are digests of refusals
    spoken.
    """

    number: str = ""
    partner: str = ""
    owner: str = ""
    content: str = ""
    orders: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the receipt because of *command*; *context* plays no part, counted goods are facts."""
    match command:
        case RecordGoodsReceipt():
            return _record(command, state)
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case GoodsReceiptRecorded(receipt=receipt):
            return State(
                number=receipt.number,
                partner=event.partner,
                owner=event.owner,
                content=digest(receipt),
                orders=event.orders,
                said=state.said,
            )
        case GoodsReceiptRefused():
            return replace(state, said=remember(state.said, digest(event)))
        case _:
            return state


def status(state: State) -> str:
    """Return ``recorded`` for a receipt that stands, else ``unknown``."""
    return "recorded" if state.number else "unknown"


def order_of(receipt: GoodsReceipt, line: ReceiptLine) -> str:
    """Return the stream of the order a receipt line belongs to, its own or the header's; empty when none is named."""
    number = line.order_number or receipt.order_number
    release = line.release if line.order_number else receipt.release
    return order_stream(number, release) if number else ""


def _record(command: RecordGoodsReceipt, state: State) -> list[Event]:
    receipt = command.receipt
    if state.number and digest(receipt) == state.content:
        return []
    findings = tuple(_faults(receipt, state))
    if findings:
        refusal = GoodsReceiptRefused(receipt=receipt, partner=command.partner, findings=findings)
        return [] if digest(refusal) in state.said else [refusal]
    orders = tuple(dict.fromkeys(order_of(receipt, line) for line in receipt.lines))
    return [GoodsReceiptRecorded(receipt=receipt, partner=command.partner, owner=command.owner, orders=orders)]


def _faults(receipt: GoodsReceipt, state: State) -> Iterator[Finding]:
    if state.number:
        says = f"Receipt {receipt.number} is known with other content."
        yield _fault("conflict", "$.number", says, "Send the correction as a new receipt, under a number of its own.")
    if not receipt.number.strip():
        yield _fault("no-number", "$.number", "The receipt has no number.", "Send it with a number of its own.")
    if receipt.purpose in ("replace", "change", "cancel"):
        fix = "Send the correction as a new receipt."
        yield _fault("cannot-restate", "$.purpose", "A receipt cannot be taken back: goods were counted.", fix)
    if not receipt.lines:
        yield _fault("no-lines", "$.lines", "The receipt counts nothing.", "Send what was counted.")
    for index, line in enumerate(receipt.lines):
        place = f"$.lines[{index}]"
        if not order_of(receipt, line):
            says = f"Line {line.number} names no order."
            yield _fault("no-order", place, says, "Name the order on the line or in the header.")
        if line.received.value < 0 or line.rejected < 0:
            says = f"Line {line.number} counts less than nothing."
            yield _fault("negative-quantity", place, says, "Count again, and send zero or more.")


def _fault(code: str, place: str, says: str, fix: str) -> Finding:
    return Finding(code=f"goods-receipt.{code}", where=Place(path=place), says=says, fix=fix)
