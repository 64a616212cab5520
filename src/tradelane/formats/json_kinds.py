"""Which standard or which carrier JSON of others comes from: told by the members that it asks for, never by a guess."""

from typing import Any, Final

UNKNOWN: Final = ("json", "json")
"""The edition and the kind of JSON that no standard of ours claims: a map of one's own may read it."""

_EPCIS = ("EPCISDocument", "EPCISQueryDocument")
_DCSA = "eventClassifierCode"

_SIGNS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("carrier/ups", "track", ("trackResponse",)),
    ("carrier/fedex", "completeTrackResults", ("output/completeTrackResults",)),
    ("carrier/dhl", "express", ("shipments/shipmentTrackingNumber",)),
    ("carrier/dhl", "shipments", ("shipments/id", "shipments/status/statusCode")),
    ("carrier/usps", "tracking", ("trackingNumber", "statusCategory")),
    ("carrier/usps", "tracking", ("trackingNumber", "trackingEvents")),
    ("carrier/easypost", "Tracker", ("tracking_code", "tracking_details")),
    ("carrier/easypost", "Tracker", ("tracking_code", "status_detail")),
    ("carrier/aftership", "tracking", ("tracking_number", "checkpoints")),
    ("carrier/shipengine", "track", ("tracking_number", "status_code")),
    ("carrier/shippo", "track", ("tracking_number", "tracking_status")),
    ("carrier/shippo", "track", ("tracking_number", "tracking_history")),
    ("carrier/project44", "shipment-update", ("latestStatusUpdate",)),
    ("otm/5", "trip", ("actions",)),
    ("otm/5", "event", ("lifecycle",)),
)
"""The edition, the kind, and the members by which it is known."""

_WRAPPED: Final = (("result",), ("msg",), ("data", "tracking"), ("data",))
"""Where webhooks and answers put what they are about."""


def kind_of(tree: Any) -> tuple[str, str, tuple[str, ...], Any]:
    """Return the edition and the kind of a message, the members that lead to it in what was sent, and what it says."""
    for steps in ((), *_WRAPPED):
        inner = tree
        for step in steps:
            inner = inner.get(step) if isinstance(inner, dict) else None
        found = _known(inner, webhook=bool(steps))
        if found != UNKNOWN:
            return *found, steps, inner
    return *UNKNOWN, (), tree


def _known(tree: Any, *, webhook: bool) -> tuple[str, str]:
    first = next(iter(tree), None) if isinstance(tree, list) else tree
    if not isinstance(first, dict):
        return UNKNOWN
    if not webhook and (found := _standard(first)) != UNKNOWN:
        return found
    signs = (sign for sign in _SIGNS if not webhook or sign[0].startswith("carrier/"))
    return next(((edition, kind) for edition, kind, asked in signs if all(_has(first, one) for one in asked)), UNKNOWN)


def _standard(first: dict[str, Any]) -> tuple[str, str]:
    if any(_has(first, f"{around}{_DCSA}") for around in ("", "events/", "payload/", "events/payload/")):
        return "dcsa/2", "events"
    kind = first.get("type")
    if kind in _EPCIS:
        return f"epcis/{first.get('schemaVersion', '2.0')}", str(kind)
    if "eventTime" in first and isinstance(kind, str) and kind.endswith("Event"):
        return "epcis/2.0", "event"
    return UNKNOWN


def _has(tree: Any, path: str) -> bool:
    """Say whether a member is there, in the first item of every list on the way."""
    for step in path.split("/"):
        tree = tree[0] if isinstance(tree, list) and tree else tree
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
