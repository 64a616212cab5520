"""Read canonical JSON: one document of ours, or an array of them. Pure."""

from collections import deque
from functools import partial

from tradelane import maps
from tradelane.formats import json as json_format
from tradelane.model.finding import Unreadable
from tradelane.model.message import TreeMessage
from tradelane.partners.profile import Profile
from tradelane.runtime.guards.look_alike import look_alikes
from tradelane.runtime.guards.stranger import strangers
from tradelane.runtime.house import House
from tradelane.runtime.reading import Reading, ReadInterchange, ReadSet


def begin_json(house: House, profile: Profile, body: bytes) -> Reading:
    """Open *body*; its documents are read as the reading advances."""
    try:
        messages = json_format.decode(body)
    except Unreadable as unreadable:
        return Reading([], unreadable.findings)
    found = ReadInterchange()

    def lift(message: TreeMessage) -> int:
        found.sets.append(_lift_json(house, profile, message))
        return 1

    return Reading([found], rest=deque(partial(lift, message) for message in messages))


def _lift_json(house: House, profile: Profile, message: TreeMessage) -> ReadSet:
    try:
        lifted = maps.lift_json(message)
    except Unreadable as unreadable:
        return ReadSet(message.kind, findings=unreadable.findings, map="json")
    faults = strangers(house, profile, lifted.document) + look_alikes(lifted.document)
    return ReadSet(
        message.kind,
        document=lifted.document,
        canonical=lifted.canonical,
        findings=lifted.findings + faults,
        map="json",
        test=profile.test,
    )
