"""Take what the warehouse counted of this order, with or without a ship notice, and name every discrepancy
(domain.md 4.5).

Counted goods are facts: nothing here refuses them. What was announced comes out of shipped; what was not comes
straight out of what was still to come, or out of over. On an order that is over, goods that were under way when it
was cancelled are no surprise; others are. When the receipt is final, what is still under way on its notice is short.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.domain import receipt_checks, receipt_reversal
from tradelane.domain.deviation import worth
from tradelane.domain.ledger import Line
from tradelane.domain.line_search import LineSearch
from tradelane.domain.order_book import Draft, State
from tradelane.model.command import Defer
from tradelane.model.finding import Finding, Place
from tradelane.model.goods_receipt import ReceiptLine
from tradelane.model.identity import ship_notice_stream
from tradelane.model.invoice import InvoiceLine
from tradelane.model.order_receipt import (
    DiscrepancyFound,
    DiscrepancyKind,
    LineReceiptReversed,
    LineReceived,
    ReceiptRecorded,
    RecordReceipt,
)
from tradelane.model.policy import Context, Policy
from tradelane.model.quantity import ZERO, Quantity

HUNDRED = Decimal(100)
TURNED_DOWN: dict[str, DiscrepancyKind] = {
    "damaged": "damaged",
    "quality": "quality",
    "wrong_item": "wrong_item",
    "over": "over",
}


class Count(Struct, frozen=True):
    """What was counted of one order line: good units, turned-down units by kind, and whether the warehouse itself
    says units are missing.
    """

    good: Decimal = ZERO
    rejected: Decimal = ZERO
    kinds: tuple[tuple[DiscrepancyKind, Decimal], ...] = ()
    short: bool = False
    lines: tuple[ReceiptLine, ...] = ()


def record(command: RecordReceipt, draft: Draft, context: Context) -> Defer | None:
    """Let the receipt happen in *draft*, once."""
    if not draft.state.number:
        return _unknown_order(command, context)
    if receipt_key(command.partner, command.receipt) in draft.state.receipts:
        return None
    undone = receipt_reversal.take_back(command, draft)
    state = draft.state
    notice = command.notice or _only_notice(state)
    if not command.lines and not _under_way(state, notice):
        return None
    counts, findings, strangers = _counted(command, state)
    findings = [*undone, *findings]
    for number, count in counts.items():
        _take(command, number, count, notice, draft, context)
    surprise = any(isinstance(event, LineReceived) and event.unannounced for event in draft.events)
    if (state.cancelled or state.closed) and (surprise or strangers):
        findings.append(_late(state))
    for stranger in strangers:
        draft.add(_discrepancy(command, stranger, notice))
    for misplaced in receipt_checks.at_another_place(command, state, notice):
        draft.add(misplaced)
    if command.final and notice:
        _close_notice(command, notice, draft, context)
    stream = ship_notice_stream(state.supplier, notice)
    draft.add(
        ReceiptRecorded(
            receipt=command.receipt,
            partner=command.partner,
            notice=notice,
            findings=tuple(findings),
            notice_stream=stream if stream in state.notices else "",
            final=command.final,
            received_on=command.received_on,
            orders=command.orders,
            evaluated=tuple(_evaluated(draft, LineReceived)) if context.policy.evaluated_receipts else (),
            credited=tuple(_evaluated(draft, LineReceiptReversed)) if context.policy.evaluated_receipts else (),
        )
    )
    return None


def _evaluated(draft: Draft, kind: type[LineReceived | LineReceiptReversed]) -> Iterator[InvoiceLine]:
    """Yield what is paid for the good units of this receipt at the order's prices (evaluated receipt settlement), or
    asked back for those taken back.
    """
    for event in draft.events:
        if isinstance(event, kind) and event.received > ZERO:
            line = draft.state.lines[event.line]
            if line.price:
                units = Quantity(value=event.received, unit=line.unit)
                yield InvoiceLine(number=event.line, order_line=event.line, quantity=units, price=line.price)


def receipt_key(partner: str, receipt: str) -> str:
    """Return the name under which an order remembers a receipt."""
    return f"{partner}/{receipt}"


def _counted(command: RecordReceipt, state: State) -> tuple[dict[str, Count], list[Finding], list[ReceiptLine]]:
    """Return what was counted of each order line, what is wrong with how it was said, and lines of goods nobody
    ordered.
    """
    search, counts = LineSearch(state.lines), dict[str, Count]()
    findings: list[Finding] = []
    strangers: list[ReceiptLine] = []
    for line in command.lines:
        if line.reversal:
            continue
        found = search.find(line.order_line, line.item)
        if found.how in ("none", "conflict"):
            strangers.append(line)
        elif line.received.value < 0 or line.rejected < 0:
            findings.append(receipt_reversal.negative(line))
        elif line.received.unit != state.lines[found.line].unit:
            findings.append(receipt_reversal.other_unit(line, state.lines[found.line]))
        else:
            counts[found.line] = _added(counts.get(found.line, Count()), line)
    return counts, findings, strangers


def _added(count: Count, line: ReceiptLine) -> Count:
    """Return *count* with one more receipt line; units the warehouse reports as short never arrived."""
    count = replace(count, lines=(*count.lines, line))
    if line.reason == "short":
        return replace(count, good=count.good + line.received.value, short=True)
    kinds = count.kinds
    if line.rejected:
        kinds = (*kinds, (TURNED_DOWN.get(line.reason, "other"), line.rejected))
    return replace(count, good=count.good + line.received.value, rejected=count.rejected + line.rejected, kinds=kinds)


def _take(command: RecordReceipt, number: str, count: Count, notice: str, draft: Draft, context: Context) -> None:
    line = draft.state.lines[number]
    arrived, expected = count.good + count.rejected, _expected(line, notice)
    unannounced = max(ZERO, arrived - expected)
    if arrived:
        draft.add(
            LineReceived(
                line=number,
                receipt=command.receipt,
                received=count.good,
                rejected=count.rejected,
                unannounced=unannounced,
                notice=notice,
                late_days=(command.received_on - line.deliver_on).days if line.deliver_on else None,
            )
        )
    factor = receipt_checks.case_factor(line, context)
    named = count.kinds
    wrong: list[receipt_checks.Found] = []
    if receipt_checks.in_cases(arrived, expected, factor):
        wrong.append(("pack", arrived, str(factor)))
    else:
        named += tuple(_surplus(line, arrived, expected, notice, context.policy))
    for each in count.lines:
        wrong += receipt_checks.of_line(each, line, notice, command.received_on, context)
    wrong += [_about_nothing(kind, units) for kind, units in named]
    for kind, units, value in wrong:
        draft.add(
            DiscrepancyFound(
                line=number,
                kind=kind,
                expected=expected,
                counted=units,
                unit=line.unit,
                notice=notice,
                receipt=command.receipt,
                value=value,
                at_stake=worth(line, units - expected if kind == "over" else units),
            )
        )
    if count.short and not command.final:
        _miss(command, number, notice, expected, arrived, draft)


def _about_nothing(kind: DiscrepancyKind, units: Decimal) -> receipt_checks.Found:
    return kind, units, ""


def _surplus(
    line: Line, arrived: Decimal, expected: Decimal, notice: str, policy: Policy
) -> Iterator[tuple[DiscrepancyKind, Decimal]]:
    """Yield what more arrived than was announced: goods nobody advised, or more of them than tolerance takes."""
    if arrived and not expected:
        yield "not_advised", arrived
    room = expected + line.to_come + line.replaceable
    if expected and notice in line.transit:  # what it announced and was missing so far may be among them
        room = max(expected, line.transit[notice].announced - line.transit[notice].arrived)
    if arrived > room * (1 + policy.receipt_over_percent / HUNDRED):
        yield "over", arrived


def _close_notice(command: RecordReceipt, notice: str, draft: Draft, context: Context) -> None:
    """Post what is still under way on *notice* as short, on every line of the order but those counted in cases."""
    counted = {event.line: event for event in draft.events if isinstance(event, LineReceived)}
    for number, line in draft.state.lines.items():
        if notice in line.transit and line.transit[notice].transit:
            here = counted.get(number)
            arrived = here.received + here.rejected if here else ZERO
            expected = line.transit[notice].transit + arrived
            if not receipt_checks.in_cases(arrived, expected, receipt_checks.case_factor(line, context)):
                _miss(command, number, notice, expected, arrived, draft)


def _miss(command: RecordReceipt, number: str, notice: str, expected: Decimal, counted: Decimal, draft: Draft) -> None:
    if expected > counted:
        draft.add(
            DiscrepancyFound(
                line=number,
                kind="short",
                expected=expected,
                counted=counted,
                unit=draft.state.lines[number].unit,
                notice=notice,
                receipt=command.receipt,
                at_stake=worth(draft.state.lines[number], expected - counted),
            )
        )


def _expected(line: Line, notice: str) -> Decimal:
    """Return the units under way that this receipt can be about: its notice's, or all where it names none."""
    if notice in line.transit:
        return line.transit[notice].transit
    return ZERO if notice else line.shipped


def _only_notice(state: State) -> str:
    """Return the one ship notice with goods under way, when there is exactly one; the receipt then is about it."""
    under_way = {name for line in state.lines.values() for name, parcel in line.transit.items() if parcel.transit}
    return next(iter(under_way)) if len(under_way) == 1 else ""


def _under_way(state: State, notice: str) -> bool:
    return any(notice in line.transit and line.transit[notice].transit for line in state.lines.values())


def _discrepancy(command: RecordReceipt, line: ReceiptLine, notice: str) -> DiscrepancyFound:
    return DiscrepancyFound(
        line=line.order_line,
        kind="wrong_item",
        expected=ZERO,
        counted=line.received.value + line.rejected,
        unit=line.received.unit,
        notice=notice,
        receipt=command.receipt,
    )


def _unknown_order(command: RecordReceipt, context: Context) -> Defer:
    number = command.lines[0].order_number if command.lines else ""
    finding = Finding(
        code="goods-receipt.unknown-order",
        where=Place(path="$.order_number"),
        says=f"There is no order {number} yet.",
        fix="Release the order from the ERP, or ask the warehouse which order the goods belong to.",
        value=number,
    )
    return Defer(finding=finding, until=context.now + timedelta(hours=context.policy.early_receipt_hours))


def _late(state: State) -> Finding:
    over = "cancelled" if state.cancelled else "closed"
    return Finding(
        code="goods-receipt.closed-order",
        where=Place(path="$.order_number"),
        says=f"Goods were received on order {state.number}, which is {over}.",
        fix="Accept them and reopen the order in the ERP, or return them to the supplier.",
        severity="warning",
        value=state.number,
    )
