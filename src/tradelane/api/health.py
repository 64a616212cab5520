"""Is it alive, is it ready, what is it doing; and what became of a command that took long."""

from typing import Any

from litestar import Request, Response, get
from msgspec import Struct

from tradelane.api.asking import Outcome, told
from tradelane.api.door import Id, house_of
from tradelane.api.problem import not_found
from tradelane.store.port import StoreUnavailable


class Alive(Struct, frozen=True):
    """One word on how it is."""

    says: str


@get("/health/live", summary="Is the process alive")
async def live() -> Alive:
    """Answer, which is all there is to being alive."""
    return Alive("alive")


@get("/health/ready", summary="Can it take transmissions")
async def ready(request: Request[Any, Any, Any]) -> Response[Alive]:
    """Say whether work can be taken in. Details are for operators."""
    try:
        well = bool((await house_of(request).health()).get("ready"))
    except StoreUnavailable:
        well = False
    return Response(Alive("ready" if well else "not ready"), status_code=200 if well else 503)


@get("/health", opt={"may": "see.orders"}, summary="What the house is doing")
async def health(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Show what is waiting, what is being worked on and how far each part has come."""
    house = house_of(request)
    try:
        return {"version": house.version, **await house.health()}
    except StoreUnavailable:
        return {"version": house.version, "ready": False, "says": "The database does not answer."}


@get("/commands/{id:str}", opt={"may": "see.orders"}, summary="What became of a command")
async def command(request: Request[Any, Any, Any], id: Id) -> Response[Any]:
    """Return the answer to a command that was not answered at once; 202 while there is none."""
    house = house_of(request)
    part, _, command_id = id.partition(".")
    if not (part.isascii() and part.isdigit() and int(part) < house.store.partitions and 0 < len(command_id) <= 100):
        raise not_found()
    reply = await house.store.reply(int(part), command_id)
    if reply is None:
        link = f"/process/v1/commands/{id}"
        return Response(Outcome(command=command_id, done=False, link=link), status_code=202)
    return told(house, "", command_id, reply)


HANDLERS = (health, command)
OPEN_HANDLERS = (live, ready)
