"""XML bytes to messages: which kind of document this is, and in which edition, its root tells."""

import re
from collections.abc import Iterator

from tradelane.formats.idoc.decode import idoc_message
from tradelane.formats.idoc.layouts import says_nothing
from tradelane.formats.nodes import DecodedNodes, fault
from tradelane.formats.xml.names import UBL_DOCUMENT, USUAL
from tradelane.formats.xml.packed import packed
from tradelane.formats.xml.parse import Parsed, parse
from tradelane.formats.xml.secrets import blotted, proofs, take_out
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import Node, NodeMessage

UBL_VERSION = "2.1"
"""The edition of a UBL document that names none: 2.0 to 2.4 share their namespaces."""

CARRIERS = {"fedex": "fedex", "canadapost": "canadapost", "stamps": "stamps", "TrackResponse": "usps"}
"""Which carrier a document is from, by the prefix or the name of its root."""

ORDER_X = "SCRDMCCBDACIOMessageStructure"
ORDER_X_KINDS = {"230": "OrderChange", "231": "OrderResponse"}
"""What an Order-X message is by its type (UN/EDIFACT 1001); 220 and what is not listed is an order."""

GS1 = re.compile(r"urn:gs1:ecom:\w{1,60}:xsd:(\d{1,2})")
"""The namespace of the root of a GS1 message; what stands in it belongs to none."""

IDOC_ROOT, IDOC_CONTROL = "IDOC", "EDI_DC40"


def decode(body: bytes) -> DecodedNodes:
    """Return the messages in *body*: any bytes are read, or refused with findings."""
    plain = _plain(body)
    if plain is not None:
        return DecodedNodes((plain,))
    try:
        parsed = parse(body)
    except Unreadable as unreadable:
        return DecodedNodes(findings=unreadable.findings)
    shown = tuple(proofs(parsed.root)) if parsed.root.name == "cXML" else ()
    if blotted(body) is not body:
        take_out(parsed.root)
    found = DecodedNodes(tuple(_messages(parsed)), (*parsed.findings, *_unverified(parsed.root)), shown)
    if found.messages:
        return found
    empty = fault("xml.idoc-missing", "There is no IDOC with a control record in it.", "Send IDOC and EDI_DC40.")
    return DecodedNodes(findings=(*found.findings, empty))


def _plain(body: bytes) -> NodeMessage | None:
    """Return a UBL document that is plainly in order without making its tree; None for whatever needs a closer look."""
    if blotted(body) is not body or (found := packed(body)) is None:
        return None
    if not _is_ubl(found.uri) or found.name == "cXML" or IDOC_ROOT in found.nodes.names:
        return None
    version = found.nodes.said("cbc:UBLVersionID").strip() or UBL_VERSION
    number = found.nodes.said("cbc:ID").strip()
    return NodeMessage("xml", found.name, lambda: parse(body).root, f"ubl/{version}", number, packed=found.nodes)


def _is_ubl(uri: str) -> bool:
    return UBL_DOCUMENT.fullmatch(uri) is not None and uri not in USUAL


def child(node: Node, *names: str) -> Node | None:
    """Return the first node that *names* lead to."""
    here: Node | None = node
    for name in names:
        here = next((one for one in here.children if one.name == name), None)
        if here is None:
            return None
    return here


def text(node: Node, *names: str) -> str:
    """Return the text of the first node that *names* lead to; empty when there is none."""
    found = child(node, *names)
    return found.value.strip() if found is not None else ""


def _messages(parsed: Parsed) -> Iterator[NodeMessage]:
    root, uri = _unwrapped(parsed.root), parsed.uri
    idocs = [one for one in root.children if one.name == IDOC_ROOT]
    if root.name == IDOC_ROOT or idocs:
        yield from (idoc_message(_unmarked(one)) for one in idocs or [root] if child(one, IDOC_CONTROL))
    elif root.name == "cXML":
        yield _cxml(root)
    elif _is_ubl(uri):
        version = text(root, "cbc:UBLVersionID") or UBL_VERSION
        yield NodeMessage("xml", root.name, root, f"ubl/{version}", text(root, "cbc:ID"))
    elif edition := GS1.fullmatch(uri):
        yield from _gs1(root, edition[1])
    elif root.name.startswith(("rsm:", "scrdm:")):
        yield _cross_industry(root)
    else:
        yield NodeMessage("xml", root.name.rpartition("}")[2].rpartition(":")[2], root, _edition(root, uri))


def _unwrapped(root: Node) -> Node:
    """Return what a SOAP envelope brings."""
    body = child(root, "soap:Body") if root.name == "soap:Envelope" else None
    return next((one for one in body.children if not one.name.startswith("@")), root) if body else root


def _unmarked(segment: Node) -> Node:
    """Return an IDoc as its flat form has it: control record first, no marks at segments, no field without a text."""
    inner = [_unmarked(one) for one in segment.children if not one.name.startswith("@")]
    segment.children = [
        one for one in inner if one.children or not says_nothing(segment.name, one.name, one.value.strip())
    ]
    segment.children.sort(key=lambda one: one.name != IDOC_CONTROL)
    return segment


def _cxml(root: Node) -> NodeMessage:
    """Return a cXML document, called after what it asks, tells or answers."""
    said = [part for name in ("Request", "Message") if (part := child(root, name)) is not None]
    inner = next((one.name for part in said for one in part.children if not one.name.startswith("@")), "")
    kind = inner or ("Response" if child(root, "Response") else "cXML")
    return NodeMessage("xml", kind, root, f"cxml/{text(root, '@version') or '1.2'}", text(root, "@payloadID"))


def _cross_industry(root: Node) -> NodeMessage:
    """Return a message of UN/CEFACT's Cross Industry family; an Order-X message is called after its type."""
    name = root.name.rpartition(":")[2]
    if name != ORDER_X:
        return NodeMessage("xml", name, root, "cii/D16B", text(root, "rsm:ExchangedDocument", "ram:ID"))
    kind = ORDER_X_KINDS.get(text(root, "scrdm:ExchangedDocument", "ram:TypeCode"), "Order")
    return NodeMessage("xml", kind, root, "orderx/1", text(root, "scrdm:ExchangedDocument", "ram:ID"))


def _gs1(root: Node, edition: str) -> Iterator[NodeMessage]:
    """Yield the documents of a GS1 message, which stand in it one after the other, behind its header."""
    for one in [one for one in root.children if one.children and not one.name.startswith("sh:")] or [root]:
        number = text(one, f"{one.name}Identification", "entityIdentification")
        yield NodeMessage("xml", one.name.rpartition("}")[2], one, f"gs1/{edition}", number)


def _edition(root: Node, uri: str) -> str:
    family = root.name.partition(":")[0]
    if family == "epcis" or family == "epcisq":
        return f"epcisxml/{text(root, '@schemaVersion')}"
    if root.name == "TrackResponse" and child(root, "Shipment"):
        return "carrier/ups"  # USPS calls its answer so too.
    if family in CARRIERS or root.name in CARRIERS:
        return f"carrier/{CARRIERS.get(root.name, family)}"
    return USUAL.get(uri) or uri


def _unverified(root: Node) -> Iterator[Finding]:
    """Say that a signature was seen and not checked: what is signed is trusted no more than what is not."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.name == "ds:Signature":
            says = "It carries a signature, which we do not verify: it counts as unsigned."
            fix = "Rely on the channel it came by."
            yield fault("xml.signature-unverified", says, fix, start=node.start, end=node.end, severity="note")
            return
        waiting += reversed(node.children)
