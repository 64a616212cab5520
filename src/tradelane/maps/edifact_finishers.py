"""What a finished document still needs that no single place of an EDIFACT message says, and what undoes that again."""

from decimal import Decimal

from msgspec.structs import replace

from tradelane.maps.forms import write_number
from tradelane.maps.packed_items import above
from tradelane.model.content_report import ContentReport
from tradelane.model.invoice import Invoice, InvoiceLine
from tradelane.model.load_tender import LoadTender
from tradelane.model.order_response import LineOutcome, OrderResponse, ResponseLine
from tradelane.model.quantity import UnitPrice
from tradelane.model.ship_notice import Level, ShipNode, ShipNotice
from tradelane.model.syntax_report import SetReport, SyntaxReport, Verdict

_PALLETS = frozenset(("200", "201", "202", "203", "204", "210", "08", "09", "PX", "PLT", "PL"))
"""Package types (7065) on which others stand."""


def answered_in_parts(answer: OrderResponse) -> OrderResponse:
    """Leave out what LIN says of a whole line where its parts say it more exactly."""
    if all(len(line.outcomes) < 2 for line in answer.lines):
        return answer
    return replace(answer, lines=tuple(_in_parts(line) for line in answer.lines))


def _in_parts(line: ResponseLine) -> ResponseLine:
    if not any(one.quantity for one in line.outcomes):
        return line
    return replace(line, outcomes=tuple(one for one in line.outcomes if not _says_nothing(one)))


def _says_nothing(outcome: LineOutcome) -> bool:
    """Say whether an outcome tells no more than that there are parts, and perhaps why."""
    bare = replace(outcome, reason="")
    return bare in (LineOutcome(disposition="accepted"), LineOutcome(disposition="changed"))


def priced_lines(invoice: Invoice) -> Invoice:
    """Give a line without a price the one that its amount and quantity make."""
    if all(line.price.amount for line in invoice.lines):
        return invoice
    return replace(invoice, lines=tuple(_priced(line) for line in invoice.lines))


def _priced(line: InvoiceLine) -> InvoiceLine:
    if line.price.amount or not line.amount or not line.quantity.value:
        return line
    each = ((line.amount - line.charged) / line.quantity.value).quantize(Decimal("0.000001"))
    return replace(line, price=UnitPrice(Decimal(write_number(each))))


def packed_by_number(notice: ShipNotice) -> ShipNotice:
    """Call the levels of a tree of packages by name, and number the goods apart: the second in CPS 3 is 3.2.

    Goods that stand in no package are in the shipment.
    """
    if any(node.level == "shipment" for node in notice.nodes):
        return notice
    packages = [node for node in notice.nodes if node.level != "item"]
    if not packages and notice.nodes:
        packages = [ShipNode(id="1", level="pack")]
    holders = {node.parent for node in packages}
    root = next((node.id for node in packages if not node.parent), "")
    counted: dict[str, int] = {}
    nodes = [replace(node, level=_level(node, holders)) for node in packages]
    for node in notice.nodes:
        if node.level == "item":
            parent = node.parent or root
            counted[parent] = counted.get(parent, 0) + 1
            nodes.append(replace(node, id=f"{parent}.{counted[parent]}", parent=parent))
    return replace(notice, nodes=tuple(nodes))


def _level(node: ShipNode, above: set[str]) -> Level:
    if not node.parent:
        return "shipment"
    return "tare" if node.package_type in _PALLETS or node.id in above else "pack"


def plain_packages(notice: ShipNotice) -> ShipNotice:
    """Return a notice as CPS segments can say it: orders are named on their goods, and every package is a package."""
    nodes = {node.id: node for node in notice.nodes}
    order_of = {node.id: node for node in notice.nodes if node.level == "order"}
    packages = [_package(node, nodes, order_of) for node in notice.nodes if node.level not in ("order", "item")]
    if not packages:
        packages = [ShipNode(id="1", level="pack")]
    root = next((one.id for one in packages if not one.parent), packages[0].id)
    items = [_item(node, nodes, order_of, root) for node in notice.nodes if node.level == "item"]
    return replace(notice, nodes=(*packages, *items))


def _package(node: ShipNode, nodes: dict[str, ShipNode], orders: dict[str, ShipNode]) -> ShipNode:
    return replace(node, level="pack", parent=_outside(node, nodes, orders))


def _item(node: ShipNode, nodes: dict[str, ShipNode], orders: dict[str, ShipNode], root: str) -> ShipNode:
    order = next((one for one in above(node, nodes) if one.order_number), None)
    number = order.order_number if order else ""
    return replace(node, parent=_outside(node, nodes, orders) or root, order_number=number)


def _outside(node: ShipNode, nodes: dict[str, ShipNode], orders: dict[str, ShipNode]) -> str:
    """Return the package a node stands in, or nothing."""
    return next((one.id for one in above(node, nodes) if one is not node and one.id not in orders), "")


def counted_messages(report: SyntaxReport) -> SyntaxReport:
    """Say how many messages a CONTRL is about, and what its verdict is when only some are rejected."""
    sets = tuple(replace(one, verdict=_with_errors(one)) for one in report.sets)
    taken = sum(one.verdict != "rejected" for one in sets)
    verdict = report.verdict
    if verdict != "rejected" and taken < len(sets):
        verdict = "partially_accepted"
    return replace(report, sets=sets, included=len(sets), received=len(sets), accepted=taken, verdict=verdict)


def _with_errors(one: SetReport) -> Verdict:
    return "accepted_with_errors" if one.verdict == "accepted" and (one.codes or one.segments) else one.verdict


def faults_reject(report: ContentReport) -> ContentReport:
    """Call an answer that names errors, and does not say itself that it accepts with them, a rejection."""
    if all(one.verdict != "accepted" or not one.faults for one in report.answers):
        return report
    answers = tuple(
        replace(one, verdict="rejected") if one.verdict == "accepted" and one.faults else one for one in report.answers
    )
    return replace(report, answers=answers)


def one_stop_each(tender: LoadTender) -> LoadTender:
    """Keep the first stop of each number: what is named more exactly comes first."""
    stops = {stop.number: stop for stop in reversed(tender.stops)}
    if len(stops) == len(tender.stops):
        return tender
    return replace(tender, stops=tuple(stops[number] for number in sorted(stops)))
