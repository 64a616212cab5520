"""Decide on ship notices: check the tree, ask every order it names, and say whether all agree (domain.md 4.4).

A notice that cannot be read as a tree, or holds no goods, is refused. One that fails another check, or that its orders
disagree with, is confirmed all the same, as blind: goods that are on their way will arrive, and the warehouse gets the
best list there is. Orders that stay silent count as disagreeing when the timer ``confirm`` fires.
"""

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.order_book import digest, remember
from tradelane.domain.ship_checks import doubts
from tradelane.domain.ship_tree import item_faults, order_streams, ships_something, tree_faults
from tradelane.model.command import Command, Defer
from tradelane.model.event import Event
from tradelane.model.finding import Finding, Place
from tradelane.model.policy import Context
from tradelane.model.request import FireTimer
from tradelane.model.ship_notice import (
    CloseShipNotice,
    ConfirmShipNotice,
    OrderAnswered,
    RecordShipNotice,
    ShipNotice,
    ShipNoticeConfirmed,
    ShipNoticeReceived,
    ShipNoticeRecorded,
    ShipNoticeRefused,
)

STREAM = "ship_notice"
CONFIRM = "confirm"
"""The timer after which silence counts as disagreement."""

FAULTS_MAX = 50
"""So many of its own faults a notice is remembered by, until its orders have answered."""
RESTATING = ("replace", "change", "cancel")


class Answer(Struct, frozen=True):
    """What one order said: ``waiting``, ``agreed`` or ``disagreed``."""

    word: str
    findings: tuple[Finding, ...] = ()


class State(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The notice as last stated and what its orders said to that.

    ``content`` is its digest, ``said`` those of refusals spoken, ``received`` the final receipt, once there is one;
    ``faults`` the checks it failed by itself.
    """

    number: str = ""
    partner: str = ""
    owner: str = ""
    warehouse: str = ""
    revision: int = 0
    content: str = ""
    answers: dict[str, Answer] = {}
    faults: tuple[Finding, ...] = ()
    cancelled: bool = False
    confirmed: bool = False
    blind: bool = False
    said: tuple[str, ...] = ()
    received: CloseShipNotice | None = None


initial = State()


def decide(command: Command, state: State, context: Context) -> list[Event] | Defer:
    """Return what happens to the notice because of *command*."""
    match command:
        case RecordShipNotice():
            return _record(command, state, context)
        case ConfirmShipNotice():
            return _answer(command, state)
        case CloseShipNotice():
            return _close(command, state)
        case FireTimer(name="confirm"):
            return _silence(state)
        case _:
            return []


def evolve(state: State, event: Event) -> State:
    """Return *state* after *event*."""
    match event:
        case ShipNoticeRecorded(notice=notice):
            return replace(
                state,
                number=notice.number,
                partner=event.partner,
                owner=event.owner,
                warehouse=event.warehouse,
                revision=event.revision,
                content=_content(notice),
                answers=dict.fromkeys(event.orders, Answer("waiting")),
                faults=tuple(one for one in event.findings if one.severity == "error")[:FAULTS_MAX],
                cancelled=notice.purpose == "cancel",
                confirmed=False,
            )
        case OrderAnswered():
            word = "agreed" if event.agreed else "disagreed"
            return replace(state, answers={**state.answers, event.order_stream: Answer(word, event.findings)})
        case ShipNoticeConfirmed():
            return replace(state, confirmed=True, blind=event.blind)
        case ShipNoticeReceived(receipt=receipt, partner=partner, received_on=on, told=told):
            close = CloseShipNotice(receipt=receipt, partner=partner, received_on=on, told=told)
            return replace(state, received=close)
        case ShipNoticeRefused():
            return replace(state, said=remember(state.said, digest(event)))
        case _:
            return state


def status(state: State) -> str:
    """Return the notice's state in the words of domain.md 1.4."""
    if not state.number:
        return "unknown"
    if state.cancelled:
        return "cancelled"
    if not state.confirmed:
        return "received"
    return "validation_failed" if state.blind else "accepted"


def _record(command: RecordShipNotice, state: State, context: Context) -> list[Event] | Defer:
    notice = command.notice
    if state.number and _content(notice) == state.content:
        return []
    if notice.purpose == "cancel" and not state.number:
        return _early(notice, context)
    senseless, bad, findings = tuple(tree_faults(notice)), tuple(item_faults(notice)), tuple(doubts(command, context))
    # Where some items make no sense the others are received, blind; where none is left there is nothing to receive by.
    senseless, findings = (senseless, (*bad, *findings)) if ships_something(notice) else ((*senseless, *bad), findings)
    if state.number and notice.purpose not in RESTATING:
        senseless = (*senseless, _other_content(notice))
    if senseless:
        refusal = ShipNoticeRefused(notice=notice, partner=command.partner, findings=(*senseless, *findings))
        return [] if digest(refusal) in state.said else [refusal]
    orders = dict.fromkeys((*order_streams(notice), *state.answers))
    recorded = ShipNoticeRecorded(
        notice=notice,
        partner=command.partner,
        owner=command.owner or state.owner,
        warehouse=command.warehouse or state.warehouse,
        orders=tuple(orders),
        findings=findings,
        revision=state.revision + 1 if state.number else 0,
        origin=context.origin,
    )
    return [recorded]


def _content(notice: ShipNotice) -> str:
    """Return the digest of what the notice states; marking it a duplicate or a confirmation states nothing else."""
    return digest(notice if notice.purpose in RESTATING else replace(notice, purpose="original"))


def _answer(command: ConfirmShipNotice, state: State) -> list[Event]:
    known = state.answers.get(command.order_stream)
    if known is None or known.word != "waiting" or command.revision != state.revision:
        return []
    said = OrderAnswered(order_stream=command.order_stream, agreed=command.agreed, findings=command.findings)
    concluded = _concluded([said], state)
    # An order that answers when the warehouse is done already would wait for its goods for ever.
    late = command.agreed and state.received and command.order_stream not in state.received.told
    return [*concluded, _received(state.received, (command.order_stream,))] if late and state.received else concluded


def _close(command: CloseShipNotice, state: State) -> list[Event]:
    """Tell every order of the notice, once, that no more of it comes."""
    if not state.number or state.received:
        return []
    agreed = (stream for stream, answer in state.answers.items() if answer.word == "agreed")
    return [_received(command, tuple(stream for stream in agreed if stream not in command.told))]


def _received(close: CloseShipNotice, orders: tuple[str, ...]) -> ShipNoticeReceived:
    return ShipNoticeReceived(
        receipt=close.receipt, partner=close.partner, received_on=close.received_on, orders=orders, told=close.told
    )


def _silence(state: State) -> list[Event]:
    """Take the silence of orders as disagreement: they are not known to us."""
    silent = [stream for stream, answer in state.answers.items() if answer.word == "waiting"]
    return _concluded([_silent(stream, state.number) for stream in silent], state) if silent else []


def _concluded(answers: list[OrderAnswered], state: State) -> list[Event]:
    """Return *answers*, and the conclusion when they complete the round."""
    for answer in answers:
        state = evolve(state, answer)
    if any(answer.word == "waiting" for answer in state.answers.values()):
        return [*answers]
    blind = bool(state.faults) or any(answer.word == "disagreed" for answer in state.answers.values())
    told = tuple(finding for answer in state.answers.values() for finding in answer.findings)
    findings = (*state.faults, *told)
    return [*answers, ShipNoticeConfirmed(blind=blind, findings=findings)]


def _silent(stream: str, number: str) -> OrderAnswered:
    finding = Finding(
        code="ship-notice.unknown-order",
        where=Place(path=stream),
        says=f"Ship notice {number} names an order we have not heard of: {stream.split('/', 1)[1]}.",
        fix="Release the order from the ERP, or ask the supplier to correct the order number.",
    )
    return OrderAnswered(order_stream=stream, agreed=False, findings=(finding,))


def _other_content(notice: ShipNotice) -> Finding:
    return Finding(
        code="ship-notice.duplicate-number",
        where=Place(path="$.number"),
        says=f"Ship notice {notice.number} is known with other content.",
        fix="Ask the supplier to send it with the purpose replace (BSN01 05), or under a new number.",
        value=notice.number,
    )


def _early(notice: ShipNotice, context: Context) -> Defer:
    finding = Finding(
        code="ship-notice.unknown-notice",
        where=Place(path="$.number"),
        says=f"There is no ship notice {notice.number} to cancel yet.",
        fix="Ask the supplier for the notice, or for the number of the one they mean.",
        value=notice.number,
    )
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_ship_notice_hours))
