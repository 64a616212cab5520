"""EPCIS 2.0 documents as JSON-LD: what a map wrote, with what the standard asks of every document and event besides.

The members, which of them are lists, and what is required: GS1 EPCIS 2.0, section 10 and its JSON schema.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tradelane.formats.nodes import fault, with_seconds
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, Node

KIND: Final = "EPCISDocument"
CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
VERSION: Final = "2.0"

_LISTS: Final = frozenset({"eventList", "epcList", "childEPCs", "quantityList", "childQuantityList"}) | {
    "bizTransactionList"
}
_NUMBERS: Final = frozenset({"quantity"})
_OFFSET = re.compile(r"T.*?(Z|[+-]\d\d:\d\d)\Z")
_GROUPED: Final = ("parentID", "childEPCs")


def is_epcis(message: BuiltMessage) -> bool:
    """Say whether this is a message we write."""
    return message.root is not None and message.kind == KIND and message.version.startswith("epcis/")


def encode(messages: Sequence[BuiltMessage], at: datetime) -> bytes:
    """Return one EPCIS document with the events of all *messages*, made at *at* unless the first of them says when.

    Raises `Unreadable` with every event that has no time, or none with its offset from UTC: an event without is none.
    """
    findings: list[Finding] = []
    events: list[Any] = []
    made = at.isoformat(timespec="seconds") + ("" if at.tzinfo else "Z")
    for message in reversed(messages):
        said = _object(message.root) if message.root is not None else {}
        made = said.get("creationDate", made)
        listed = said.get("epcisBody", {}).get("eventList", [])
        events[:0] = [_event(one, f"$.milestones[{number}]", findings) for number, one in enumerate(listed)]
    if findings:
        raise Unreadable(*findings)
    document = {
        "@context": [CONTEXT],
        "type": KIND,
        "schemaVersion": VERSION,
        "creationDate": made if _OFFSET.search(made) else f"{made}Z" if "T" in made else f"{made}T00:00:00Z",
        "epcisBody": {"eventList": events},
    }
    return _text(document).encode()


def _event(said: dict[str, Any], path: str, findings: list[Finding]) -> dict[str, Any]:
    """Return an event with its type, its action and the offset of its time, which all must have."""
    time = str(said.get("eventTime", ""))
    zone = _OFFSET.search(time)
    if zone is None:
        says = "It says no time of day with its offset from UTC, which every EPCIS event has."
        fix = "Say when it happened, with the offset, such as 2026-11-20T14:25:00+01:00."
        findings.append(fault("epcis.no-time", says, fix, path=f"{path}.happened"))
    kind = "AggregationEvent" if any(name in said for name in _GROUPED) else "ObjectEvent"
    head = {"type": kind, "eventTime": time, "eventTimeZoneOffset": zone[1].replace("Z", "+00:00") if zone else ""}
    called = {"epcList": "childEPCs"} if kind == "AggregationEvent" else {}
    rest = {called.get(name, name): value for name, value in said.items() if name not in head}
    return head | {"action": "OBSERVE"} | rest


def _object(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in node.children:
        value = _object(one) if one.children else _plain(one)
        if one.name in _LISTS:
            found.setdefault(one.name, []).append(value)
        else:
            found[one.name] = value
    return found


def _plain(node: Node) -> Any:
    return Decimal(node.value) if node.name in _NUMBERS else with_seconds(node.value)


def _text(value: Any) -> str:
    """Return JSON in which numbers stand as they were written."""
    return "".join(_parts(value, 0)) + "\n"


def _parts(value: Any, depth: int) -> Iterator[str]:
    begin, end = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    match value:
        case dict() if value:
            for number, (name, one) in enumerate(value.items()):
                yield f"{',' if number else '{'}{begin}{json.dumps(name)}: "
                yield from _parts(one, depth + 1)
            yield end + "}"
        case list() if value:
            for number, one in enumerate(value):
                yield f"{',' if number else '['}{begin}"
                yield from _parts(one, depth + 1)
            yield end + "]"
        case Decimal():
            yield f"{value:f}"
        case _:
            yield json.dumps(value, ensure_ascii=False)
