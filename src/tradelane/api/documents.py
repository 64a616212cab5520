"""Documents for operators: every one that came or went, its bytes as they crossed the boundary, and what they mean."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send
from msgspec import Struct

from tradelane.api.door import Id, house_of, not_theirs, sees_prices
from tradelane.api.house import House
from tradelane.api.paging import After, Limit, Page, page, rows
from tradelane.api.prices import papers_without, shows_prices
from tradelane.api.problem import Problem, not_found
from tradelane.api.records import one
from tradelane.formats.sender_clock import LOOK_BYTES, sender_clock
from tradelane.formats.xml.secrets import blotted
from tradelane.model.exchange import DocumentSent
from tradelane.model.finding import Finding
from tradelane.runtime.project import recorded
from tradelane.runtime.read_kept import bytes_of
from tradelane.runtime.reading import LET_GO
from tradelane.store.port import Kept
from tradelane.views import document
from tradelane.views.trace import unescaped

State = Annotated[str, QueryParameter(name="state", max_length=40, description="Only documents in this state.")]
Partner = Annotated[str, QueryParameter(max_length=200, description="Only documents from or to this partner.")]

Type = Annotated[
    str, QueryParameter(name="document_type", max_length=60, description="Only documents of this type: invoice.")
]
Direction = Annotated[
    Literal["", "in", "out"], QueryParameter(name="direction", description="in: what came; out: what went.")
]


class Attempted(Struct, frozen=True, kw_only=True):
    """One attempt to deliver."""

    attempt: int
    result: str
    at: Any
    says: str = ""


class DocumentAnswer(Struct, frozen=True, kw_only=True):
    """One document with where to read its bytes and its meaning. ``written``: when, by the sender's own clock;
    ``withheld``: why who asks may read neither, and who may.
    """

    document: document.DocumentRow
    raw: str
    canonical: str
    attempts: tuple[Attempted, ...] = ()
    written: str = ""
    withheld: str = ""


class Canonical(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a document means, read again from its bytes; none where it cannot be read, and then the findings say why."""

    id: str
    document: msgspec.Raw | None = None
    findings: tuple[Finding, ...] = ()
    map: str = ""


@get("/documents", opt={"may": "see.documents"}, summary="Documents, newest first")
async def documents(
    request: Request[Any, Any, Any],
    in_state: State = "",
    partner: Partner = "",
    of_type: Type = "",
    way: Direction = "",
    limit: Limit = 100,
    after: After = "",
) -> Page[document.DocumentRow]:
    """List every document that came or went.

    By rank is by time too; where only those in one state are asked for, the index has them in that order.
    """
    choice = {"state": in_state, "partner": partner, "kind": of_type, "mark": way}
    newest_first = bool(of_type) or not in_state
    found, cursor = await rows(house_of(request), document, limit, after, newest_first=newest_first, **choice)
    return page(request, found if sees_prices(request) else papers_without(found), cursor)


@get("/documents/{id:str}", opt={"may": "see.documents"}, summary="One document: from whom, what became of it")
async def document_by_id(request: Request[Any, Any, Any], id: Id) -> DocumentAnswer:
    """Show one document."""
    house = house_of(request)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    sent = await house.store.sent(row.id) if row.direction == "out" else None
    attempts = (
        tuple(Attempted(attempt=a.attempt, result=a.result, at=a.at, says=a.says) for a in sent[1]) if sent else ()
    )
    here, withheld = f"/process/v1/documents/{id}", await _withheld(request, row)
    return DocumentAnswer(
        document=row if sees_prices(request) else papers_without((row,))[0],
        raw="" if withheld else f"{here}/raw",
        canonical="" if withheld else f"{here}/canonical",
        withheld=" ".join(f"{one.says} {one.fix}" for one in withheld.findings) if withheld else "",
        attempts=attempts,
        written=await _written(house, row) if row.direction == "in" else "",
    )


@get(
    "/documents/{id:str}/raw",
    opt={"may": "see.documents"},
    summary="The bytes as they crossed the boundary, secrets blotted out",
    media_type="application/octet-stream",
)
async def raw(request: Request[Any, Any, Any], id: Id) -> Response[bytes]:
    """Return the bytes: the whole transmission for what came, what was delivered for what went.

    A secret in a cXML header is blotted out, byte for byte; what is archived keeps it.
    """
    house = house_of(request)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    await priced(request, row)
    if row.direction == "in":
        found = await kept(house, row)
        if not found.pieces:
            (body,) = [piece async for piece in bytes_of(house.store, found)]
            return as_file(blotted(body), f"{found.archived.id}.bin")
        return Streamed(bytes_of(house.store, found), f"{found.archived.id}.bin")
    sent = await house.store.sent(row.id)
    if sent is None:
        raise not_found()
    return as_file(blotted(sent[0].body), sent[0].file_name or f"{row.id}.bin")


@get("/documents/{id:str}/canonical", opt={"may": "see.documents"}, summary="What the document means, in our own words")
async def canonical(request: Request[Any, Any, Any], id: Id) -> Canonical:
    """Read the document again from its bytes with the settings that hold now."""
    house = house_of(request)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    await priced(request, row)
    return await (_read_again(house, row) if row.direction == "in" else _as_written(house, row))


async def _written(house: House, row: document.DocumentRow) -> str:
    """Return when the document was written by its sender's clock, where its envelope says so."""
    found = await house.store.kept(row.transmission) if row.transmission else None
    if found is None:
        return ""
    async for piece in bytes_of(house.store, found):
        return sender_clock(piece[:LOOK_BYTES])
    return ""


async def priced(request: Request[Any, Any, Any], row: document.DocumentRow) -> None:
    """Refuse papers that show prices to people who may not see them."""
    refused = await _withheld(request, row)
    if refused is not None:
        raise refused


async def _withheld(request: Request[Any, Any, Any], row: document.DocumentRow) -> Problem | None:
    """Return why who asks may not see what the document itself says; None where they may."""
    if sees_prices(request) or not shows_prices(row.document_type):
        return None
    return await not_theirs(house_of(request), "see.prices")


async def kept(house: House, row: document.DocumentRow) -> Kept:
    """Return the transmission a document came in."""
    found = await house.store.kept(row.transmission) if row.transmission else None
    if found is None:
        raise not_found()
    return found


def as_file(body: bytes, name: str) -> Response[bytes]:
    """Return bytes that a browser saves and never shows: they are a partner's, and could be anything."""
    return Response(body, media_type="application/octet-stream", headers=_to_be_saved(name))


class Streamed(Response[bytes]):
    """Such bytes as they are read, so that it does not matter how many they are."""

    def __init__(self, chunks: AsyncIterator[bytes], name: str) -> None:
        super().__init__(b"", media_type="application/octet-stream", headers=_to_be_saved(name))
        self._chunks, self._name = chunks, name

    def to_asgi_response(self, *positional: Any, **named: Any) -> ASGIResponse:
        """Return what sends them."""
        plain = super().to_asgi_response(*positional, **named)
        return _Streaming(
            iterator=self._chunks,
            media_type="application/octet-stream",
            headers=_to_be_saved(self._name),
            status_code=plain.status_code,
        )


class _Streaming(ASGIStreamingResponse):
    async def send_body(self, send: Send, receive: Receive) -> None:
        await self._stream(send)


def _to_be_saved(name: str) -> dict[str, str]:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)[:120]
    return {"content-disposition": f'attachment; filename="{plain}"'}


async def _read_again(house: House, row: document.DocumentRow) -> Canonical:
    found = await kept(house, row)
    profile = house.registry.partners.get(found.archived.partner)
    if profile is None:
        raise not_found()
    reading = await house.read_again(found, profile, row.id)
    sets = [each for interchange in reading.interchanges for each in interchange.sets if each is not LET_GO]
    place = 0 if found.pieces else row.index
    if place >= len(sets):
        return Canonical(id=row.id, findings=reading.findings)
    each = sets[place]
    body = msgspec.Raw(msgspec.json.encode(each.document)) if each.document else None
    return Canonical(id=row.id, document=body, findings=tuple(each.findings), map=each.map)


async def _as_written(house: House, row: document.DocumentRow) -> Canonical:
    """Return the canonical form that stands in the event by which the document was sent."""
    sent = await written_as(house, row)
    return Canonical(id=row.id, document=msgspec.Raw(sent.body.encode()))


async def written_as(house: House, row: document.DocumentRow) -> DocumentSent:
    """Return the event by which a document of ours was sent."""
    found = await house.store.journal({row.partition: row.sequence - 1}, 1)
    event = recorded(found[0]).event if found else None
    if not isinstance(event, DocumentSent) or event.document_id != row.id:
        raise not_found()
    return event


HANDLERS = (documents, document_by_id, raw, canonical)
