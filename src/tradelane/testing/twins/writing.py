"""What the twins' documents look like as X12 004010 segments, ST and SE left out."""

from datetime import date
from decimal import Decimal

from tradelane.model.document import Document
from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine
from tradelane.model.invoice import Invoice, InvoiceLine
from tradelane.model.moment import Moment
from tradelane.model.order_change import ChangeLine, OrderChange
from tradelane.model.order_response import LineOutcome, OrderResponse
from tradelane.model.party import Address, ItemIds, Party
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.ship_notice import ShipNode, ShipNotice
from tradelane.model.syntax_report import SyntaxReport
from tradelane.testing.twins.pen import Segment, clean

PURPOSES = {"original": "00", "cancel": "01", "change": "04", "replace": "05", "confirm": "06", "duplicate": "07"}
ORDER_TYPES = {"standard": "SA", "rush": "RO"}
OVERALL = {"accepted": "AD", "accepted_with_changes": "AC", "rejected": "RD"}
OUTCOMES = {"accepted": "IA", "changed": "IC", "backordered": "IB", "rejected": "IR"}
REASONS = {"damaged": "01", "short": "02", "over": "03", "quality": "04", "wrong_item": "05", "held": "09"}
VERDICTS = {"accepted": "A", "accepted_with_errors": "E", "partially_accepted": "P", "rejected": "R"}
X12_UNITS = {"KGM": "KG", "CS": "CA"}
"""Where X12's unit code (element 355) is not the code of Recommendation 20."""


def write_document(document: Document) -> tuple[str, list[Segment]]:
    """Return the transaction set that says *document*: its kind and its segments."""
    match document:
        case PurchaseOrder():
            return "850", _purchase_order(document)
        case OrderChange():
            return "860", _order_change(document)
        case OrderResponse():
            return "855", _order_response(document)
        case ShipNotice():
            return "856", _ship_notice(document)
        case GoodsReceipt():
            return "944", _goods_receipt(document)
        case Invoice():
            return "810", _invoice(document)
        case SyntaxReport():
            return "997", _syntax_report(document)
        case _:
            raise TypeError(f"twins write no {type(document).__name__} as X12")


def _purchase_order(order: PurchaseOrder) -> list[Segment]:
    segments: list[Segment] = [
        (
            "BEG",
            PURPOSES[order.purpose],
            ORDER_TYPES[order.order_type],
            order.number,
            order.release,
            _day(order.ordered_on),
        ),
        ("CUR", "BY", order.currency),
    ]
    if order.deliver_on:
        segments.append(("DTM", "002", _day(order.deliver_on)))
    segments += _party("BY", order.buyer) + _party("SU", order.supplier) + _party("ST", order.ship_to)
    for line in order.lines:
        segments.append(("PO1", line.number, *_quantity(line.quantity), *_price(line.price), *_item(line.item)))
        if line.description:
            segments.append(("PID", "F", "", "", "", clean(line.description)))
        if line.deliver_on:
            segments.append(("DTM", "002", _day(line.deliver_on)))
    return [*segments, ("CTT", str(len(order.lines)))]


def _order_change(change: OrderChange) -> list[Segment]:
    head = (
        "BCH", PURPOSES[change.purpose], "SA", change.order_number, change.release, str(change.sequence),
        _day(change.ordered_on), "", "", "", "", _day(change.changed_on),
    )  # fmt: skip
    segments: list[Segment] = [head, *_party("BY", change.buyer), *_party("SU", change.supplier)]
    for line in change.lines:
        segments.append(_change_line(line))
        if line.deliver_on:
            segments.append(("DTM", "002", _day(line.deliver_on)))
    return [*segments, ("CTT", str(len(change.lines)))]


def _change_line(line: ChangeLine) -> Segment:
    code = {"delete": "DI", "add": "AI", "none": "NC"}.get(line.action, "CA")
    number, unit = _quantity(line.quantity) if line.quantity else ("", "")
    return ("POC", line.line, code, number, "", unit, *_price(line.price), *_item(line.item))


def _order_response(answer: OrderResponse) -> list[Segment]:
    segments: list[Segment] = [
        (
            "BAK",
            PURPOSES[answer.purpose],
            OVERALL[answer.overall],
            answer.order_number,
            _day(answer.ordered_on),
            answer.release,
            "",
            "",
            answer.supplier_order_number,
            _day(answer.responded_on),
        )
    ]
    segments += _party("BY", answer.buyer) + _party("SU", answer.supplier)
    for line in answer.lines:
        assert line.quantity, "a twin always repeats the ordered quantity"
        segments.append(("PO1", line.line, *_quantity(line.quantity), *_price(line.price), *_item(line.item)))
        segments += [_acknowledgement(outcome) for outcome in line.outcomes]
    return [*segments, ("CTT", str(len(answer.lines)))]


def _acknowledgement(outcome: LineOutcome) -> Segment:
    assert outcome.quantity, "a twin always says of how many it speaks"
    when = ("067", _day(outcome.deliver_on)) if outcome.deliver_on else ()
    code = outcome.source_code or OUTCOMES[outcome.disposition]
    return ("ACK", code, *_quantity(outcome.quantity), *when)


def _ship_notice(notice: ShipNotice) -> list[Segment]:
    at = notice.noticed
    segments: list[Segment] = [("BSN", PURPOSES[notice.purpose], notice.number, _day(at.on), _clock(at), "0001")]
    numbers: dict[str, str] = {}
    parents = {node.parent for node in notice.nodes}
    for place, node in enumerate(notice.nodes, 1):
        numbers[node.id] = str(place)
        level = {"shipment": "S", "order": "O", "tare": "T", "pack": "P", "item": "I"}[node.level]
        above = numbers.get(node.parent, "")
        segments.append(("HL", str(place), above, level, "1" if node.id in parents else "0"))
        segments += _shipment(notice) if node.level == "shipment" else _node(node)
    return [*segments, ("CTT", str(len(notice.nodes)))]


def _shipment(notice: ShipNotice) -> list[Segment]:
    segments: list[Segment] = [("TD1", notice.package_type, str(notice.package_count))] if notice.package_count else []
    if notice.carrier:
        segments.append(("TD5", "", "2", notice.carrier, "M"))
    if notice.bill_of_lading:
        segments.append(("REF", "BM", notice.bill_of_lading))
    if notice.shipped:
        segments.append(("DTM", "011", _day(notice.shipped.on), _clock(notice.shipped), "UT"))
    if notice.expected:
        segments.append(("DTM", "017", _day(notice.expected.on)))
    return segments + _party("SU", notice.supplier) + _party("SF", notice.ship_from) + _party("ST", notice.ship_to)


def _node(node: ShipNode) -> list[Segment]:
    match node.level:
        case "order":
            return [("PRF", node.order_number, node.release, "", _day(node.ordered_on))]
        case "tare" | "pack":
            return [("MAN", "GM", f"00{node.sscc}")]
        case _:
            assert node.quantity, "an item node says how many"
            ordered = ("", *_quantity(node.ordered)) if node.ordered else ()
            lot: list[Segment] = [("REF", "LT", node.lot)] if node.lot else []
            item = _item(node.item or ItemIds())
            return [("LIN", node.line, *item), ("SN1", node.line, *_quantity(node.quantity), *ordered), *lot]


def _invoice(invoice: Invoice) -> list[Segment]:
    day, ordered = _day(invoice.invoiced_on), _day(invoice.ordered_on)
    segments: list[Segment] = [("BIG", day, invoice.number, ordered, invoice.order_number, invoice.release)]
    segments += [("CUR", "SE", invoice.currency)]
    if invoice.ship_notice:
        segments.append(("REF", "SI", invoice.ship_notice))
    segments += _party("SU", invoice.supplier) + _party("BT", invoice.bill_to)
    if invoice.shipped_on:
        segments.append(("DTM", "011", _day(invoice.shipped_on)))
    for line in invoice.lines:
        segments.append(
            ("IT1", line.number, *_quantity(line.quantity), *_price(line.price), *_item(line.item), *_ordered(line)),
        )
    segments.append(("TDS", _cents(invoice.total)))
    segments += [("SAC", "C", "D240", "", "", _cents(charge.amount)) for charge in invoice.charges]
    return [*segments, ("CTT", str(len(invoice.lines)))]


def _goods_receipt(receipt: GoodsReceipt) -> list[Segment]:
    at = receipt.received
    segments: list[Segment] = [
        ("W17", "F", _day(at.on), receipt.number, receipt.order_number, receipt.ship_notice),
        *_party("WH", receipt.warehouse),
    ]
    for line in receipt.lines:
        segments += _receipt_line(line)
    counted = sum((line.received.value + line.rejected for line in receipt.lines), Decimal(0))
    return [*segments, ("W14", _plain(counted))]


def _receipt_line(line: ReceiptLine) -> list[Segment]:
    number, unit = _quantity(line.received)
    first, second, third = ([*_pairs(line.item)] + [("", "")] * 3)[:3]
    segments: list[Segment] = [("W07", number, unit, "", *first, *second, line.lot, "", *third)]
    segments += [("N9", "LX", line.number), ("N9", "PO", line.order_number), ("N9", "LI", line.order_line)]
    if line.rejected:
        segments.append(("W13", _plain(line.rejected), unit, REASONS[line.reason]))
    return segments


def _syntax_report(report: SyntaxReport) -> list[Segment]:
    segments: list[Segment] = [("AK1", report.functional_id, report.group)]
    for each in report.sets:
        segments += [("AK2", each.kind, each.control), ("AK5", VERDICTS[each.verdict], *each.codes)]
    counts = (str(report.included), str(report.received), str(report.accepted))
    return [*segments, ("AK9", VERDICTS[report.verdict], *counts)]


def _party(role: str, party: Party | None) -> list[Segment]:
    if party is None:
        return []
    codes = {"buyer_assigned": "92", "seller_assigned": "91", "duns": "1", "gln": "UL"}
    named = next(((codes[i.scheme], i.value) for i in party.identifiers if i.scheme in codes), ())
    segments: list[Segment] = [("N1", role, clean(party.name), *named)]
    match party.address:
        case Address(street=street, city=city, region=region, postal_code=postal, country=country):
            segments += [("N3", *(clean(row) for row in street[:2]))] if street else []
            segments.append(("N4", clean(city), region, postal, country))
    return segments


def _item(item: ItemIds) -> tuple[str, ...]:
    return tuple(part for pair in _pairs(item) for part in pair)


def _pairs(item: ItemIds) -> list[tuple[str, str]]:
    named = (("BP", item.buyer_item), ("VN", item.supplier_item), ("UK", item.gtin))
    return [(code, number) for code, number in named if number]


def _ordered(line: InvoiceLine) -> tuple[str, ...]:
    """Name the order and its line as item pairs (PO, PL), for an 810 line has no place of its own for them."""
    return ("PO", line.order_number, "PL", line.order_line)


def _price(price: UnitPrice | None) -> tuple[str, str]:
    if price is None:
        return "", ""
    basis = {1: "PE", 100: "HP", 1000: "TP"}[int(price.per)]
    return _plain(price.amount), basis


def _quantity(quantity: Quantity) -> tuple[str, str]:
    return _plain(quantity.value), X12_UNITS.get(quantity.unit, quantity.unit)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _cents(amount: Decimal) -> str:
    return _plain(amount.scaleb(2).to_integral_value())


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _clock(moment: Moment) -> str:
    return f"{moment.at:%H%M}" if moment.at else ""
