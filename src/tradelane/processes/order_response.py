"""Chase the supplier's answer: send the order, remind when it is late, ask a person when it stays away, tell the
ERP.

What differs from the order beyond policy, what cannot be, and what did not get through each becomes a case; each
case ends by itself when its cause does. A reminder is the order sent again, marked as a duplicate.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.model.event import Event
from tradelane.model.order_answer import AnswerAccepted, AnswerDeclined, SupplierReminded
from tradelane.model.order_cancel import OrderCancelled, OrderCancelRefused
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import Deviation
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    OrderChanged,
    OrderChangeRefused,
    OrderClosed,
    OrderRefused,
    OrderReleased,
    OrderResponded,
    OrderResponseRefused,
    OrderSendingFailed,
    OrderSent,
    OrderSyntaxAccepted,
    PurchaseOrder,
    ShipmentRecorded,
)
from tradelane.model.quantity import ZERO
from tradelane.model.repeat import DocumentParked
from tradelane.model.request import Forget, Request, Send, Tell, TimerFired, Wake
from tradelane.processes.cases import open_case, resolve_case

NAME = "order_response"
LISTENS = ("purchase_order",)
ANSWER = "answer"
"""The timer that waits for the supplier's answer."""
DECIDE = "decide"
"""The timer that waits for a person to decide on an answer beyond policy."""
OLD_VERSION = "order-response.old-version"
OUTDATED = ("ACK_FOR_OLD_VERSION", "version")
"""The case, by kind and line, about an answer to an order that the buyer has changed since."""

KINDS: dict[str, str] = {
    "quantity_short": "ACK_QTY_SHORT",
    "quantity_over": "ACK_QTY_SHORT",
    "backordered": "ACK_QTY_SHORT",
    "held": "ACK_QTY_SHORT",
    "split": "ACK_DATE_LATE",
    "date_late": "ACK_DATE_LATE",
    "date_early": "ACK_DATE_LATE",
    "price_up": "ACK_PRICE",
    "price_down": "ACK_PRICE",
    "item_changed": "ACK_ITEM_CHANGE",
    "unit_changed": "ACK_ITEM_CHANGE",
    "rejected": "ACK_REJECTED",
}
"""Which case a deviation outside policy opens."""

WORDS: dict[str, str] = {
    "quantity_short": "is short",
    "quantity_over": "is over",
    "backordered": "is backordered",
    "held": "is on hold",
    "split": "comes in parts",
    "date_late": "comes late",
    "date_early": "comes early",
    "price_up": "costs more",
    "price_down": "costs less",
    "item_changed": "is another item",
    "unit_changed": "is in another unit",
    "rejected": "is refused",
}
FAILURES: dict[str, str] = {
    "rejected": "could not be read by {partner}. Fix the partner's settings and resend.",
    "overdue": "was not acknowledged by {partner} in time. Ask whether it arrived, and resend it if not.",
    "failed": "could not be delivered to {partner}. Check the connection and resend.",
}


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the chase knows of one order. ``asked`` is the document that wants an answer; None when nothing does.
    ``set_aside`` is the one that wants it again, should the cancellation fail that is pending.

    ``disputes`` are the lines behind each open case about an answer; ``standing`` the other open cases, by kind and
    line; ``parked`` the buyer's changes that waited in vain, by item, with their sequence; ``ended`` the cases whose
    cause the last event took away.
    """

    number: str = ""
    supplier: str = ""
    owner: str = ""
    rush: bool = False
    asked: PurchaseOrder | OrderChange | None = None
    set_aside: PurchaseOrder | OrderChange | None = None
    reminders: int = 0
    disputes: dict[str, tuple[str, ...]] = {}
    standing: tuple[tuple[str, str], ...] = ()
    parked: dict[str, int] = {}
    ended: tuple[tuple[str, str], ...] = ()


initial = State()


def evolve(state: State, event: Event, at: datetime) -> State:
    """Return *state* after *event*; *at* plays no part, as timers say when a day has come."""
    if state.ended:
        state = replace(state, ended=())
    match event:
        case OrderReleased(order=order, supplier=supplier, owner=owner):
            fresh = State(number=order.number, supplier=supplier, owner=owner, rush=order.order_type == "rush")
            return replace(fresh, asked=order, ended=state.standing)
        case OrderChanged():
            return _changed(state, event)
        case OrderResponded(superseded=False):
            return _answered(state, event)
        case OrderCancelled() | OrderClosed():
            over = (*state.standing, *_about(state), *_overtaken(state, None))
            return replace(state, asked=None, set_aside=None, disputes={}, standing=(), parked={}, ended=over)
        case OrderCancelRefused(late=False, unanswered=unanswered):
            return replace(state, asked=state.set_aside if unanswered else None, set_aside=None)
        case ShipmentRecorded(unanswered=0):
            return replace(state, asked=None, set_aside=None, ended=_overdue(state))
        case AnswerAccepted(lines=lines):
            return _settled(state, lines)
        case AnswerDeclined(change=change):
            settled = _settled(state, tuple(line.line for line in change.lines))
            return replace(settled, asked=change, reminders=0)
        case DocumentParked(document_type="order_change", item=item, sequence=sequence):
            return replace(state, parked={**state.parked, item: sequence})
        case TimerFired(name="answer"):
            return replace(state, reminders=state.reminders + 1)
        case OrderSyntaxAccepted(document_type=sent):
            return _ended(state, [(kind, line) for kind, line in state.standing if line == sent])
        case _:
            case_of = _case(state, event)
            known = case_of is None or case_of in state.standing
            return state if known else replace(state, standing=(*state.standing, case_of))


def react(state: State, event: Event, stream: str, context: Context) -> list[Request]:
    """Return what *event* asks for; *state* is the state after it."""
    requests: list[Request] = [resolve_case(kind, stream, line) for kind, line in state.ended]
    match event:
        case OrderReleased(order=order):
            requests += [_send(order, state, stream, "order"), _wait(state, context)]
        case OrderChanged(change=change):
            waits = _wait(state, context) if state.asked else Forget(name=ANSWER)
            requests += [_send(change, state, stream, f"change-{change.sequence}"), waits]
        case OrderSent(partner=partner) if partner == state.supplier and _chasing(state, context):
            requests.append(_wait(state, context))
        case TimerFired(name="answer") if state.asked:
            requests += _chase(state.asked, state, stream, context)
        case OrderResponded(superseded=False):
            requests += _answer(state, event, stream, context)
        case AnswerAccepted():
            requests += _decided(state)
        case SupplierReminded(id=id) if state.asked:
            return [_send(_again(state.asked), state, stream, f"reminder {id}")]
        case AnswerDeclined(change=change):
            requests += [*_decided(state), _send(change, state, stream, "declined"), _wait(state, context)]
        case TimerFired(name="decide") if state.disputes:
            requests += _escalate(state, stream, context)
        case OrderCancelRefused(late=False) if state.asked:
            requests.append(_wait(state, context))
        case ShipmentRecorded() | OrderCancelled() | OrderClosed() if state.asked is None:
            requests.append(Forget(name=ANSWER))
        case OrderResponded() if _case(state, event):
            requests.append(_complaint(state, event, stream))
        case OrderRefused() | OrderResponseRefused() | OrderChangeRefused() | OrderSendingFailed():
            requests.append(_complaint(state, event, stream))
        case _:
            pass
    return requests


def _changed(state: State, event: OrderChanged) -> State:
    """The buyer's change asks again; disputes about the lines it touches are over."""
    touched = {line.line for line in event.change.lines if line.action != "none"}
    disputes = {kind: tuple(line for line in lines if line not in touched) for kind, lines in state.disputes.items()}
    settled = [(kind, "") for kind, lines in disputes.items() if not lines]
    over = [key for key in state.standing if key[0] == "ORDER_CHANGE_REFUSED"]
    left = {kind: lines for kind, lines in disputes.items() if lines}
    ended = _ended(state, [*over, *settled])
    through = tuple(_overtaken(state, event.change))
    parked = {item: sequence for item, sequence in state.parked.items() if ("ORPHAN_DOCUMENT", item) not in through}
    over_too = (*ended.ended, *_overdue(state), *through)
    fresh = replace(ended, reminders=0, disputes=left, parked=parked, ended=over_too)
    if event.change.purpose == "cancel":
        return replace(fresh, asked=None, set_aside=state.asked)
    return replace(fresh, asked=event.change, set_aside=None)


def _answered(state: State, event: OrderResponded) -> State:
    """The answer settles what it no longer disputes; once every line is answered the chase is over."""
    fresh: dict[str, set[str]] = {}
    for deviation in event.deviations:
        if not deviation.accepted:
            fresh.setdefault(KINDS[deviation.kind], set()).add(deviation.line)
    for kind, lines in state.disputes.items():
        left = {line for line in lines if not _speaks_of(event, line)}
        if left or kind in fresh:
            fresh.setdefault(kind, set()).update(left)
    disputes = {kind: tuple(sorted(lines)) for kind, lines in fresh.items()}
    settled = [(kind, "") for kind in state.disputes if kind not in disputes]
    # A business answer means that they could read us, whatever their 997 said or did not say.
    read = [key for key in state.standing if key[1] in ("", "purchase_order", "order_change")]
    done = not event.unanswered and event.response.overall != "received_only"
    overdue = _overdue(state) if done else ()
    outdated = [OUTDATED] if _case(state, event) else []
    over = [key for key in state.standing if key == OUTDATED] if not outdated else []
    ended = _ended(state, [*settled, *read, *over])
    ended = replace(ended, standing=tuple(dict.fromkeys((*ended.standing, *outdated))))
    asked, aside = (None, None) if done else (state.asked, state.set_aside)
    return replace(ended, disputes=disputes, asked=asked, set_aside=aside, ended=(*ended.ended, *overdue))


def _settled(state: State, lines: tuple[str, ...]) -> State:
    """Return *state* with nothing left to decide on these lines; cases of which no line is left are over."""
    left = {kind: tuple(line for line in named if line not in lines) for kind, named in state.disputes.items()}
    over = tuple((kind, "") for kind, named in left.items() if not named)
    return replace(state, disputes={kind: named for kind, named in left.items() if named}, ended=over)


def _speaks_of(event: OrderResponded, line: str) -> bool:
    response = event.response
    if not response.lines or response.unmentioned != "unanswered":
        return True
    return any(spoken.line.lstrip("0") == line.lstrip("0") for spoken in response.lines)


def _ended(state: State, keys: Iterable[tuple[str, str]]) -> State:
    """Return *state* with these cases over, to be resolved by the reaction to the same event."""
    over = tuple(dict.fromkeys(keys))
    return replace(state, standing=tuple(key for key in state.standing if key not in over), ended=over)


def _overdue(state: State) -> tuple[tuple[str, str], ...]:
    return (("ACK_OVERDUE", ""),) if state.asked and state.reminders else ()


def _overtaken(state: State, change: OrderChange | None) -> Iterator[tuple[str, str]]:
    """Yield the cases about changes that waited in vain and that *change* says the same as, or later; a whole order
    says all of them, and so does the end of the order.
    """
    for item, sequence in state.parked.items():
        if change is None or change.purpose == "replace" or sequence <= change.sequence:
            yield ("ORPHAN_DOCUMENT", item)


def _about(state: State) -> Iterator[tuple[str, str]]:
    yield from ((kind, "") for kind in state.disputes)
    yield from _overdue(state)


def _chasing(state: State, context: Context) -> bool:
    return state.asked is not None and state.reminders <= context.policy.reminders_max


def _again(asked: PurchaseOrder | OrderChange) -> PurchaseOrder | OrderChange:
    return replace(asked, purpose="duplicate") if isinstance(asked, PurchaseOrder) else asked


def _chase(asked: PurchaseOrder | OrderChange, state: State, stream: str, context: Context) -> list[Request]:
    """Remind, as often as policy says; then ask a person."""
    if state.reminders <= context.policy.reminders_max:
        return [_send(_again(asked), state, stream, f"reminder-{state.reminders}"), _wait(state, context)]
    says = (
        f"{state.supplier} has not confirmed order {state.number} after {state.reminders - 1} reminders. "
        "Call them, or cancel and buy elsewhere."
    )
    return [open_case("ACK_OVERDUE", stream, says, partner=state.supplier)]


def _answer(state: State, event: OrderResponded, stream: str, context: Context) -> list[Request]:
    """Pass the answer on to the ERP, and ask a person about what differs beyond policy."""
    requests: list[Request] = []
    if state.owner:
        requests.append(Send(document=event.response, to=state.owner, about=stream, occasion="answer"))
    grouped: dict[str, list[Deviation]] = {}
    for deviation in event.deviations:
        if not deviation.accepted:
            grouped.setdefault(KINDS[deviation.kind], []).append(deviation)
    for kind, differing in grouped.items():
        stake = sum((deviation.at_stake for deviation in differing), ZERO)
        says = _differs(state, differing)
        requests.append(open_case(kind, stream, says, partner=state.supplier, amount_at_stake=stake))
    if _case(state, event):
        requests.append(_complaint(state, event, stream))
    if grouped:
        requests.append(Wake(name=DECIDE, due=context.now + timedelta(hours=context.policy.decide_within_hours)))
    elif any(kind in KINDS.values() for kind, _ in state.ended):
        requests += _decided(state)
    if state.asked is None:
        requests.append(Forget(name=ANSWER))
    return requests


def _decided(state: State) -> list[Request]:
    """Nobody is waited for any more, once nothing is left to decide."""
    return [] if state.disputes else [Forget(name=DECIDE)]


def _escalate(state: State, stream: str, context: Context) -> Iterator[Tell]:
    """Nobody decided in time: ask again, more urgently. Silence is never a yes."""
    hours = context.policy.decide_within_hours
    for kind, lines in state.disputes.items():
        says = (
            f"Nobody has decided for {hours} hours on what {state.supplier} answered to order {state.number}, "
            f"line {', '.join(lines[:5])}. Accept it, decline it, or change the order."
        )
        yield open_case(kind, stream, says, partner=state.supplier, severity="S1")


def _differs(state: State, differing: list[Deviation]) -> str:
    """Say in one sentence what the answer changes, the first few lines by name."""
    named = [f"line {d.line} {WORDS[d.kind]}: ordered {d.ordered}, answered {d.answered}" for d in differing[:5]]
    more = f"; and {len(differing) - 5} more" if len(differing) > 5 else ""
    return f"Order {state.number}, {'; '.join(named)}{more}. Accept it, or change the order."


def _complaint(state: State, event: Event, stream: str) -> Tell:
    """Ask a person about a refusal or a failure."""
    kind, line = _case(state, event) or ("", "")
    match event:
        case OrderRefused(order=order, owner=owner, findings=findings):
            partner = owner
            says = f"Order {order.number} makes no sense as sent. Correct it in the ERP and send it again."
        case OrderResponded(findings=findings, partner=partner):
            says = f"{partner} answered order {state.number} as it was before a change. Ask them to answer it anew."
        case OrderResponseRefused(findings=findings, partner=partner):
            says = f"The confirmation of order {state.number} from {partner} cannot be taken. Ask them to resend it."
        case OrderChangeRefused(change=change, findings=findings):
            says, partner = f"Change {change.sequence} of order {state.number} cannot be applied.", state.owner
            if kind == "CANCEL_VS_SHIP":
                says = f"Order {state.number} cannot be cancelled any more. {findings[0].says} {findings[0].fix}"
        case OrderSendingFailed(partner=partner, findings=findings):
            says = f"{_document(event)} for order {state.number} {FAILURES[event.state].format(partner=partner)}"
        case _:
            raise AssertionError(event)
    return open_case(kind, stream, says, line=line, partner=partner, findings=findings)


def _case(state: State, event: Event) -> tuple[str, str] | None:
    """Return the kind and line of the case that *event* opens, if it opens one."""
    match event:
        case OrderRefused(owner=owner):
            return ("REJECTED_BUSINESS", "order" if owner == (state.owner or owner) else owner)
        case OrderResponded(findings=findings) if any(finding.code == OLD_VERSION for finding in findings):
            return OUTDATED
        case OrderResponseRefused(partner=partner):
            return ("REJECTED_BUSINESS", "" if partner == state.supplier else partner)
        case OrderChangeRefused():
            too_late = any(finding.code == "order-change.already-shipped" for finding in event.findings)
            return ("CANCEL_VS_SHIP", "cancel") if too_late else ("ORDER_CHANGE_REFUSED", "change")
        case OrderSendingFailed(state=said, document_type=sent):
            return ("REJECTED_SYNTAX" if said == "rejected" else "PO_TRANSMISSION_FAILED", sent)
        case _:
            return None


def _document(event: OrderSendingFailed) -> str:
    words = {
        "purchase_order": "The order (850)",
        "order_change": "The order change (860)",
        "order_response": "The order confirmation (855)",
    }
    return words.get(event.document_type, "A document")


def _send(document: PurchaseOrder | OrderChange, state: State, stream: str, occasion: str) -> Send:
    return Send(document=document, to=state.supplier, about=stream, occasion=occasion)


def _wait(state: State, context: Context) -> Wake:
    policy = context.policy
    hours = policy.rush_answer_within_hours if state.rush else policy.answer_within_hours
    return Wake(name=ANSWER, due=context.now + timedelta(hours=hours))
