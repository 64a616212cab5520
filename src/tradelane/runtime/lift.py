"""Bring a message to its document, whatever its syntax: by its map, and with what is checked of every one. Pure."""

from tradelane import maps
from tradelane.maps import Map
from tradelane.model.finding import Unreadable
from tradelane.model.message import NodeMessage, SegmentMessage
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.look_alike import look_alikes
from tradelane.runtime.guards.stranger import strangers
from tradelane.runtime.guards.strict import strict_file
from tradelane.runtime.house import House
from tradelane.runtime.reading import ReadSet


def lift_set(
    house: House, profile: Profile, one: ReadSet, message: SegmentMessage | NodeMessage, by: Map, *, alike: bool = True
) -> ReadSet:
    """Return *one* with the document that *message* says by the map *by*, or with what keeps it from being one.

    *alike*: its text may hold characters that look like others.
    """
    one.map = f"{by.name}@{by.version}"
    try:
        lifted = maps.lift(message, by)
    except Unreadable as unreadable:
        one.findings += unreadable.findings
        return one
    findings = strict_file(profile, lifted.findings)
    if findings is not lifted.findings and any(finding.severity == "error" for finding in findings):
        one.findings += findings
        return one
    one.document, one.canonical = lifted.document, lifted.canonical
    one.findings += findings + strangers(house, profile, lifted.document)
    if alike:
        one.findings += look_alikes(lifted.document)
    return one
