"""Exceptions for the people who work them: the list by money and hours left, taking one, ending one."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from tradelane.api.asking import body_of, key_of, put
from tradelane.api.door import Id, house_of, operator_of, sees_prices
from tradelane.api.orders import by_whom
from tradelane.api.paging import After, Limit, Page, page, rows
from tradelane.api.prices import cases_without, entries_without
from tradelane.api.problem import not_found
from tradelane.api.records import happened
from tradelane.model.case import AssignCase, CommentCase, ResolveCase, SnoozeCase
from tradelane.model.command import Command
from tradelane.views import case
from tradelane.views.trace import Entry, timeline, unescaped

State = Annotated[str, QueryParameter(name="state", max_length=40, description="open, assigned or resolved.")]
Partner = Annotated[str, QueryParameter(max_length=200, description="Only exceptions with this partner.")]


class CaseAnswer(Struct, frozen=True, kw_only=True):
    """One exception with its history."""

    case: case.CaseRow
    timeline: tuple[Entry, ...]


class Assignment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the exception to a person; without one, it is given back and nobody's."""

    to: Annotated[str, Meta(max_length=100)]
    by: Annotated[str, Meta(max_length=100)] = ""


class Resolution(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End the exception: what was done, and why it happened."""

    action: Annotated[str, Meta(min_length=1, max_length=100)]
    cause_code: Annotated[str, Meta(max_length=100)] = ""
    note: Annotated[str, Meta(max_length=2000)] = ""
    by: Annotated[str, Meta(max_length=100)] = ""


class Comment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say something about the exception."""

    says: Annotated[str, Meta(min_length=1, max_length=2000)]
    by: Annotated[str, Meta(max_length=100)] = ""


class Snooze(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the exception rest until then, and say why; what is new about it wakes it before. A time that is over wakes
    what rests.
    """

    until: datetime
    why: Annotated[str, Meta(min_length=1, max_length=400)]
    by: Annotated[str, Meta(max_length=100)] = ""


Asked = TypeVar("Asked", Assignment, Resolution, Comment, Snooze)


@get("/cases", opt={"may": "see.orders"}, summary="Exceptions by money and hours left")
async def cases(
    request: Request[Any, Any, Any], in_state: State = "", partner: Partner = "", limit: Limit = 100, after: After = ""
) -> Page[case.CaseRow]:
    """List exceptions, the most urgent first."""
    found, cursor = await rows(house_of(request), case, limit, after, state=in_state, partner=partner)
    return page(request, found if sees_prices(request) else cases_without(found), cursor)


@get("/cases/{id:str}", opt={"may": "see.orders"}, summary="One exception and its history")
async def case_by_id(request: Request[Any, Any, Any], id: Id) -> CaseAnswer:
    """Answer from the exception's own history, so that what somebody just did is in it."""
    history = await happened(house_of(request), f"case/{unescaped(id)}")
    row: case.CaseRow | None = None
    for event in history:
        row = case.apply(row, unescaped(id), event) or row
    shown, story = [row] if row is not None else [], timeline(history, ())
    if not sees_prices(request):
        shown, story = cases_without(shown), entries_without(story)
    if not shown:
        raise not_found()
    return CaseAnswer(case=shown[0], timeline=story)


@post("/cases/{id:str}/assign", opt={"may": "work.cases"}, status_code=200, summary="Give an exception to a person")
async def assign(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Give the exception to a person."""
    return await _worked(request, id, Assignment, lambda asked, by: AssignCase(to=asked.to, by=by))


@post("/cases/{id:str}/resolve", opt={"may": "work.cases"}, status_code=200, summary="End an exception")
async def resolve(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """End the exception, saying what was done."""

    def command(asked: Resolution, by: str) -> Command:
        return ResolveCase(by=by, action=asked.action, cause_code=asked.cause_code, note=asked.note)

    return await _worked(request, id, Resolution, command)


@post("/cases/{id:str}/comment", opt={"may": "work.cases"}, status_code=200, summary="Say something about an exception")
async def comment(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Keep what somebody says about the exception."""
    key = key_of(house_of(request), request, operator_of(request))
    return await _worked(request, id, Comment, lambda asked, by: CommentCase(by=by, says=asked.says, id=key))


@post("/cases/{id:str}/snooze", opt={"may": "work.cases"}, status_code=200, summary="Let an exception rest")
async def snooze(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Let the exception rest until a time."""
    return await _worked(request, id, Snooze, lambda asked, by: SnoozeCase(by=by, until=asked.until, why=asked.why))


async def _worked(
    request: Request[Any, Any, Any], id: str, kind: type[Asked], command: Callable[[Asked, str], Command]
) -> Response[Any]:
    """Do with an exception that there is what the request's body, of this *kind*, asks for."""
    house, who, stream = house_of(request), operator_of(request), f"case/{unescaped(id)}"
    asked = await body_of(request, kind)
    if stream not in await house.store.streams([stream]):
        raise not_found()
    return await put(house, request, who, stream, command(asked, by_whom(who.name, asked.by, request)))


HANDLERS = (cases, case_by_id, assign, resolve, comment, snooze)
