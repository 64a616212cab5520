"""Take counted units back: a receipt is append-only, so a wrong count is reversed by a later receipt and counted anew
(domain.md 3, ReceiptCorrected in 2.3).

Units go back to where they would be had they not come: what a ship notice announced is on its way with it again, the
rest is owed again, or was never ordered. What was billed of them stays billed: an approved invoice is a fact, and a
person asks for a credit note.
"""

from collections.abc import Iterator
from decimal import Decimal

from tradelane.domain.ledger import Line
from tradelane.domain.line_search import LineSearch
from tradelane.domain.order_book import Draft
from tradelane.model.finding import Finding, Place
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.order_receipt import LineReceiptReversed, RecordReceipt
from tradelane.model.quantity import ZERO


def take_back(command: RecordReceipt, draft: Draft) -> list[Finding]:
    """Let the reversals of the receipt happen in *draft*; return what is wrong with those that cannot."""
    findings: list[Finding] = []
    for said in command.lines:
        if said.reversal:
            number = LineSearch(draft.state.lines).find(said.order_line, said.item)
            line = draft.state.lines[number.line] if number.how not in ("none", "conflict") else None
            fault = _fault(said, line)
            if line is None or fault:
                findings.append(fault or _unknown(said))
            elif said.received.value or said.rejected:
                draft.add(_reversed(said, number.line, line, command))
    return findings


def _reversed(said: ReceiptLine, number: str, line: Line, command: RecordReceipt) -> LineReceiptReversed:
    under_way, surplus = _parcels(line, command.notice, said.received.value + said.rejected)
    return LineReceiptReversed(
        line=number,
        receipt=command.receipt,
        received=said.received.value,
        rejected=said.rejected,
        under_way=under_way,
        surplus=surplus,
        overbilled=max(ZERO, line.billed - line.received + said.received.value),
    )


def _parcels(line: Line, notice: str, units: Decimal) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return how many of *units* go back on their way by ship notice, and how many came beyond what one announced.

    The notice the receipt names is asked, else the newest first. Its surplus goes first: nobody announced those.
    """
    under_way, surplus = dict[str, Decimal](), dict[str, Decimal]()
    for name in (notice,) if notice in line.transit else reversed(line.transit):
        parcel = line.transit[name]
        beyond = max(ZERO, parcel.transit + parcel.short + parcel.arrived - parcel.announced)
        beyond = min(beyond, parcel.arrived, units)
        back = min(parcel.arrived - beyond, units - beyond)
        units -= beyond + back
        if beyond:
            surplus[name] = beyond
        if back:
            under_way[name] = back
    return under_way, surplus


def _fault(said: ReceiptLine, line: Line | None) -> Finding | None:
    """Return why *line* cannot give these units back, if it cannot."""
    if line is None:
        return _unknown(said)
    if said.received.unit != line.unit:
        return other_unit(said, line)
    if said.received.value < 0 or said.rejected < 0:
        return negative(said)
    if said.received.value > line.received or said.rejected > line.rejected:
        counted = " and ".join(_accounts(line))
        return Finding(
            code="goods-receipt.reversal-too-much",
            where=Place(path=f"line {said.number}"),
            says=f"Receipt line {said.number} takes back more than was counted: {counted}. It was left out.",
            fix="Ask the warehouse which receipt it corrects.",
            value=str(said.received.value),
        )
    return None


def _accounts(line: Line) -> Iterator[str]:
    yield f"{line.received} {line.unit} good"
    yield f"{line.rejected} turned down"


def _unknown(said: ReceiptLine) -> Finding:
    return Finding(
        code="goods-receipt.reversal-unknown",
        where=Place(path=f"line {said.number}"),
        says=f"Receipt line {said.number} takes back goods of a line the order does not have.",
        fix="Ask the warehouse which line it corrects.",
        value=said.order_line,
    )


def other_unit(line: ReceiptLine, ours: Line) -> Finding:
    """Return the finding of a count in a unit that is not the order's."""
    return Finding(
        code="goods-receipt.unit-mismatch",
        where=Place(path=f"line {line.number}"),
        says=f"Receipt line {line.number} is in {line.received.unit}, the order in {ours.unit}; it was left out.",
        fix=f"Ask the warehouse for a count in {ours.unit}.",
        value=line.received.unit,
    )


def negative(line: ReceiptLine) -> Finding:
    """Return the finding of a count below nothing."""
    return Finding(
        code="goods-receipt.negative-quantity",
        where=Place(path=f"line {line.number}"),
        says=f"Receipt line {line.number} counts less than nothing; it was left out of the books.",
        fix="Ask the warehouse for a correct count.",
    )
