"""Make the EDIFACT bytes of a document of ours: lower it by the partner's map, put it in an envelope. Pure."""

from datetime import datetime, timezone

from tradelane import maps
from tradelane.formats import edifact
from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.exchange import DocumentSent
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage
from tradelane.partners.profile import EdifactIdentity, Profile
from tradelane.runtime.house import House
from tradelane.runtime.partner_maps import message_map

MEDIA_TYPE = "application/edifact"
_AT = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)

KINDS = {
    "purchase_order": "ORDERS",
    "order_response": "ORDRSP",
    "order_change": "ORDCHG",
    "ship_notice": "DESADV",
    "invoice": "INVOIC",
    "goods_receipt": "RECADV",
    "syntax_report": "CONTRL",
    "content_report": "APERAK",
}


def draft_edifact(house: House, profile: Profile, document: Document) -> BuiltMessage:
    """Return the message of *document*; raises `Unreadable` when it cannot be written to this partner."""
    kind = KINDS.get(registry.tag(type(document)), "")
    ours = profile.edifact_settings
    by = message_map(house.registry, profile, kind, ours.directory) if kind else None
    if by is None:
        says = f"There is no map to write {kind or registry.tag(type(document))} for {profile.name} in EDIFACT."
        fix = "Add the map to the partner's folder, or send it as JSON."
        raise Unreadable(Finding(code="map.missing", says=says, fix=fix))
    message = maps.lower(document, by)
    found = (*message.findings, *edifact.faults(message, edifact.USUAL, ours.syntax))
    if wrong := tuple(finding for finding in found if finding.severity == "error"):
        raise Unreadable(*wrong)
    return message


def edifact_bytes(house: House, profile: Profile, sent: DocumentSent, message: BuiltMessage, at: datetime) -> bytes:
    """Return the interchange around *message*. Its reference is the number by which a CONTRL will name it."""
    ours = profile.edifact_settings
    envelope = edifact.Envelope(
        sender=_name(house.registry.settings.company.edifact),
        receiver=_name(profile.edifact),
        syntax=ours.syntax,
        version=ours.version,
        control=sent.group,
        at=at,
        test=sent.test or ours.test,
        acknowledge=ours.wants_report and sent.document_type != "syntax_report",
        associations=ours.associations,
    )
    return edifact.encode(envelope, [message])


def read_back_edifact(house: House, profile: Profile, document: Document) -> Document:
    """Return what a partner's reader would make of *document* written as EDIFACT; raises `Unreadable`."""
    message = draft_edifact(house, profile, document)
    us, them = house.registry.settings.company.edifact, profile.edifact
    ours = profile.edifact_settings
    envelope = edifact.Envelope(
        sender=_name(us), receiver=_name(them), syntax=ours.syntax, version=ours.version, control=1, at=_AT
    )
    decoded = edifact.decode(edifact.encode(envelope, [message]))
    accepted = [received.message for _, _, received in decoded.accepted]
    by = message_map(house.registry, profile, message.kind, message.version)
    if len(accepted) != 1 or by is None:
        raise Unreadable(*decoded.all_findings)
    return maps.lift(accepted[0], by).document


def _name(identity: EdifactIdentity) -> edifact.Name:
    return edifact.Name(identity.id, identity.qualifier)
