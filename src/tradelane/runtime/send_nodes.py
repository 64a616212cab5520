"""Make the XML or IDoc of a document of ours, by the partner's map or the shipped one of its family. Pure."""

from datetime import datetime, timezone

from tradelane import maps
from tradelane.formats import idoc, xml
from tradelane.model.document import Document
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.partner_maps import writing_tree_map

_AT = datetime(2026, 1, 2, tzinfo=timezone.utc)

TREES = {"xml": ("application/xml", "xml"), "idoc": ("text/plain", "idoc")}
"""The syntaxes that are trees: their media types and file suffixes."""


def draft_tree(house: House, profile: Profile, document: Document) -> BuiltMessage:
    """Return the tree of *document* as this partner reads it; raises `Unreadable` when it cannot be written."""
    message = maps.lower(document, writing_tree_map(house.registry, profile, document))
    faults = tuple(finding for finding in message.findings if finding.severity == "error")
    if faults:
        raise Unreadable(*faults)
    return message


def tree_bytes(house: House, profile: Profile, message: BuiltMessage, id: str, at: datetime, *, test: bool) -> bytes:
    """Return the file that says *message*; *id* is what cXML and IDocs call this sending by."""
    us = profile.trees.company or house.registry.settings.company.x12.id
    them = next(iter(profile.trees.identities), profile.name)
    if message.version.startswith("idoc/"):
        number = int.from_bytes(id.encode()[-6:]) % 10**15
        around = idoc.Envelope(sender=us[:10], receiver=them[:10], at=at, control=number, test=test)
        return (
            xml.write(idoc.xml_tree(message, around)) if profile.send.syntax == "xml" else idoc.encode(message, around)
        )
    return xml.encode(message, xml.Envelope(sender=us, receiver=them, payload=id, at=at, test=test))


def read_tree_back(house: House, profile: Profile, document: Document) -> Document:
    """Return what a partner's reader would make of *document* written as a tree; raises `Unreadable`."""
    by = writing_tree_map(house.registry, profile, document)
    body = tree_bytes(house, profile, draft_tree(house, profile, document), "sample", _AT, test=True)
    decoded = xml.decode(body) if body.startswith(b"<") else idoc.decode(body)
    if decoded.refused:
        raise Unreadable(*decoded.findings)
    return maps.lift(decoded.messages[0], by).document
