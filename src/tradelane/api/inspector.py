"""A document or a dropped file on one page: as sent, beside what it means, every value linked to its bytes.

The page holds everything it needs. It may run its own script and nothing else, and stands only in a frame of ours.
What is dropped here is read within limits and kept nowhere.
"""

import asyncio
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import QueryParameter

from tradelane.api.documents import kept, priced
from tradelane.api.door import Id, house_of
from tradelane.api.house import House
from tradelane.api.problem import Problem, not_found, refusal
from tradelane.api.records import one
from tradelane.library import Shelf, read
from tradelane.library.page import page
from tradelane.runtime.partner_maps import own_maps
from tradelane.runtime.read_kept import bytes_of
from tradelane.views import document
from tradelane.views.trace import unescaped

TRIED_BYTES_MAX = 8 * 1024 * 1024
SHOWN_BYTES_MAX = 4 * 1024 * 1024

Theme = Annotated[str, QueryParameter(pattern="^(light|dark)?$", description="Which the page itself reads.")]

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts"
    ),
    "x-frame-options": "SAMEORIGIN",
}


@get(
    "/documents/{id:str}/page",
    opt={"may": "see.documents"},
    summary="The document as sent, beside its meaning, as one page",
    media_type="text/html",
)
async def document_page(request: Request[Any, Any, Any], id: Id, theme: Theme = "") -> Response[str]:
    """Read the document's transmission again with the settings that hold now, and show it."""
    house = house_of(request)
    row: document.DocumentRow = await one(house, document, unescaped(id))
    await priced(request, row)
    body, name = await _bytes(house, row)
    profile = house.registry.partners.get(row.partner)
    shelf = Shelf(own_maps(house.registry, profile) if profile else ())
    return await _page(body, name, shelf)


@post(
    "/inspect",
    opt={"may": "see.documents", "harmless": True},
    status_code=200,
    summary="Look at a file without keeping it",
    media_type="text/html",
    request_max_body_size=TRIED_BYTES_MAX,
)
async def inspect(request: Request[Any, Any, Any]) -> Response[str]:
    """Read the file of a form as a partner's would be read, and show it. Nothing of it is kept."""
    form = await request.form()
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise refusal(422, "request.no-file", "The form has no file in it.", "Send it as the form's field `file`.")
    return await _page(await file.read(), file.filename or "the file", Shelf())


async def _page(body: bytes, name: str, shelf: Shelf) -> Response[str]:
    # Reading takes as long as the file is large: others are answered meanwhile.
    text = await asyncio.to_thread(lambda: page(read(body, file_name=name, shelf=shelf), name))
    return Response(text, media_type="text/html", headers=_HEADERS)


async def _bytes(house: House, row: document.DocumentRow) -> tuple[bytes, str]:
    """Return what crossed the boundary, and what to call it; what is too large for a page is never held."""
    called = f"{row.number or row.id}"
    if row.direction == "in":
        found = await kept(house, row)
        body = b""
        async for piece in bytes_of(house.store, found):
            body += piece
            if len(body) > SHOWN_BYTES_MAX:
                raise _too_large()
        return body, called
    sent = await house.store.sent(row.id)
    if sent is None:
        raise not_found()
    if len(sent[0].body) > SHOWN_BYTES_MAX:
        raise _too_large()
    return sent[0].body, sent[0].file_name or called


def _too_large() -> Problem:
    says = f"It holds more than {SHOWN_BYTES_MAX:,} bytes, which are not shown on a page."
    return refusal(422, "document.too-large-to-show", says, "Download it, and look with `tradelane inspect`.")


HANDLERS = (document_page, inspect)
