"""See a buyer's cancellation through: nothing is cut until the supplier agrees, or policy waits no longer
(domain.md 2.2).

It is asked for by a change of purpose cancel. The supplier's answer is one that calls itself a cancellation; one that
names the cancellation's sequence; one without lines, where every line was answered before, as many syntaxes have no
more to say (ORDRSP, UBL); or one written on a later day. What it wrote before, or on the same day, may have crossed
ours and answers the order alone. A refusal, or goods that leave after all, put the order back to what it was.
"""

from typing import Literal

from msgspec.structs import replace

from tradelane.domain.ledger import cancel
from tradelane.domain.order_answer import PROMISING
from tradelane.domain.order_book import Cancelling, Draft, State, unanswered
from tradelane.model.finding import Finding, Place
from tradelane.model.order_cancel import KeptLine, OrderCancelled, OrderCancelRefused
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    LineShipped,
    OrderResponded,
    OrderSent,
    RecordOrderResponse,
    RecordSending,
    RecordShipment,
    ShipmentRefused,
)

TIMER = "cancel"
"""The timer whose firing says that the supplier was silent for as long as policy waits."""

Verdict = Literal["yes", "no"]


def asked(state: State, change: OrderChange) -> State:
    """Return *state* with its cancellation under way; *state* has taken the change's number already."""
    wish = Cancelling(sequence=state.sequence, asked_on=change.changed_on, reason=" ".join(change.notes))
    return replace(state, cancelling=wish)


def cancelled(state: State) -> State:
    """Return *state* with every unit that has not left the supplier cut."""
    lines = {number: cancel(line) for number, line in state.lines.items()}
    return replace(state, cancelled=True, cancelling=None, lines=lines)


def refused(state: State, event: OrderCancelRefused) -> State:
    """Return *state* as it was before the cancellation; it never left the books."""
    return state if event.late else replace(state, cancelling=None, uncancelled=True)


def sent(state: State, event: OrderSent) -> State:
    """Remember which paper carries the cancellation: the last change that reached the supplier while it was pending."""
    if not state.cancelling or event.document_type != "order_change" or event.partner != state.supplier:
        return state
    return replace(state, cancelling=replace(state.cancelling, document_id=event.document_id))


def ask(change: OrderChange, draft: Draft) -> None:
    """Where nothing is left to ask for, because the supplier had refused it all, let the cancellation take effect."""
    if change.purpose == "cancel" and not any(line.to_come for line in draft.state.lines.values()):
        _take_effect(draft, "refused")


def only_about(response: OrderResponse, state: State) -> bool:
    """Say whether *response* answers a cancellation and says nothing of the order itself."""
    if response.purpose == "cancel":
        return bool(state.cancelling or state.cancelled or state.uncancelled)
    wish = state.cancelling
    if wish is None or any(line.outcomes for line in response.lines):
        return False
    if response.order_version:
        return _names(response, wish)
    return response.responded_on >= wish.asked_on and not unanswered(state)


def hear(command: RecordOrderResponse, draft: Draft) -> None:
    """Take the supplier's yes or no.

    A yes counts even if the cancellation had failed, as no goods will come; a no to what is cancelled is for a person.
    """
    response, state = command.response, draft.state
    draft.add(OrderResponded(response=response, partner=command.partner, unanswered=unanswered(state)))
    said = _verdict(response)
    if said == "yes" and not state.cancelled:
        _take_effect(draft, "agreed")
    elif said == "no" and (state.cancelling or state.cancelled):
        _fail(draft, command.partner, "refused")


def after_answer(command: RecordOrderResponse, draft: Draft) -> None:
    """See what an answer to the order means for its cancellation: promising on is a no, refusing it all a yes."""
    state, response = draft.state, command.response
    said = next((event for event in reversed(draft.events) if isinstance(event, OrderResponded)), None)
    if state.cancelling is None or said is None or said.superseded:
        return
    if not any(line.to_come for line in state.lines.values()):
        _take_effect(draft, "agreed")
        return
    wish = state.cancelling
    about_it = _names(response, wish) if response.order_version else response.responded_on > wish.asked_on
    if about_it and _promises(response):
        _fail(draft, command.partner, "refused")


def after_shipment(command: RecordShipment, draft: Draft) -> None:
    """Goods that leave while their cancellation is pending end it, even if their notice cannot be taken."""
    state = draft.state
    if state.cancelling is None or command.partner != state.supplier or command.cancelled or not command.items:
        return
    leaves = (isinstance(event, LineShipped) and event.quantity > 0 for event in draft.events)
    if any(leaves) or any(isinstance(event, ShipmentRefused) for event in draft.events):
        _fail(draft, command.partner, "shipped", command.notice)


def after_sending(command: RecordSending, draft: Draft, context: Context) -> None:
    """Where policy says that reading the cancellation is agreeing, let it take effect at the partner's 997."""
    wish = draft.state.cancelling
    read = command.state == "accepted" and context.policy.cancel_when_read
    if wish and read and wish.document_id == command.document_id:
        _take_effect(draft, "read")


def time_is_up(draft: Draft) -> None:
    """The supplier was silent for as long as policy waits: the cancellation takes effect."""
    if draft.state.cancelling:
        _take_effect(draft, "silent")


def settle(draft: Draft) -> None:
    """A cancellation of which nothing is left to cut, as all of it came after all, is over."""
    state = draft.state
    if state.cancelling and not any(line.to_come for line in state.lines.values()):
        _fail(draft, state.supplier, "shipped")


def over(state: State) -> Finding:
    """Return what is wrong with an answer to an order that is cancelled."""
    return Finding(
        code="order-response.cancelled-order",
        where=Place(path="$.order_number"),
        says=f"Order {state.number} is cancelled; nothing more of it is expected.",
        fix="Ship no more of it; call the buyer if goods have left already.",
        severity="warning",
        value=state.number,
    )


def _names(response: OrderResponse, wish: Cancelling) -> bool:
    return response.order_version > 0 and response.order_version >= wish.sequence


def _verdict(response: OrderResponse) -> Verdict | None:
    """Return the supplier's word on the cancellation; agreeing with changes is not agreeing."""
    match response.overall:
        case "accepted":
            return "yes"
        case "rejected" | "accepted_with_changes":
            return "no"
        case _:
            return None


def _promises(response: OrderResponse) -> bool:
    """Say whether the supplier means to ship: in as many words, or for all that it does not list."""
    said = {outcome.disposition for line in response.lines for outcome in line.outcomes}
    whole = response.overall in ("accepted", "accepted_with_changes") and not said
    return bool(said & {*PROMISING, "backordered"}) or whole


def _take_effect(draft: Draft, because: Literal["agreed", "refused", "read", "silent"]) -> None:
    wish = draft.state.cancelling
    draft.add(OrderCancelled(reason=wish.reason if wish else "", because=because))


def _fail(draft: Draft, partner: str, because: Literal["refused", "shipped"], notice: str = "") -> None:
    state = draft.state
    kept = (
        KeptLine(line=number, unit=line.unit, shipped=line.shipped, to_come=line.to_come)
        for number, line in state.lines.items()
        if line.shipped or line.to_come
    )
    draft.add(
        OrderCancelRefused(
            partner=partner,
            because=because,
            lines=tuple(kept),
            notice=notice,
            late=state.cancelling is None,
            unanswered=unanswered(state),
        )
    )
