"""What the twins make of the X12 they receive: as much of each document as a partner needs to act on it."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tradelane.model.document import Document
from tradelane.model.moment import Moment
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.party import Identifier, ItemIds, Party
from tradelane.model.purchase_order import OrderLine, PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.model.syntax_report import SetReport, SyntaxReport
from tradelane.testing.twins.pen import Segment
from tradelane.testing.twins.reading import Illegible, ReadSet, pairs, value
from tradelane.testing.twins.writing import PURPOSES, VERDICTS, X12_UNITS

_UNITS = {x12: ours for ours, x12 in X12_UNITS.items()}
_PURPOSES: dict[str, Any] = {code: purpose for purpose, code in PURPOSES.items()}
_VERDICTS: dict[str, Any] = {code: verdict for verdict, code in VERDICTS.items()}
_SCHEMES: dict[str, Any] = {"92": "buyer_assigned", "91": "seller_assigned", "1": "duns", "UL": "gln"}
_LEVELS: dict[str, Any] = {"S": "shipment", "O": "order", "T": "tare", "P": "pack", "I": "item"}


def lift_set(read: ReadSet) -> Document:
    """Return the document that one transaction set says; raises `Illegible` where a partner could not act on it."""
    try:
        match read.kind:
            case "850":
                return _purchase_order(read.segments)
            case "860":
                return _order_change(read.segments)
            case "856":
                return _ship_notice(read.segments)
            case "997":
                return _syntax_report(read.segments)
            case other:
                raise Illegible(f"no twin reads a {other}")
    except (ValueError, KeyError, IndexError, ArithmeticError) as wrong:
        raise Illegible(f"{read.kind} {read.control}: {wrong!r}") from wrong


def _purchase_order(segments: tuple[Segment, ...]) -> PurchaseOrder:
    head, parties = segments[0], _parties(segments)
    lines: list[OrderLine] = []
    rest: list[Segment] = []
    for loop in _loops(segments, "PO1"):
        line = loop[0]
        lines.append(
            OrderLine(
                number=value(line, 1),
                item=_item(line, 6),
                quantity=_quantity(value(line, 2), value(line, 3)),
                price=_price(value(line, 4), value(line, 5)),
                deliver_on=_dated(loop, "002"),
            )
        )
        rest += loop
    header = [s for s in segments if s not in rest]
    currency = next((value(s, 2) for s in header if s[0] == "CUR"), "")
    return PurchaseOrder(
        number=value(head, 3),
        release=value(head, 4),
        ordered_on=_day(value(head, 5)),
        purpose=_PURPOSES[value(head, 1)],
        buyer=parties.get("BY", Party()),
        supplier=parties.get("SU", parties.get("SE", parties.get("VN", Party()))),
        ship_to=parties.get("ST"),
        currency=currency,
        lines=tuple(lines),
        deliver_on=_dated(header, "002"),
    )


def _order_change(segments: tuple[Segment, ...]) -> OrderChange:
    head = segments[0]
    actions: dict[str, Any] = {"DI": "delete", "AI": "add", "NC": "none"}
    lines = tuple(
        ChangeLine(
            line=value(loop[0], 1),
            action=actions.get(value(loop[0], 2), "change"),
            quantity=_quantity(value(loop[0], 3), value(loop[0], 5)) if value(loop[0], 3) else None,
            price=_price(value(loop[0], 6), value(loop[0], 7)),
            item=_item(loop[0], 8),
            deliver_on=_dated(loop, "002"),
        )
        for loop in _loops(segments, "POC")
    )
    return OrderChange(
        order_number=value(head, 3),
        release=value(head, 4),
        sequence=int(value(head, 5) or 0),
        changed_on=_day(value(head, 11) or value(head, 6)),
        purpose=_PURPOSES[value(head, 1)],
        lines=lines,
    )


def _ship_notice(segments: tuple[Segment, ...]) -> ShipNotice:
    head = segments[0]
    noticed = Moment(on=_day(value(head, 3)), at=_time(value(head, 4)), precision="minute")
    loops = _loops(segments, "HL")
    shipment = next((loop for loop in loops if value(loop[0], 3) == "S"), [])
    expected = _dated(shipment, "017") or _dated(shipment, "067")
    shipped = _dated(shipment, "011")
    return ShipNotice(
        number=value(head, 2),
        noticed=noticed,
        purpose=_PURPOSES[value(head, 1)],
        nodes=tuple(_node(loop) for loop in loops),
        expected=Moment(on=expected) if expected else None,
        shipped=Moment(on=shipped) if shipped else None,
    )


def _node(loop: list[Segment]) -> ShipNode:
    found = {segment[0]: segment for segment in reversed(loop)}
    head, order, item, amount = found["HL"], found.get("PRF", ()), found.get("LIN", ()), found.get("SN1", ())
    mark = next((value(s, 2) for s in loop if s[0] == "MAN" and value(s, 1) == "GM"), "")
    return ShipNode(
        id=value(head, 1),
        parent=value(head, 2),
        level=_LEVELS[value(head, 3)],
        order_number=value(order, 1),
        release=value(order, 2),
        sscc=mark[2:] if len(mark) == 20 else mark,
        line=value(amount, 1) or value(item, 1),
        item=_item(item, 2) if item else None,
        quantity=_quantity(value(amount, 2), value(amount, 3)) if amount else None,
    )


def _syntax_report(segments: tuple[Segment, ...]) -> SyntaxReport:
    head, last = segments[0], segments[-1]
    sets: list[SetReport] = []
    opened: Segment = ()
    for segment in segments:
        if segment[0] == "AK2":
            opened = segment
        elif segment[0] == "AK5":
            verdict = _VERDICTS[value(segment, 1)]
            codes = tuple(code for code in segment[2:] if code)
            sets.append(SetReport(kind=value(opened, 1), control=value(opened, 2), verdict=verdict, codes=codes))
    return SyntaxReport(
        functional_id=value(head, 1),
        group=value(head, 2),
        verdict=_VERDICTS[value(last, 1)],
        included=int(value(last, 2)),
        received=int(value(last, 3)),
        accepted=int(value(last, 4)),
        sets=tuple(sets),
    )


def _loops(segments: tuple[Segment, ...], tag: str) -> list[list[Segment]]:
    loops: list[list[Segment]] = []
    for segment in segments:
        if segment[0] == tag:
            loops.append([segment])
        elif loops and segment[0] not in ("CTT", "AMT"):
            loops[-1].append(segment)
    return loops


def _parties(segments: tuple[Segment, ...]) -> dict[str, Party]:
    found: dict[str, Party] = {}
    for segment in segments:
        if segment[0] == "N1":
            scheme = _SCHEMES.get(value(segment, 3))
            known = (Identifier(scheme, value(segment, 4)),) if scheme else ()
            found.setdefault(value(segment, 1), Party(name=value(segment, 2), identifiers=known))
    return found


def _item(segment: Segment, first: int) -> ItemIds:
    named = pairs(segment, first)
    return ItemIds(
        buyer_item=named.get("BP", named.get("IN", "")),
        supplier_item=named.get("VN", named.get("VP", "")),
        gtin=next((named[code].zfill(14) for code in ("UK", "EN", "UP") if code in named), ""),
        manufacturer_item=named.get("MG", ""),
    )


def _price(amount: str, basis: str) -> UnitPrice | None:
    per = {"HP": Decimal(100), "TP": Decimal(1000)}.get(basis, Decimal(1))
    return UnitPrice(Decimal(amount), per) if amount else None


def _quantity(number: str, unit: str) -> Quantity:
    return Quantity(Decimal(number), _UNITS.get(unit, unit))


def _dated(loop: list[Segment], qualifier: str) -> date | None:
    return next((_day(value(s, 2)) for s in loop if s[0] == "DTM" and value(s, 1) == qualifier and value(s, 2)), None)


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone


def _time(text: str) -> time | None:
    return time(int(text[:2]), int(text[2:4])) if text else None
