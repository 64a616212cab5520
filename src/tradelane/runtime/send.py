"""Make the bytes of a document of ours: lower it by the partner's map, put it in an envelope, name the file. Pure."""

from datetime import datetime

import msgspec

from tradelane import maps
from tradelane.formats import x12
from tradelane.model import registry
from tradelane.model.delivery_schedule import DeliverySchedule
from tradelane.model.document import Document
from tradelane.model.exchange import DocumentSent, SendDocument
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.inventory_report import InventoryReport
from tradelane.model.message import BuiltMessage, Delimiters
from tradelane.model.syntax_report import SyntaxReport
from tradelane.partners.profile import Profile
from tradelane.runtime.house import House
from tradelane.runtime.partner_maps import writing_set_map
from tradelane.runtime.send_edifact import MEDIA_TYPE, draft_edifact, edifact_bytes
from tradelane.runtime.send_nodes import TREES, draft_tree, tree_bytes
from tradelane.runtime.send_table import MEDIA, draft_rows, rows_bytes
from tradelane.store.port import Outbound

KINDS = {
    "purchase_order": "850",
    "order_response": "855",
    "order_change": "860",
    "ship_notice": "856",
    "invoice": "810",
    "goods_receipt": "944",
    "delivery_schedule": "830",
    "inventory_report": "846",
    "inventory_adjustment": "947",
    "warehouse_order": "940",
    "warehouse_advice": "945",
    "stock_transfer": "943",
    "load_tender": "204",
    "tender_response": "990",
    "transport_status": "214",
    "freight_invoice": "210",
    "remittance_advice": "820",
    "return_request": "180",
    "return_advice": "180",
    "content_report": "824",
    "syntax_report": "997",
}
"""The X12 set that carries each document, where the document itself does not ask for another."""

TA1 = "ta1"


def draft(house: House, profile: Profile, command: SendDocument, document: Document | None) -> BuiltMessage | None:
    """Return the message of *command*'s document as this partner reads it; None where the syntax needs none.

    *document*: its document where it is at hand, so that it need not be read again.

    Raises `Unreadable` when it cannot be written: asked before a control number is spent on it.
    """
    if command.syntax in MEDIA:
        return draft_rows(house, profile, document or registry.read_document(command.body), command.syntax)
    if command.syntax in TREES:
        return draft_tree(house, profile, document or registry.read_document(command.body))
    if command.syntax == "edifact":
        return draft_edifact(house, profile, document or registry.read_document(command.body))
    if command.syntax != "x12" or command.document_type == TA1:
        return None
    message = _lower(house, profile, document or registry.read_document(command.body))
    message, warnings = x12.clean(message, x12.declared(_delimiters(profile), profile.x12_settings.version))
    faults = tuple(finding for finding in (*message.findings, *warnings) if finding.severity == "error")
    if faults:
        raise Unreadable(*faults)
    return message


def outbound(
    house: House,
    profile: Profile,
    sent: DocumentSent,
    message: BuiltMessage | None,
    part: int,
    sequence: int,
    at: datetime,
) -> Outbound:
    """Return the row the channel delivers: encoded once, so every attempt carries the same bytes."""
    body, media_type, suffix = _bytes(house, profile, sent, message, at)
    return Outbound(
        part=part,
        sequence=sequence,
        id=sent.document_id,
        partner=profile.name,
        stream=f"exchange/{profile.name}",
        about=sent.about,
        document_type=sent.document_type,
        media_type=media_type,
        file_name=f"{sent.document_type}-{_safe(sent.number)}-{sent.document_id[:8]}.{suffix}",
        body=body,
        at=at,
    )


def _bytes(
    house: House, profile: Profile, sent: DocumentSent, message: BuiltMessage | None, at: datetime
) -> tuple[bytes, str, str]:
    if sent.syntax == "json":
        return sent.body.encode(), "application/json", "json"
    if sent.syntax in MEDIA:
        assert message is not None, "rows are drafted before they are sent"
        suffix = "txt" if sent.syntax == "fixed" else sent.syntax
        return rows_bytes(house, profile, message, sent.syntax), MEDIA[sent.syntax], suffix
    if sent.syntax in TREES:
        assert message is not None, "trees are drafted before they are sent"
        media_type, suffix = TREES[sent.syntax]
        body = tree_bytes(house, profile, message, sent.document_id, at, test=bool(sent.test))
        return body, media_type, suffix
    if sent.syntax == "edifact":
        assert message is not None, "every EDIFACT document was drafted before it got its number"
        return edifact_bytes(house, profile, sent, message, at), MEDIA_TYPE, "edi"
    envelope = _envelope(house, profile, sent, at)
    if sent.document_type == TA1:
        return x12.encode_ta1(envelope, msgspec.json.decode(sent.body, type=x12.Ta1)), "application/edi-x12", "edi"
    assert message is not None, "every other X12 document was drafted before it got its numbers"
    return x12.encode(envelope, [message], cleaned=True), "application/edi-x12", "edi"


def _lower(house: House, profile: Profile, document: Document) -> BuiltMessage:
    kind = set_kind(profile, document)
    by = writing_set_map(house.registry, profile, document, kind) if kind else None
    if by is None:
        what = f"transaction set {kind}" if kind else f"a {registry.tag(type(document)).replace('_', ' ')} in X12"
        says = f"There is no map to write {what} for {profile.name}."
        raise Unreadable(
            Finding(code="map.missing", says=says, fix="Add the map to the partner's folder, or send it as JSON.")
        )
    return maps.lower(document, by)


def set_kind(profile: Profile, document: Document) -> str:
    """Return the X12 set *document* goes out as; empty when X12 has none."""
    match document:
        case DeliverySchedule(kind="shipping"):
            return "862"
        case InventoryReport(kind="activity"):
            return "852"
        case SyntaxReport() if profile.x12_settings.acknowledges_by_999:
            return "999"
        case _:
            return KINDS.get(registry.tag(type(document)), "")


def _delimiters(profile: Profile) -> Delimiters:
    ours = profile.x12_settings
    return Delimiters(segment=ours.segment, element=ours.element, component=ours.component)


def _envelope(house: House, profile: Profile, sent: DocumentSent, at: datetime) -> x12.Envelope:
    us, them, ours = house.registry.settings.company.x12, profile.x12, profile.x12_settings
    return x12.Envelope(
        sender_qualifier=us.qualifier,
        sender=us.id,
        receiver_qualifier=them.qualifier,
        receiver=them.id,
        sender_group=us.group,
        receiver_group=them.group,
        version=ours.version,
        delimiters=_delimiters(profile),
        usage="T" if sent.test else ours.usage,
        interchange=sent.interchange,
        group=sent.group,
        at=at,
    )


def _safe(number: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in number)[:40] or "x"
