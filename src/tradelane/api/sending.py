"""Send a document of ours again, and take one that came in a corrected form: the original stays as it is.

Sent again it is the same meaning under new control numbers. A correction is a transmission of its own by the same
partner, read as any other; who made it and why is on record.
"""

from typing import Annotated, Any

from litestar import Request, Response, post
from msgspec import Meta, Struct

from tradelane.api.asking import body_of, key_of, put, read_json
from tradelane.api.body import read_body
from tradelane.api.deeds import deed_of
from tradelane.api.documents import kept, priced, written_as
from tradelane.api.door import Id, house_of, operator_of
from tradelane.api.problem import not_found, refusal
from tradelane.api.records import one
from tradelane.model.exchange import SendDocument
from tradelane.model.identity import derived_id, exchange_stream
from tradelane.views import document
from tradelane.views.trace import unescaped

CORRECTED_BYTES_MAX = 1024 * 1024


class SendAgain(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send it once more, and say why."""

    why: Annotated[str, Meta(min_length=1, max_length=400)]


class Correction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole transmission as it should have been, and why."""

    text: Annotated[str, Meta(min_length=1)]
    why: Annotated[str, Meta(min_length=1, max_length=400)]


@post("/documents/{id:str}/send", opt={"may": "send.again"}, status_code=200, summary="Send a document of ours again")
async def send_again(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Write the same meaning once more, under new control numbers."""
    house, who = house_of(request), operator_of(request)
    asked = await body_of(request, SendAgain)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    await priced(request, row)
    profile = house.registry.partners.get(row.partner)
    if row.direction != "out" or profile is None:
        says, fix = "Only what we sent can be sent again.", "Ask the partner to send it again, or correct it here."
        raise refusal(422, "document.not-ours", says, fix)
    sent = await written_as(house, row)
    command = SendDocument(
        document_id=derived_id("again", row.id, key_of(house, request, who), asked.why),
        document_type=sent.document_type,
        number=sent.number,
        body=sent.body,
        about=sent.about,
        syntax=sent.syntax,
        acknowledge_within_hours=profile.policy.acknowledge_within_hours,
        test=sent.test,
        fetch_within_hours=profile.fetch_within_hours,
    )
    return await put(house, request, who, exchange_stream(profile.name), command)


@post("/documents/{id:str}/correct", opt={"may": "send.again"}, status_code=202, summary="Take a document corrected")
async def correct(request: Request[Any, Any, Any], id: Id) -> Response[bytes]:
    """Take what came once more as it should have been; the original stays in the archive as it came."""
    house, who = house_of(request), operator_of(request)
    asked = read_json(await read_body(dict(request.scope), request.receive, CORRECTED_BYTES_MAX), Correction)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    await priced(request, row)
    if row.direction != "in":
        says, fix = "Only what came can be corrected.", "Change the order, or send the document again."
        raise refusal(422, "document.ours", says, fix)
    found = (await kept(house, row)).archived
    profile = house.registry.partners.get(found.partner)
    if profile is None:
        raise not_found()
    deed = deed_of(house, request, who, "document.correct", f"document/{row.id}", {"why": asked.why})
    answer = await house.intake.take(
        profile,
        asked.text.encode(),
        channel="correction",
        transport_id=f"correction/{row.id}/{key_of(house, request, who)}",
        media_type=found.media_type,
        file_name=found.file_name,
        now=house.now(),
    )
    await house.store.end_deed(deed, answer.status, "")
    return Response(answer.body, status_code=answer.status, media_type="application/json")


HANDLERS = (send_again, correct)
