"""What a standard wants around and beside what a map writes: an envelope, the edition, the currency of amounts."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from tradelane.formats.nodes import with_seconds
from tradelane.model.message import BuiltMessage, Node


class Envelope(Struct, frozen=True, kw_only=True):
    """Who sends a cXML document to whom, under which payload id, when; each name is ``domain:identity`` or bare."""

    sender: str
    receiver: str
    payload: str
    at: datetime
    test: bool = False


_CROSS_INDUSTRY = {
    "cii": ("rsm:CrossIndustryInvoice", "urn:cen.eu:en16931:2017"),
    "orderx": ("scrdm:SCRDMCCBDACIOMessageStructure", "urn:order-x.eu:1p0:basic"),
}
"""The root of a family's messages, and the guideline that ours follow."""
_CCYYMMDD = "102"
_UBL_VERSION = "cbc:UBLVersionID"


def completed(message: BuiltMessage, root: Node, envelope: Envelope | None) -> Node:
    """Return the tree of *message* as its standard wants it sent."""
    family = message.version.partition("/")[0]
    if family == "ubl":
        currency = next((one.value for one in root.children if one.name == "cbc:DocumentCurrencyCode"), "")
        priced = _priced(root, currency, "Amount", "@currencyID")
        if not any(one.name == _UBL_VERSION for one in priced.children):
            priced.children.insert(0, Node(_UBL_VERSION, message.version.partition("/")[2]))
        return priced
    if family in _CROSS_INDUSTRY:
        return _cross_industry(root, family)
    if family != "cxml":
        return root
    priced = _priced(root, next(_said(root, "@currency"), ""), "Money", "@currency")
    return _enveloped(priced, message.version.partition("/")[2], envelope)


def _cross_industry(root: Node, family: str) -> Node:
    """Return a message of UN/CEFACT's Cross Industry family: which guideline it follows, and how dates are written."""
    name, guideline = _CROSS_INDUSTRY[family]
    follows = Node("ram:GuidelineSpecifiedDocumentContextParameter", "", [Node("ram:ID", guideline)])
    inner = [_dated(one) for one in root.children]
    return Node(name, "", [Node("rsm:ExchangedDocumentContext", "", [follows]), *inner])


def _dated(node: Node) -> Node:
    inner = [_dated(one) for one in node.children]
    if node.name.endswith(":DateTimeString") and not inner:
        inner = [Node("@format", _CCYYMMDD)]
    return Node(node.name, node.value, inner)


def _priced(node: Node, currency: str, ending: str, attribute: str) -> Node:
    """Return the tree with *currency* beside every amount that names none."""
    inner = [_priced(one, currency, ending, attribute) for one in node.children]
    wants = currency and node.name.endswith(ending) and node.value
    if wants and not any(one.name == attribute for one in inner):
        inner = [Node(attribute, currency), *inner]
    return Node(node.name, with_seconds(node.value) if _is_time(node.name) else node.value, inner)


def _is_time(name: str) -> bool:
    """Say whether a node holds a time of day: UBL calls it so, cXML has it in attributes called after dates."""
    return name.endswith(("Time", "Date")) or (name.startswith("@") and "Date" in name)


def _said(node: Node, name: str) -> Iterator[str]:
    for one in node.children:
        if one.name == name:
            yield one.value
        yield from _said(one, name)


def _enveloped(root: Node, version: str, envelope: Envelope | None) -> Node:
    """Return a cXML document with its header whole; what the map wrote there goes before what the envelope says."""
    inner = {one.name: one for one in root.children}
    attributes = [Node("@version", f"{version}.014" if version.count(".") == 1 else version)]
    if envelope is not None:
        stamp = envelope.at.isoformat(timespec="seconds")
        attributes = [Node("@payloadID", envelope.payload), Node("@timestamp", stamp), *attributes]
        header = {one.name: one for one in inner["Header"].children} if "Header" in inner else {}
        header.setdefault("From", Node("From", "", [_credential(envelope.sender)]))
        header.setdefault("To", Node("To", "", [_credential(envelope.receiver)]))
        agent = Node("UserAgent", "Tradelane")
        header.setdefault("Sender", Node("Sender", "", [_credential(envelope.sender), agent]))
        inner["Header"] = Node("Header", "", [header["From"], header["To"], header["Sender"]])
        mode = Node("@deploymentMode", "test" if envelope.test else "production")
        if "Request" in inner:
            inner["Request"] = Node("Request", "", [mode, *inner["Request"].children])
    order = ("Header", "Request", "Response", "Message")
    return Node("cXML", "", [*attributes, *(inner[name] for name in order if name in inner)])


def _credential(said: str) -> Node:
    domain, colon, identity = said.rpartition(":")
    return Node("Credential", "", [Node("@domain", domain if colon else "NetworkID"), Node("Identity", identity)])
