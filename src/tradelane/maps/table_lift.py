"""Lifting and lowering of rows: as of any tree, with what only tables have: rows left out alone, typed cells."""

from msgspec.structs import replace

from tradelane.maps.lifting import Explained
from tradelane.maps.plan import Plan, Value
from tradelane.maps.table import read_columns, table_faults
from tradelane.maps.table_forms import DAYS, NUMBERS
from tradelane.maps.tree import explain_tree
from tradelane.maps.tree_lower import write_nodes
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage, Node, NodeMessage

NUMBERS_SHOWN = 20


def explain_table(message: NodeMessage, plan: Plan, *, traced: bool = True) -> Explained:
    """Return the document that the rows of *message* say; raises `Unreadable` with everything that is wrong.

    Where the map takes rows one by one, bad ones are left out and named, as long as any is good.
    """
    try:
        return explain_tree(message, plan, table_faults(plan, message.root), traced=traced)
    except Unreadable as refused:
        if plan.table is None or plan.table.accept != "row":
            raise
        return _without_bad_rows(message, plan, refused)


def write_table(document: Document, plan: Plan) -> BuiltMessage:
    """Return the rows that say *document*; cells that a workbook can hold as numbers or days are marked so."""
    built = write_nodes(document, plan)
    if built.root is not None:
        kinds = {
            column.name: column.rule
            for column in read_columns(plan.record, ("",))
            if isinstance(column.rule, Value) and column.rule.table is None
        }
        _type(built.root, kinds)
    return built


def _without_bad_rows(message: NodeMessage, plan: Plan, refused: Unreadable) -> Explained:
    """Read the document again without the rows that would be refused were they the only one."""
    rows = [child for child in message.root.children if child.children and not child.name.startswith("@")]
    cells = [child for child in message.root.children if child not in rows]
    kept: list[Node] = []
    remarks: list[Finding] = []
    left: list[str] = []
    for row in rows:
        try:
            alone = Node(message.root.name, children=[*row.children, row], start=row.start, where=row.where)
            explain_tree(_message(message, alone), plan, table_faults(plan, alone))
            kept.append(row)
        except Unreadable as wrong:
            remarks += [replace(finding, severity="warning") for finding in wrong.findings]
            left.append(row.where)
    if not kept or not left:
        raise refused
    root = Node(message.root.name, children=[*(kept[0].children if cells else ()), *kept], where=message.root.where)
    explained = explain_tree(_message(message, root), plan, table_faults(plan, root))
    shown = ", ".join(left[:NUMBERS_SHOWN]) + (" ..." if len(left) > NUMBERS_SHOWN else "")
    says = f"{len(left)} of {len(rows)} rows are left out: {shown}."
    fix = "Correct these rows and send them again."
    told = Finding(code="table.rows-left-out", says=says, fix=fix, where=Place(path="the document"), severity="warning")
    findings = (*dict.fromkeys(remarks), told, *explained.findings)
    return Explained(explained.document, findings, explained.origins, explained.source)


def _message(message: NodeMessage, root: Node) -> NodeMessage:
    return NodeMessage(message.syntax, message.kind, root, message.version, message.control)


def _type(node: Node, kinds: dict[str, Value]) -> None:
    for child in node.children:
        rule = kinds.get(child.name)
        if rule is None or child.children:
            _type(child, kinds)
        elif child.value and rule.form.name in NUMBERS:
            child.children = [Node("@type", "number")]
        elif child.value and rule.form.name in DAYS:
            child.children = [Node("@type", "date"), Node("@day", rule.form.read(child.value).isoformat())]
