"""Replay for operators: archived bytes read again with today's maps and settings; first shown, then carried out."""

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from msgspec import Meta, Struct

from tradelane.api.asking import body_of
from tradelane.api.deeds import deed_of
from tradelane.api.door import Id, house_of, operator_of
from tradelane.api.house import House
from tradelane.api.orders import by_whom
from tradelane.api.paging import closed, opened
from tradelane.api.problem import not_found, refusal
from tradelane.api.records import documents
from tradelane.model.replay import ReplayedDocument
from tradelane.runtime.carry_out import Choice, Order
from tradelane.views import document

Text = Annotated[str, Meta(max_length=300)]
_ID = re.compile(r"[0-9a-f-]{36}")


class Replay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}):
    """What to replay: a ``transmission``, whatever a ``number`` names (an order, a document, a file), or what came
    ``from`` an instant ``to`` another; of one ``partner``, of one ``type`` of document.

    Without ``do`` it is only shown. With it, a ``reason`` is needed. ``replay`` and ``after`` go on with the page that
    follows: take them from the answer before.
    """

    transmission: Text = ""
    number: Text = ""
    partner: Text = ""
    since: datetime | None = None
    until: datetime | None = None
    type: Text = ""
    do: bool = False
    reason: Annotated[str, Meta(max_length=1000)] = ""
    by: Annotated[str, Meta(max_length=100)] = ""
    replay: Annotated[str, Meta(max_length=36)] = ""
    after: Annotated[str, Meta(max_length=800)] = ""


class ReplayPage(Struct, frozen=True, kw_only=True):
    """What a page of the replay comes to. ``next`` is empty on the last page; ``settled``: all of this one is done."""

    replay: str
    done: bool
    documents: tuple[ReplayedDocument, ...]
    next: str = ""
    settled: bool = True
    link: str = ""


class ReplayRecord(Struct, frozen=True, kw_only=True):
    """A replay as it was carried out: who, why, what, and how its documents stand now."""

    replay: str
    at: datetime
    by: str
    reason: str
    chosen: str
    documents: tuple[ReplayedDocument, ...]
    now: tuple[document.DocumentRow, ...]


@post(
    "/replays",
    opt={"may": "replay"},
    status_code=200,
    summary="Read archived bytes again: show what would differ, or carry it out",
)
async def replay(request: Request[Any, Any, Any]) -> ReplayPage:
    """Show what replaying comes to, a page at a time; with ``do`` carry it out. What stands has no second effect."""
    house, who = house_of(request), operator_of(request)
    asked = await body_of(request, Replay)
    choice = _choice(house, asked)
    after, order = opened(asked.after), None
    if not asked.since and after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise refusal(400, "request.cursor", "This is not a cursor of ours.", "Take `next` from the page before.")
    if asked.do:
        by = by_whom(who.name, asked.by, request)
        order = Order(replay=asked.replay or house.new_id(), by=by, reason=asked.reason.strip())
    page = await house.replay(choice, after, order)
    if order is not None and not asked.replay:
        deed = deed_of(
            house, request, who, "replay", f"replay/{order.replay}", {**_said(asked), "reason": order.reason}
        )
        await house.store.end_deed(deed, 200, "")
    return ReplayPage(
        replay=order.replay if order else "",
        done=order is not None,
        documents=page.documents,
        next=closed(page.next) if page.next else "",
        settled=page.settled,
        link=f"/process/v1/replays/{order.replay}" if order else "",
    )


@get("/replays/{id:str}", opt={"may": "replay"}, summary="Who replayed what and why, and how it stands now")
async def replay_by_id(request: Request[Any, Any, Any], id: Id) -> ReplayRecord:
    """Answer from the replay's own history."""
    house = house_of(request)
    pages = await house.replayed(id)
    if not pages:
        raise not_found()
    at, first = pages[0]
    told = tuple(one for _, event in pages for one in event.documents)
    changed = [one.item for one in told if one.item and one.verdict in ("new", "conflict")]
    return ReplayRecord(
        replay=id,
        at=at,
        by=first.by,
        reason=first.reason,
        chosen=first.chosen,
        documents=told,
        now=tuple(await documents(house, changed)),
    )


def _said(asked: Replay) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(asked).items() if value and name != "after"}


def _choice(house: House, asked: Replay) -> Choice:
    """Return what is chosen; refuse what chooses nothing, two things at once, or gives no reason."""
    ways = sum(map(bool, (asked.transmission, asked.number, asked.since)))
    if not asked.transmission and not asked.number and not asked.since:
        says, fix = "It says not what to replay.", "Give a transmission, a number, or from when."
        raise refusal(422, "replay.nothing-chosen", says, fix)
    if asked.transmission and ways > 1:
        says, fix = "A transmission is replayed by itself.", "Leave out number, from and to."
        raise refusal(422, "replay.chosen-twice", says, fix)
    for instant in (asked.since, asked.until):
        if instant is not None and instant.tzinfo is None:
            says, fix = "An instant has no zone.", "Write it as 2026-03-02T08:00:00Z."
            raise refusal(422, "replay.no-zone", says, fix)
    if asked.partner and asked.partner not in house.registry.partners:
        raise refusal(
            422, "replay.unknown-partner", f"There is no partner {asked.partner}.", "See /process/v1/partners."
        )
    if asked.do and not asked.reason.strip():
        says, fix = "A replay that is carried out needs a reason.", "Say why: what was mended, who asked for it."
        raise refusal(422, "replay.no-reason", says, fix, path="$.reason")
    if asked.replay and not _ID.fullmatch(asked.replay):
        raise refusal(422, "replay.unknown", "This is no replay of ours.", "Take it from the answer before.")
    return Choice(
        transmission=asked.transmission,
        number=asked.number,
        partner=asked.partner,
        since=asked.since,
        until=asked.until,
        document_type=asked.type,
    )


HANDLERS = (replay, replay_by_id)
