"""Answer a document by what our business made of it, where its sender takes that: as 824, APERAK or UBL. Pure."""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.edifact.charset import CHARSETS
from tradelane.model import registry
from tradelane.model.content_report import ContentAnswer, ContentReport
from tradelane.model.document import Document
from tradelane.model.exchange import SendDocument
from tradelane.model.goods_receipt import GoodsReceipt
from tradelane.model.identity import derived_id, exchange_stream
from tradelane.model.invoice import Invoice
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.origin import Origin
from tradelane.model.party import Party
from tradelane.model.purchase_order import PurchaseOrder
from tradelane.model.ship_notice import ShipNotice
from tradelane.partners.profile import Profile, Syntax
from tradelane.processes import content_answer
from tradelane.runtime.handed import Asked, ask, number_of
from tradelane.runtime.house import House
from tradelane.runtime.reading import ReadInterchange, ReadSet

_SYNTAX: dict[str, Literal["x12", "edifact", "xml"]] = {
    "824": "x12",
    "APERAK": "edifact",
    "ubl/ApplicationResponse": "xml",
}


class _Room(Struct, frozen=True):
    """How many characters a name, a number, the words of one fault and the value in question may have."""

    name: int
    number: int
    words: int
    value: int


_ROOM = {
    "824": _Room(60, 30, 60, 99),
    "APERAK": _Room(35, 35, 70, 70),
    "ubl/ApplicationResponse": _Room(300, 200, 1_000, 300),
}
_CUT = "..."
_SET_DIGITS, _CONTROL_MIN, _CONTROL_MAX = 3, 4, 9
_MUTUAL = "ZZ"
"""How X12 calls a number of no sort it has a code for."""


def origin(profile: Profile, one: ReadSet, id: str) -> Origin | None:
    """Return how a document came that is now handed to its object as *id*; None where its sender takes no answer."""
    if profile.answers.content == "none":
        return None
    number, kind = _reference(one.document)
    return Origin(
        partner=profile.name,
        item=id,
        reference=number,
        reference_kind=kind,
        kind=one.kind,
        control=one.control,
        group=one.group,
        interchange=one.interchange,
        answer=profile.answers.when,
    )


def refusal(
    house: House, profile: Profile, read: ReadInterchange, one: ReadSet, id: str, now: datetime
) -> Asked | None:
    """Return the answer to a document that could not be taken, where no syntax report tells of it: in XML, in rows."""
    came = origin(profile, one, id)
    if came is None or _told_by_syntax(profile, read, one):
        return None
    # What reading finds says to the sender what to do; what an object finds says it to our own people.
    found = [replace(finding, says=f"{finding.says} {finding.fix}") for finding in one.findings]
    said = addressed(house, profile, content_answer.report(came, "rejected", found, now, one.document))
    command = SendDocument(
        document_id=derived_id(id, "content answer"),
        document_type=registry.tag(ContentReport),
        number=said.number,
        body=registry.encode(said).decode(),
        about=exchange_stream(profile.name),
        syntax=_SYNTAX[profile.answers.content],
        acknowledge_within_hours=profile.policy.acknowledge_within_hours,
        fetch_within_hours=profile.fetch_within_hours,
    )
    return ask(command.document_id, exchange_stream(profile.name), command, profile.name, house.store.partitions)


def syntax_of(profile: Profile, document: Document) -> Syntax | None:
    """Return the syntax in which *document* goes to the partner; None when it takes no such document."""
    return _SYNTAX.get(profile.answers.content) if isinstance(document, ContentReport) else profile.send.syntax


def addressed(house: House, profile: Profile, report: ContentReport) -> ContentReport:
    """Return *report* as this partner's syntax has room for it: who says it to whom, words cut where they must be.

    What is cut stands whole in its notes, and in the exception that the same findings open here.
    """
    content = profile.answers.content
    room = _ROOM[content]
    us, them = house.registry.settings.company.name, profile.title or profile.name
    answers = tuple(_named(answer, room, profile) for answer in report.answers)
    notes = report.notes
    if content == "APERAK":  # It has room for notes only in its heading.
        notes = (*notes, *(note for answer in answers for note in answer.notes))
    return replace(
        report,
        sender=Party(name=_fitting(us, room.name, profile)),
        receiver=Party(name=_fitting(them, room.name, profile)),
        answers=answers,
        notes=notes,
    )


def _named(answer: ContentAnswer, room: _Room, profile: Profile) -> ContentAnswer:
    """Return *answer* with a number to go by, and with words that fit: a document may have said no number at all."""
    verdict = answer.verdict
    if profile.answers.content == "ubl/ApplicationResponse" and verdict == "accepted_with_errors":
        verdict = "accepted_with_changes"  # Peppol's letters have only the one for "yes, but".
    faults = tuple(
        replace(fault, says=_fitting(fault.says, room.words, profile), value=_fitting(fault.value, room.value, profile))
        for fault in answer.faults
    )
    number = (answer.reference or answer.control or answer.group or "NONE")[: room.number]
    plain = (_plain(fault.says, profile) for fault in answer.faults)
    notes = (*answer.notes, *(words for words in plain if len(words) > room.words))
    named = replace(answer, verdict=verdict, reference=number, faults=faults, notes=notes)
    if profile.answers.content != "824":
        return replace(named, control=answer.control if len(answer.control) <= room.number else "")
    # What came in another syntax is called by what X12 has no room for: its number alone names it then.
    return replace(
        named,
        reference_kind=answer.reference_kind or f"x12:{_MUTUAL}",
        kind=answer.kind if len(answer.kind) == _SET_DIGITS else "",
        group=answer.group if answer.group.isdigit() and len(answer.group) <= _CONTROL_MAX else "",
        control=answer.control if _CONTROL_MIN <= len(answer.control) <= _CONTROL_MAX else "",
    )


def _fitting(text: str, most: int, profile: Profile) -> str:
    """Return *text* on one line, in the partner's characters, cut between words where it is too long."""
    plain = _plain(text, profile)
    if len(plain) <= most:
        return plain
    cut = plain[: most - len(_CUT)]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.:;") + _CUT


def _plain(text: str, profile: Profile) -> str:
    plain = " ".join(text.split())
    if profile.answers.content != "APERAK":
        return plain
    characters = CHARSETS.get(profile.edifact_settings.syntax, "ascii")
    return plain.encode(characters, "replace").decode(characters)


def _told_by_syntax(profile: Profile, read: ReadInterchange, one: ReadSet) -> bool:
    """Say whether a 997 or a CONTRL says already that this document was refused, and where it is wrong."""
    settings = profile.x12_settings if read.syntax == "x12" else profile.edifact_settings
    return bool(one.interchange) and settings.acknowledge


def _reference(document: Document | None) -> tuple[str, str]:
    """Return the number that both sides know *document* by, and of which sort it is."""
    match document:
        case PurchaseOrder(number=number):
            return number, "purchase_order"
        case OrderResponse(order_number=number) | OrderChange(order_number=number):
            return number, "purchase_order"
        case ShipNotice(number=number):
            return number, "shipment"
        case Invoice(number=number):
            return number, "invoice"
        case GoodsReceipt(number=number):
            return number, "shipment"
        case None:
            return "", ""
        case _:
            return number_of(document), ""
