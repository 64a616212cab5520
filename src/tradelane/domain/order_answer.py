"""Read an answer against the lines of an order: which line each part means, and how many units it speaks of."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain.ledger import Line
from tradelane.domain.line_search import LineSearch
from tradelane.model.finding import Finding, Place
from tradelane.model.order_response import Disposition, LineOutcome, OrderResponse, ResponseLine
from tradelane.model.quantity import ZERO

PROMISING: tuple[Disposition, ...] = ("accepted", "changed", "substituted")
CUTTING: tuple[Disposition, ...] = ("rejected", "deleted")


class Answer(Struct, frozen=True):
    """What one answer says of one order line, its outcomes with their quantities filled in."""

    line: str
    outcomes: tuple[LineOutcome, ...]
    units: tuple[Decimal, ...]
    place: str

    def total(self, *dispositions: Disposition) -> Decimal:
        """Return the units answered in any of these ways (in any way, when none is given)."""
        total = ZERO
        for outcome, units in zip(self.outcomes, self.units, strict=True):
            if not dispositions or outcome.disposition in dispositions:
                total += units
        return total

    def in_unit(self, unit: str) -> bool:
        """Say whether every quantity of the answer is in *unit*; otherwise nothing can be posted."""
        return all(outcome.quantity is None or outcome.quantity.unit == unit for outcome in self.outcomes)


def agreed_deletions(answers: list[Answer], search: LineSearch) -> list[Answer]:
    """Return *answers*; where the buyer takes a line back, accepting it without any units means agreeing to that."""
    lines = search.lines
    return [_agreed(one, lines[one.line].ordered) if lines[one.line].deleting else one for one in answers]


def _agreed(answer: Answer, whole: Decimal) -> Answer:
    promised = any(o.quantity and o.quantity.value for o in answer.outcomes if o.disposition not in CUTTING)
    other = any(o.disposition not in (*PROMISING, *CUTTING) for o in answer.outcomes)
    if promised or other:
        return answer
    return Answer(answer.line, (LineOutcome(disposition="deleted"),), (sum(answer.units, ZERO) or whole,), answer.place)


def read(response: OrderResponse, search: LineSearch) -> tuple[list[Answer], list[Finding]]:
    """Return what *response* says of each order line, and what is wrong with how it says so."""
    spoken: dict[str, list[ResponseLine]] = {}
    places: dict[str, str] = {}
    findings: list[Finding] = []
    for index, line in enumerate(response.lines):
        found, place = search.find(line.line, line.item), f"$.lines[{index}]"
        if found.how == "none":
            findings.append(_unknown_line(line, place))
            continue
        if found.how == "item" and line.line:
            findings.append(_by_item(line, found.line, place))
        if found.how == "conflict":
            line = _of_another_item(line, response)
        spoken.setdefault(found.line, []).append(line)
        places.setdefault(found.line, place)
    answers = []
    for number, lines in spoken.items():
        outcomes = tuple(outcome for line in lines for outcome in _outcomes(line, response))
        answers.append(_answer(number, outcomes, search, places[number]))
    implied = _implied(response)
    if implied:
        silent = (number for number in search.lines if number not in spoken)
        answers += [_answer(number, (LineOutcome(disposition=implied),), search, "$.unmentioned") for number in silent]
    return [answer for answer in answers if answer.outcomes], findings


def addressed(response: OrderResponse, search: LineSearch) -> Iterator[str]:
    """Yield the number of every order line that *response* speaks of, each once."""
    heard = response.overall != "received_only"
    spoken = {search.find(line.line, line.item).line for line in response.lines if line.outcomes or heard} - {""}
    yield from spoken
    if _implied(response):
        yield from (number for number in search.lines if number not in spoken)


def is_old(line: Line, response: OrderResponse) -> bool:
    """Say whether the line has heard a later answer, or was changed by the buyer after what this answer is about."""
    return bool(line.answered_on and response.responded_on < line.answered_on) or is_outdated(line, response)


def is_outdated(line: Line, response: OrderResponse) -> bool:
    """Say whether the buyer changed the line after what *response* is about."""
    if response.order_version:
        return line.changed > response.order_version
    return line.changed_on is not None and response.responded_on < line.changed_on


def _implied(response: OrderResponse) -> Disposition | None:
    """Return what holds for lines the answer does not list; an answer without lines speaks of them all."""
    if response.overall == "received_only":
        return None
    if not response.lines:
        words: dict[str, Disposition] = {"accepted": "accepted", "rejected": "rejected", "held": "held"}
        if response.overall in words:
            return words[response.overall]
    return None if response.unmentioned == "unanswered" else response.unmentioned


def _outcomes(line: ResponseLine, response: OrderResponse) -> Iterator[LineOutcome]:
    if line.outcomes:
        for outcome in line.outcomes:
            yield outcome if outcome.price or not line.price else replace(outcome, price=line.price)
        return
    words: dict[str, Disposition] = {
        "accepted": "accepted",
        "accepted_with_changes": "changed",
        "rejected": "rejected",
        "held": "held",
    }
    if response.overall in words:
        yield LineOutcome(disposition=words[response.overall], quantity=line.quantity, price=line.price)


def _of_another_item(line: ResponseLine, response: OrderResponse) -> ResponseLine:
    """Return the answer to a line of ours that names another item as what it is: an offer to substitute it."""
    return replace(line, outcomes=tuple(replace(o, substitute=line.item) for o in _outcomes(line, response)))


def _answer(number: str, outcomes: tuple[LineOutcome, ...], search: LineSearch, place: str) -> Answer:
    """Fill in the units of outcomes that speak of the whole line, or of what the others leave of it."""
    given = ZERO
    for outcome in outcomes:
        if outcome.quantity is not None:
            given += outcome.quantity.value
    left = max(ZERO, search.lines[number].ordered - given)
    units: list[Decimal] = []
    for outcome in outcomes:
        said = outcome.quantity
        if said is None or (not said.value and outcome.disposition in CUTTING):
            units.append(left)
            left = ZERO
        else:
            units.append(said.value)
    return Answer(number, outcomes, tuple(units), place)


def _unknown_line(line: ResponseLine, place: str) -> Finding:
    return Finding(
        code="order-response.unknown-line",
        where=Place(path=place),
        says=f"The order has no line {line.line or 'with this item'}.",
        fix="Ask the supplier to resend with the line numbers of the order.",
        value=line.line,
    )


def _by_item(line: ResponseLine, meant: str, place: str) -> Finding:
    return Finding(
        code="order-response.line-by-item",
        where=Place(path=place),
        says=f"Line {line.line} names the item of line {meant}; the answer was taken for line {meant}.",
        fix="Ask the supplier to echo the order's line numbers.",
        severity="warning",
        value=line.line,
    )
