"""What partners ask: what became of what I sent, what waits for me, how my orders stand. Nobody sees anybody else's."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from litestar import Request, Response, get, post
from msgspec import Struct

from tradelane.api.asking import put
from tradelane.api.documents import as_file
from tradelane.api.door import Id, Number, house_of, partner_of
from tradelane.api.house import House
from tradelane.api.orders import current
from tradelane.api.paging import After, Limit, Page, page, rows
from tradelane.api.problem import not_found
from tradelane.api.records import happened, read_row
from tradelane.model.exchange import RecordDelivery
from tradelane.model.finding import Finding
from tradelane.model.identity import exchange_stream
from tradelane.partners.lookup import Principal
from tradelane.partners.profile import Profile
from tradelane.runtime.read_kept import size_of
from tradelane.store.port import Outbound
from tradelane.views import document, purchase_order, transmission
from tradelane.views.glossary import document_words, state_words
from tradelane.views.trace import escaped, unescaped


class Waiting(Struct, frozen=True, kw_only=True):
    """A document that waits to be fetched. Fetch it at ``link``, then say so at ``taken``."""

    id: str
    document_type: str
    says: str
    number: str
    since: datetime
    link: str
    taken: str


class SentDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document of a transmission of yours, and what became of it."""

    document_type: str
    number: str
    state: str
    says: str
    control: str = ""
    group: str = ""
    interchange: str = ""
    findings: tuple[Finding, ...] = ()


class SentTransmission(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transmission of yours: what we have, and what became of everything in it."""

    id: str
    received_at: datetime
    sha256: str
    size: int
    state: str
    says: str
    file_name: str = ""
    documents: tuple[SentDocument, ...] = ()
    findings: tuple[Finding, ...] = ()


class PartnerOrderLine(Struct, frozen=True, kw_only=True):
    """One line of an order as its supplier may see it."""

    number: str
    item: str
    description: str
    unit: str
    ordered: Decimal
    open: Decimal
    promised: Decimal
    cut: Decimal
    shipped: Decimal
    received: Decimal
    rejected: Decimal
    invoiced: Decimal
    price: Decimal | None
    wanted_on: date | None
    promised_on: date | None


class PartnerOrder(Struct, frozen=True, kw_only=True):
    """An order as its supplier or its owner may see it."""

    number: str
    release: str
    state: str
    ordered_on: date | None
    wanted_on: date | None
    promised_on: date | None
    currency: str
    lines: tuple[PartnerOrderLine, ...]
    link: str


@get("/waiting", summary="Documents that wait for you")
async def waiting(request: Request[Any, Any, Any], limit: Limit = 100, after: After = "") -> Page[Waiting]:
    """List what waits to be fetched."""
    house, me = house_of(request), partner_of(request)
    found, cursor = await rows(house, document, limit, after, state="waiting", partner=me.name)
    shown = [_waiting(row) for row in found] if me.send.channel == "mailbox" else []
    return page(request, shown, cursor if shown else "")


@get("/waiting/{id:str}", summary="Fetch a document", media_type="application/octet-stream")
async def fetch(request: Request[Any, Any, Any], id: Id) -> Response[bytes]:
    """Return the document's bytes; they stay until you say that you have them."""
    mine = await _mine(house_of(request), partner_of(request), id)
    return as_file(mine.body, mine.file_name or f"{mine.id}.bin")


@post("/waiting/{id:str}/taken", summary="Say that you have a document", status_code=200)
async def taken(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Take a fetched document off the list; saying it twice changes nothing."""
    house, me = house_of(request), partner_of(request)
    mine = await _mine(house, me, id)
    command = RecordDelivery(document_id=mine.id, delivered=True, says="fetched by the partner")
    who = Principal(kind="partner", name=me.name, profile=me)
    answer = await put(house, request, who, exchange_stream(me.name), command)
    return Response({"id": mine.id, "taken": answer.status_code != 202}, status_code=answer.status_code)


@get("/orders", summary="Your orders")
async def orders(request: Request[Any, Any, Any], limit: Limit = 100, after: After = "") -> Page[PartnerOrder]:
    """List the orders you supply, or own."""
    house, me = house_of(request), partner_of(request)
    choice = {} if me.role == "erp" else {"partner": me.name}
    found, cursor = await rows(house, purchase_order, limit, after, **choice)
    return page(request, [_order(row) for row in found if _may_see(me, row)], cursor)


@get("/orders/{number:str}", summary="One of your orders")
async def order(request: Request[Any, Any, Any], number: Number) -> PartnerOrder:
    """Show one order; somebody else's is not there."""
    house, me, key = house_of(request), partner_of(request), unescaped(number)
    row = current(key, await happened(house, f"purchase_order/{key}"))
    if not _may_see(me, row):
        raise not_found()
    return _order(row)


@get("/transmissions", summary="What you sent, newest first")
async def transmissions(
    request: Request[Any, Any, Any], limit: Limit = 100, after: After = ""
) -> Page[SentTransmission]:
    """List your transmissions that have been read."""
    house, me = house_of(request), partner_of(request)
    found, cursor = await rows(house, transmission, limit, after, partner=me.name, newest_first=True)
    return page(request, [_sent(row, {}) for row in found], cursor)


@get("/transmissions/{id:str}", summary="What became of a transmission")
async def transmission_by_id(request: Request[Any, Any, Any], id: Id) -> SentTransmission:
    """Show what became of everything in one transmission of yours."""
    house, me = house_of(request), partner_of(request)
    found = await house.store.view_row(transmission.NAME, id) if len(id) <= 100 else None
    if found is None:
        return await _unread(house, me, id)
    row = read_row(found, transmission.TransmissionRow)
    if row.partner != me.name:
        raise not_found()
    kept = await house.store.view_keys(document.NAME, [inside.id for inside in row.documents])
    return _sent(row, {key: read_row(each, document.DocumentRow) for key, each in kept.items()})


async def _unread(house: House, me: Profile, id: str) -> SentTransmission:
    kept = await house.store.kept(id) if len(id) <= 100 else None
    if kept is None or kept.archived.partner != me.name:
        raise not_found()
    archived = kept.archived
    return SentTransmission(
        id=id,
        received_at=archived.received_at,
        sha256=archived.sha256,
        size=await size_of(house.store, kept),
        state="stored",
        says=state_words("stored"),
        file_name=archived.file_name,
    )


def _sent(row: transmission.TransmissionRow, known: dict[str, document.DocumentRow]) -> SentTransmission:
    state = "repeated" if row.repeats else row.outcome
    return SentTransmission(
        id=row.id,
        received_at=row.received_at,
        sha256=row.sha256,
        size=row.size,
        state=state,
        says=state_words(state),
        file_name=row.file_name,
        documents=tuple(_inside(inside, known.get(inside.id)) for inside in row.documents),
        findings=row.findings,
    )


def _inside(inside: transmission.Inside, row: document.DocumentRow | None) -> SentDocument:
    state = row.state if row and row.state else inside.outcome
    return SentDocument(
        document_type=inside.document_type,
        number=inside.number,
        state=state,
        says=f"{document_words(inside.document_type)} {inside.number}: {state_words(state)}",
        control=inside.control,
        group=inside.group,
        interchange=inside.interchange,
        findings=(*inside.findings, *(row.effect_findings if row else ())),
    )


async def _mine(house: House, me: Profile, id: str) -> Outbound:
    sent = await house.store.sent(id) if len(id) <= 100 else None
    if sent is None or sent[0].partner != me.name:
        raise not_found()
    return sent[0]


def _waiting(row: document.DocumentRow) -> Waiting:
    link = f"/partner/v1/waiting/{escaped(row.id)}"
    says = f"{document_words(row.document_type)} {row.number}".rstrip()
    return Waiting(
        id=row.id,
        document_type=row.document_type,
        says=says,
        number=row.number,
        since=row.at,
        link=link,
        taken=f"{link}/taken",
    )


def _may_see(me: Profile, row: purchase_order.OrderRow) -> bool:
    return me.name in (row.supplier, row.owner)


def _order(row: purchase_order.OrderRow) -> PartnerOrder:
    names = PartnerOrderLine.__struct_fields__
    return PartnerOrder(
        number=row.number,
        release=row.release,
        state=row.state,
        ordered_on=row.ordered_on,
        wanted_on=row.wanted_on,
        promised_on=row.promised_on,
        currency=row.currency,
        lines=tuple(PartnerOrderLine(**{name: getattr(line, name) for name in names}) for line in row.lines),
        link=f"/partner/v1/orders/{escaped(row.number + (f'/{row.release}' if row.release else ''))}",
    )


HANDLERS = (waiting, fetch, taken, orders, order, transmissions, transmission_by_id)
