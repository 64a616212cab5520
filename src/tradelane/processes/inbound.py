"""Bring goods in: ask every order a ship notice names, instruct the warehouse, tell the orders what was counted,
and name what is missing.

A notice that its orders disagree with still reaches the warehouse, marked as blind: goods on their way arrive
whether or not their papers are right. A discrepancy opens a case, and missing goods that turn up, or are no longer
wanted, end it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.document import Reference
from tradelane.model.event import Event
from tradelane.model.finding import Finding
from tradelane.model.goods_receipt import GoodsReceipt, GoodsReceiptRecorded, GoodsReceiptRefused, ReceiptLine
from tradelane.model.identity import order_stream
from tradelane.model.order_receipt import DiscrepancyFound, LineReceived, ReceiptRecorded, RecordReceipt
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderClosed,
    OrderReleased,
    RecordShipment,
    ShipmentRecorded,
    ShipmentRefused,
)
from tradelane.model.quantity import ZERO
from tradelane.model.request import Forget, Request, Send, Tell, Wake
from tradelane.model.ship_notice import (
    CloseShipNotice,
    ConfirmShipNotice,
    ShipNotice,
    ShipNoticeConfirmed,
    ShipNoticeReceived,
    ShipNoticeRecorded,
    ShipNoticeRefused,
    items,
)
from tradelane.processes.cases import open_case, receiving_case, resolve_case

NAME = "inbound"
LISTENS = ("ship_notice", "purchase_order", "goods_receipt")
CONFIRM = "confirm"
"""The timer after which a ship notice's silent orders count as disagreeing."""

BLIND = Reference("receive", "blind")
"""Marks a ship notice that its orders disagree with, for the warehouse to see."""

HUNDRED = Decimal(100)


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the flow knows of one stream: of a ship notice, whom to send it to; of an order, what is missing or came
    unannounced.

    ``doubted``: a case about the notice or receipt is open. ``ended``: cases (kind and line) whose cause the last
    event took away.
    """

    number: str = ""
    partner: str = ""
    owner: str = ""
    warehouse: str = ""
    notice: ShipNotice | None = None
    doubted: bool = False
    missing: dict[str, Decimal] = {}
    unadvised: dict[str, tuple[str, ...]] = {}
    ended: tuple[tuple[str, str], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part."""
    if state.ended:
        state = replace(state, ended=())
    match event:
        case ShipNoticeRecorded() | ShipNoticeRefused() | ShipNoticeConfirmed():
            return _noticed(state, event)
        case GoodsReceiptRecorded():
            return replace(state, doubted=False, ended=(("RECEIPT_INVALID", ""),) if state.doubted else ())
        case GoodsReceiptRefused():
            return replace(state, doubted=True)
        case OrderReleased(order=order, supplier=supplier, owner=owner):
            return State(number=order.number, partner=supplier, owner=owner)
        case DiscrepancyFound() | LineReceived():
            return _counted(state, event)
        case ShipmentRecorded(notice=notice) if notice in state.unadvised:
            lines = state.unadvised[notice]
            left = {name: kept for name, kept in state.unadvised.items() if name != notice}
            return replace(state, unadvised=left, ended=tuple(("RECEIVING_NOT_ADVISED", line) for line in lines))
        case OrderChanged(change=change):
            return _found(state, [line.line for line in change.lines])
        case OrderClosed():
            return _found(state, state.missing)
        case _:
            return state


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    requests: list[Request] = [resolve_case(kind, stream, line) for kind, line in state.ended]
    match event:
        case ShipNoticeRecorded():
            requests += [_wait(context), *_ask(event, stream)]
        case ShipNoticeRefused(notice=notice, partner=partner, findings=findings):
            says = f"Ship notice (ASN) {notice.number} from {partner} cannot be used. Ask them to send a new one."
            requests.append(open_case("ASN_INVALID", stream, says, partner=partner, findings=findings))
        case ShipNoticeConfirmed():
            requests += [Forget(name=CONFIRM), *_instruct(state, event, stream)]
        case ShipmentRecorded() | ShipmentRefused():
            requests.append(_confirm(event, stream))
        case GoodsReceiptRecorded():
            requests += _receive(event, stream)
        case GoodsReceiptRefused(receipt=receipt, partner=partner, findings=findings):
            says = f"Receipt (944) {receipt.number} from {partner} cannot be booked. Ask them for a correct one."
            requests.append(open_case("RECEIPT_INVALID", stream, says, partner=partner, findings=findings))
        case DiscrepancyFound():
            requests += _discrepancy(state, event, stream, context)
        case ShipNoticeReceived():
            requests += _close(state, event)
        case ReceiptRecorded():
            requests += [*_doubts(state, event, stream), *_done_with(event)]
        case _:
            pass
    return requests


def _noticed(state: State, event: ShipNoticeRecorded | ShipNoticeRefused | ShipNoticeConfirmed) -> State:
    match event:
        case ShipNoticeRecorded(notice=notice):
            return replace(
                state,
                number=notice.number,
                partner=event.partner,
                owner=event.owner,
                warehouse=event.warehouse,
                notice=notice,
            )
        case ShipNoticeConfirmed(blind=False) if state.doubted:
            return replace(state, doubted=False, ended=(("ASN_INVALID", ""),))
        case ShipNoticeConfirmed(blind=False):
            return state
        case _:
            return replace(state, doubted=True)


def _counted(state: State, event: DiscrepancyFound | LineReceived) -> State:
    """Keep what is missing of a line, and which lines came without being announced."""
    match event:
        case DiscrepancyFound(kind="short", line=line):
            missing = state.missing.get(line, ZERO) + event.expected - event.counted
            return replace(state, missing={**state.missing, line: missing})
        case DiscrepancyFound(kind="not_advised", line=line, notice=notice) if notice:
            lines = dict.fromkeys((*state.unadvised.get(notice, ()), line))
            return replace(state, unadvised={**state.unadvised, notice: tuple(lines)})
        case LineReceived(line=line) if line in state.missing:
            missing = state.missing[line] - event.received - event.rejected
            return replace(state, missing={**state.missing, line: missing}) if missing > 0 else _found(state, [line])
        case _:
            return state


def _found(state: State, lines: Iterable[str]) -> State:
    """Nothing is missing of these lines any more."""
    found = [line for line in lines if line in state.missing]
    left = {line: units for line, units in state.missing.items() if line not in found}
    return replace(state, missing=left, ended=tuple(("RECEIVING_SHORT", line) for line in found)) if found else state


def _ask(event: ShipNoticeRecorded, stream: str) -> Iterator[Tell]:
    """Ask each order about its items; one that a restated notice no longer names has its shipment taken back."""
    notice = event.notice
    moved = notice.shipped or notice.noticed
    for order in event.orders:
        listed = tuple(item for item in items(notice) if order_stream(item.order_number, item.release) == order)
        command = RecordShipment(
            notice=notice.number,
            notice_stream=stream,
            partner=event.partner,
            items=listed,
            shipped_on=moved.on,
            expected_on=notice.expected.on if notice.expected else None,
            cancelled=notice.purpose == "cancel" or not listed,
            revision=event.revision,
            ship_to=notice.ship_to,
        )
        yield Tell(stream=order, command=command)


def _confirm(event: ShipmentRecorded | ShipmentRefused, stream: str) -> Tell:
    command = ConfirmShipNotice(
        order_stream=stream,
        agreed=isinstance(event, ShipmentRecorded),
        findings=event.findings,
        revision=event.revision,
    )
    return Tell(stream=event.notice_stream, command=command)


def _instruct(state: State, event: ShipNoticeConfirmed, stream: str) -> Iterator[Request]:
    """Send the notice to the warehouse and the ERP, blind or not, and ask a person about a blind one."""
    notice = state.notice
    if notice is None:
        return
    if event.blind:
        notice = replace(notice, references=(*notice.references, BLIND))
        says = (
            f"Ship notice (ASN) {state.number} from {state.partner} fails its checks or disagrees with its orders. "
            "The warehouse will receive the goods blind; request a new notice, or accept this one."
        )
        yield open_case("ASN_INVALID", stream, says, partner=state.partner, findings=event.findings)
    for receiver in dict.fromkeys((state.warehouse, state.owner)):
        if receiver:
            yield Send(document=notice, to=receiver, about=stream, occasion=f"notice-{receiver}")


def _receive(event: GoodsReceiptRecorded, stream: str) -> Iterator[Request]:
    """Tell each order what was counted of it, and the ERP all of it."""
    receipt = event.receipt
    for order in event.orders:
        command = RecordReceipt(
            receipt=receipt.number,
            partner=event.partner,
            lines=tuple(line for line in receipt.lines if _order_of(receipt, line) == order),
            received_on=receipt.received.on,
            notice=receipt.ship_notice,
            final=receipt.final,
            orders=event.orders,
            warehouse=receipt.warehouse,
        )
        yield Tell(stream=order, command=command)
    if event.owner:
        yield Send(document=receipt, to=event.owner, about=stream, occasion="receipt")


def _done_with(event: ReceiptRecorded) -> Iterator[Tell]:
    """Tell the ship notice of its final receipt: it knows the orders the receipt does not mention."""
    if event.final and event.notice_stream and event.received_on:
        command = CloseShipNotice(
            receipt=event.receipt, partner=event.partner, received_on=event.received_on, told=event.orders
        )
        yield Tell(stream=event.notice_stream, command=command)


def _close(state: State, event: ShipNoticeReceived) -> Iterator[Tell]:
    """Tell the orders that the receipt does not mention that no more of the notice comes."""
    command = RecordReceipt(
        receipt=event.receipt,
        partner=event.partner,
        lines=(),
        received_on=event.received_on,
        notice=state.number,
        final=True,
    )
    yield from (Tell(stream=order, command=command) for order in event.orders)


def _order_of(receipt: GoodsReceipt, line: ReceiptLine) -> str:
    if line.order_number:
        return order_stream(line.order_number, line.release)
    return order_stream(receipt.order_number, receipt.release)


def _discrepancy(state: State, event: DiscrepancyFound, stream: str, context: Context) -> Iterator[Tell]:
    missing = event.expected - event.counted
    if event.kind == "short" and missing <= event.expected * context.policy.receipt_under_percent / HUNDRED:
        return
    kind = receiving_case(event)
    where = f"Order {state.number}, line {event.line}" if event.line else f"Order {state.number}"
    counted = f"{event.counted} {event.unit}"
    words = {
        "short": f"{event.counted} of {event.expected} {event.unit} arrived, {missing} missing. Claim them, or wait.",
        "over": f"{counted} arrived, {event.expected} were announced. Accept the surplus, or return it.",
        "damaged": f"{counted} arrived damaged. Claim them from the carrier or the supplier.",
        "quality": f"{counted} failed inspection. Return or claim them.",
        "not_advised": f"{counted} arrived without being announced. Check them, then accept or return.",
        "wrong_item": f"{counted} of an item that was not ordered arrived. Return them, or correct the receipt.",
        "other": f"{counted} were turned down. Ask the warehouse why.",
        "pack": (
            f"{counted} counted, {event.expected} announced; a case is {event.value}. It was probably counted in "
            "another unit: correct the receipt, or the size of the case."
        ),
        "lot": f"{counted} of lot {event.value} arrived, which was not announced. Hold them until the supplier says.",
        "expired": f"{counted} expired on {event.value}. Return or claim them.",
        "short_dated": f"{counted} expire on {event.value}, sooner than agreed. Accept, return or claim them.",
        "misshipped": f"{counted} were received at {event.value}, not where they belong. Move or accept them.",
    }
    says = f"{where}: {words[event.kind]}"
    yield open_case(
        kind,
        stream,
        says,
        line=event.line,
        partner=state.partner,
        amount_at_stake=event.at_stake,
        evidence=event.receipt,
    )


def _doubts(state: State, event: ReceiptRecorded, stream: str) -> Iterator[Tell]:
    """Ask a person about goods on an order that is over, and about counts that could not be booked."""
    late = tuple(finding for finding in event.findings if finding.code == "goods-receipt.closed-order")
    other = tuple(finding for finding in event.findings if finding.code != "goods-receipt.closed-order")
    if late:
        yield open_case("RECEIPT_ON_CLOSED_PO", stream, _said(late), partner=event.partner, findings=late)
    if other:
        says = f"Receipt {event.receipt} for order {state.number} could not be booked whole. {_said(other)}"
        yield open_case("RECEIPT_INVALID", stream, says, line=event.receipt, partner=event.partner, findings=other)


def _said(findings: tuple[Finding, ...]) -> str:
    return " ".join(f"{finding.says} {finding.fix}" for finding in findings[:3])


def _wait(context: Context) -> Wake:
    return Wake(name=CONFIRM, due=context.now + timedelta(hours=context.policy.early_ship_notice_hours))
