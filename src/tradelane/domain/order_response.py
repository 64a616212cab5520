"""Take the supplier's answer to an order: promise, cut, and say how it differs (domain.md 4.1).

An answer speaks about the whole quantity ordered; what has already left counts as promised first. Units rejected
are cut, units backordered without a date stay open, held units change nothing but the line's last word. Older
answers never overwrite newer ones.
"""

from collections.abc import Iterator
from datetime import timedelta

from msgspec.structs import replace

from tradelane.domain import order_cancel
from tradelane.domain.deviation import deviations
from tradelane.domain.ledger import Line
from tradelane.domain.line_search import LineSearch
from tradelane.domain.not_theirs import not_theirs
from tradelane.domain.order_answer import (
    CUTTING,
    PROMISING,
    Answer,
    addressed,
    agreed_deletions,
    is_old,
    is_outdated,
    read,
)
from tradelane.domain.order_book import Draft, State, digest, remember, unanswered
from tradelane.model.command import Defer
from tradelane.model.finding import Finding, Place
from tradelane.model.order_response import Disposition, OrderResponse
from tradelane.model.policy import Context
from tradelane.model.purchase_order import (
    LineCut,
    LinePromised,
    OrderResponded,
    OrderResponseRefused,
    Promise,
    RecordOrderResponse,
)
from tradelane.model.quantity import ZERO

OLD_VERSION = "order-response.old-version"


def record(command: RecordOrderResponse, draft: Draft, context: Context) -> Defer | None:
    """Let the answer happen in *draft*, or say why it cannot be; too early is a `Defer`."""
    response, state = command.response, draft.state
    if not state.number:
        return _unknown_order(response, context)
    if command.partner != state.supplier:
        says = f"{command.partner} answers order {state.number}, which is {state.supplier}'s."
        return not_theirs(_unknown_order(response, context), says)
    if digest(response) in state.said:
        return None
    if order_cancel.only_about(response, state) and command.partner == state.supplier:
        order_cancel.hear(command, draft)
        return None
    search = LineSearch(state.lines)
    answers, findings = read(response, search)
    answers = agreed_deletions(answers, search)
    findings += _header_faults(command, state)
    for answer in answers:
        if not is_outdated(state.lines[answer.line], response):
            findings += _faults(answer, state.lines[answer.line])
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        draft.say(OrderResponseRefused(response=response, partner=command.partner, findings=tuple(findings)))
        return None
    _apply(command, answers, tuple(findings), draft, context)
    order_cancel.after_answer(command, draft)
    return None


def _apply(
    command: RecordOrderResponse, answers: list[Answer], findings: tuple[Finding, ...], draft: Draft, context: Context
) -> None:
    response, state = command.response, draft.state
    if state.cancelled:
        over = (*findings, order_cancel.over(state))
        draft.add(OrderResponded(response=response, partner=command.partner, findings=over, superseded=True))
        return
    findings += tuple(_outdated(answers, response, state))
    current = [answer for answer in answers if not is_old(state.lines[answer.line], response)]
    said = OrderResponded(response=response, partner=command.partner, findings=findings)
    if answers and not current:
        draft.add(replace(said, superseded=True, unanswered=unanswered(state)))
        return
    differing = tuple(
        deviation
        for answer in current
        for deviation in deviations(answer, state.lines[answer.line], response, context.policy)
    )
    answered: set[str] = set()
    for answer in current:
        for event in _postings(answer, state.lines[answer.line], response):
            draft.add(event)
            answered.add(answer.line)
    draft.add(replace(said, deviations=differing, unanswered=unanswered(state, answered)))


def responded(state: State, event: OrderResponded) -> State:
    """Return *state* after the answer: each line it speaks of knows its day, and whether a person must look."""
    said = remember(state.said, digest(event.response))
    if event.superseded:
        return replace(state, said=said)
    disputed = {deviation.line for deviation in event.deviations if not deviation.accepted}
    lines = dict(state.lines)
    for number in addressed(event.response, LineSearch(state.lines)):
        line = lines[number]
        if not is_old(line, event.response):
            lines[number] = replace(line, answered_on=event.response.responded_on, disputed=number in disputed)
    return replace(state, said=said, lines=lines)


def _postings(answer: Answer, line: Line, response: OrderResponse) -> Iterator[LinePromised | LineCut]:
    """Yield the postings that make the line's books say what *answer* says; none where they already do."""
    if not answer.in_unit(line.unit):
        return
    promises = _promises(answer, line, response)
    remaining, promised = line.remaining, sum((promise.quantity for promise in promises), ZERO)
    cut = min(answer.total(*CUTTING), remaining)
    quantity = min(promised, remaining - cut)
    if answer.total("held"):
        quantity, promises = max(quantity, min(line.promised, remaining - cut)), promises or line.promises
    word = _word(answer)
    price = next((outcome.price for outcome in answer.outcomes if outcome.price), None)
    substitute = next((outcome.substitute for outcome in answer.outcomes if outcome.substitute), None)
    all_cut = cut > 0 and cut == remaining
    if not all_cut and (quantity, promises, word) != (line.promised, line.promises, line.answer):
        yield LinePromised(
            line=answer.line,
            quantity=quantity,
            promises=promises,
            disposition=word,
            price=price,
            substitute=substitute,
        )
    if cut != line.cut or (all_cut and word != line.answer):
        yield LineCut(line=answer.line, quantity=cut, reason=next((o.reason for o in answer.outcomes if o.reason), ""))


def _promises(answer: Answer, line: Line, response: OrderResponse) -> tuple[Promise, ...]:
    """Return what is promised for which day, the units that have already left taken off the earliest days."""
    gone = line.gone
    promises: list[Promise] = []
    for outcome, units in zip(answer.outcomes, answer.units, strict=True):
        dated = outcome.ship_on or outcome.deliver_on
        if outcome.disposition not in PROMISING and not (outcome.disposition == "backordered" and dated):
            continue
        used = min(gone, units)
        gone -= used
        if units > used:
            ship_on = outcome.ship_on or (None if dated else response.ship_on)
            deliver_on = outcome.deliver_on or (None if dated else response.deliver_on)
            promises.append(Promise(quantity=units - used, ship_on=ship_on, deliver_on=deliver_on))
    return tuple(promises)


def _word(answer: Answer) -> Disposition:
    """Return the one word for a line answered in several ways: the one that most wants attention."""
    said = {outcome.disposition for outcome in answer.outcomes}
    order: tuple[Disposition, ...] = ("held", "backordered", "substituted", "changed", "accepted")
    words: list[Disposition] = [word for word in order if word in said]
    return words[0] if words else "rejected"


def _faults(answer: Answer, line: Line) -> Iterator[Finding]:
    place = Place(path=answer.place)
    if any(outcome.quantity and outcome.quantity.value < 0 for outcome in answer.outcomes):
        yield Finding(
            code="order-response.negative-quantity",
            where=place,
            says=f"Line {answer.line} is answered with a negative quantity.",
            fix="Ask the supplier to resend the order confirmation with quantities of zero or more.",
        )
    elif answer.in_unit(line.unit) and answer.total() > line.ordered:
        yield Finding(
            code="order-response.over-promise",
            where=place,
            says=f"Line {answer.line}: {answer.total()} {line.unit} answered of {line.ordered} ordered.",
            fix="Ask the supplier to resend, or raise the order.",
            value=str(answer.total()),
        )
    if sum(outcome.quantity is None for outcome in answer.outcomes) > 1:
        yield Finding(
            code="order-response.two-whole-lines",
            where=place,
            says=f"Line {answer.line} is answered twice for its whole quantity.",
            fix="Ask the supplier to say how many units each part of the answer is about.",
        )


def _header_faults(command: RecordOrderResponse, state: State) -> list[Finding]:
    response, findings = command.response, []
    if response.purpose == "cancel":
        findings.append(
            Finding(
                code="order-response.cannot-cancel",
                where=Place(path="$.purpose"),
                says="An answer cannot be taken back.",
                fix="Ask the supplier to send a new order confirmation that says what holds now.",
            )
        )
    said = {outcome.disposition for line in response.lines for outcome in line.outcomes}
    refused = said & {"rejected", "deleted", "held", "backordered"}
    if (response.overall == "accepted" and refused) or (response.overall == "rejected" and said & set(PROMISING)):
        findings.append(
            Finding(
                code="order-response.header-line-conflict",
                where=Place(path="$.overall"),
                says=f"The answer as a whole says {response.overall}, its lines say otherwise. The lines were taken.",
                fix="Ask the supplier which of the two is meant if this happens often.",
                severity="warning",
            )
        )
    return findings


def _outdated(answers: list[Answer], response: OrderResponse, state: State) -> Iterator[Finding]:
    """Yield that the answer is about an older version of the order, with the lines it does not count for."""
    lines = [answer.line for answer in answers if is_outdated(state.lines[answer.line], response)]
    if lines:
        named = ", ".join(lines[:5]) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")
        yield Finding(
            code=OLD_VERSION,
            where=Place(path="$.order_version"),
            says=f"It answers the order as it was before line {named} changed; the rest of it was taken.",
            fix="Ask the supplier to answer the order as it stands now.",
            severity="warning",
            value=str(response.order_version),
        )


def _unknown_order(response: OrderResponse, context: Context) -> Defer:
    finding = Finding(
        code="order-response.unknown-order",
        where=Place(path="$.order_number"),
        says=f"There is no order {response.order_number} yet.",
        fix="Release the order from the ERP, or ask the supplier to correct the order number.",
        value=response.order_number,
    )
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_response_hours))
