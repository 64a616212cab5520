"""Lists come in pages: at most 500 rows, and a cursor that means "after this row" however the list has grown
meanwhile.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote

from litestar import Request
from litestar.params import QueryParameter
from msgspec import Struct

from tradelane.api.house import House
from tradelane.api.problem import refusal
from tradelane.api.records import read_rows

LIMIT_MAX = 500

Limit = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="How many rows, 1 to 500.")]
After = Annotated[str, QueryParameter(max_length=800, description="The `next` of the page before.")]

T = TypeVar("T")
_CURSOR = re.compile(r"[A-Za-z0-9_-]*")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list. ``next`` is empty on the last page; ``link`` leads to the next one."""

    items: tuple[T, ...]
    next: str = ""
    link: str = ""


async def rows(house: House, view: Any, limit: int, after: str, **choice: Any) -> tuple[list[Any], str]:
    """Return up to *limit* rows of a view after a cursor, and the cursor of the next page."""
    found = await house.store.view_rows(view.NAME, after=opened(after), limit=limit + 1, **choice)
    cursor = closed(found[limit - 1].key) if len(found) > limit else ""
    return read_rows(found[:limit], view.Row), cursor


def page(request: Request[Any, Any, Any], items: Sequence[T], cursor: str) -> Page[T]:
    """Return a page with the link to the next one, which keeps everything else that was asked."""
    link = ""
    if cursor:
        kept = [(k, v) for k, v in request.query_params.multi_items() if k != "after"]
        query = "&".join(f"{quote(k, safe='')}={quote(str(v), safe='')}" for k, v in [*kept, ("after", cursor)])
        link = f"{request.url.path}?{query}"
    return Page(items=tuple(items), next=cursor, link=link)


def closed(key: str) -> str:
    """Return a cursor for a row's key."""
    return urlsafe_b64encode(key.encode()).decode().rstrip("=")


def opened(cursor: str) -> str:
    """Return the key that a cursor stands for; empty for the first page."""
    try:
        if not _CURSOR.fullmatch(cursor):
            raise ValueError
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        says, fix = "This is not a cursor of ours.", "Take `next` from the page before, or leave it out."
        raise refusal(400, "request.cursor", says, fix, path="after") from None
