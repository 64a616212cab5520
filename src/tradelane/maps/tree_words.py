"""The findings of lifting a tree: what each fault is called, what is said about it, what to do."""

from tradelane.maps.codes import Table
from tradelane.maps.plan import Plan
from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.message import NodeMessage

_CODES = {"5": "value.too-long", "7": "value.bad-code", "8": "value.bad-date", "9": "value.bad-time"}


def other_kind(message: NodeMessage, plan: Plan) -> Finding:
    """The message is of another kind than the map reads."""
    return Finding(
        code="map.other-kind",
        says=f"{message.syntax} {message.kind} came to the map of {plan.syntax} {plan.kind}.",
        fix="Use the map of that kind.",
        value=message.kind[:80],
    )


def node_missing(near: Place, name: str, severity: Severity = "error") -> Finding:
    """A node that must be there is not; *near* is the one in which it was looked for."""
    return Finding(
        code="node.missing",
        severity=severity,
        says=f"{name} is missing.",
        fix=f"Send {name}.",
        where=Place(start=near.start, end=near.start, path=_within(near.path, name)),
    )


def empty(where: Place, name: str) -> Finding:
    """A node is there, and nothing stands in it."""
    return Finding(code="value.missing", says=f"{name} must be filled.", fix="Fill it.", where=where)


def bad_value(where: Place, code: str, says: str, fix: str, value: str) -> Finding:
    """A text cannot be read."""
    return Finding(code=_CODES.get(code, "value.bad-character"), says=says, fix=fix, where=where, value=value[:80])


def bad_code(where: Place, text: str, table: Table | None) -> Finding:
    """A code is not in its table."""
    known = ", ".join(list(table.meanings)[:12]) if table else ""
    name = table.name if table else ""
    fix = f"Send one of {known} ..., or add it to [codes.{name}] of the partner's map."
    return bad_value(where, "7", f"{text[:40]!r} means nothing in the table {name}.", fix, text)


def numbered(where: Place, number: int) -> Finding:
    """A line came without a number, and got its place in the list."""
    return Finding(
        code="line.numbered-by-us",
        severity="warning",
        says=f"the line has no number; we call it {number}.",
        fix="Ask the sender to number lines.",
        where=where,
        value=str(number),
    )


def unhung(where: Place, node: str, parent: str) -> Finding:
    """A node of a ship notice names no parent."""
    done = f"we hang it under {parent}" if parent else "and nothing before it may be above it"
    return Finding(
        code="tree.no-parent",
        severity="warning",
        says=f"package {node} names none that it stands in; {done}.",
        fix="Ask the sender to say what each package stands in.",
        where=where,
        value=node,
    )


def count_differs(where: Place, said: str, actual: str, what: str) -> Finding:
    """A control total is not what was counted."""
    return Finding(
        code="total.differs",
        severity="warning",
        says=f"it says {said[:40]}, and {what} come to {actual}.",
        fix="Ask the sender whether lines are missing.",
        where=where,
        value=said[:80],
    )


def _within(path: str, name: str) -> str:
    return f"{path}/{name}" if path.startswith("/") and not name.startswith(("/", ".")) else f"{path}: {name}"
