"""The record of what people asked for: who, when, what, about what, why; and how it ended."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import QueryParameter
from msgspec import Struct

from tradelane.api.door import house_of
from tradelane.api.house import House
from tradelane.model.person import Deed, Ended
from tradelane.partners.lookup import Principal

WHAT_MAX = 2000
_WHY = ("why", "reason", "note")
PAGE = 100

Who = Annotated[str, QueryParameter(max_length=100, description="Only what this person did.")]
About = Annotated[str, QueryParameter(max_length=300, description="Only what was done about this.")]
Last = Annotated[str, QueryParameter(max_length=100, description="The id of the last on the page before.")]


class Record(Struct, frozen=True, kw_only=True):
    """A page of what was done, newest first."""

    items: tuple[Ended, ...]


@get("/audit", opt={"may": "manage.people"}, summary="What people did, newest first")
async def audit(request: Request[Any, Any, Any], who: Who = "", about: About = "", after: Last = "") -> Record:
    """List what was asked for and how it ended."""
    found = await house_of(request).store.deeds(who=who, about=about, after=after, limit=PAGE)
    return Record(items=tuple(found))


def deed_of(
    house: House, request: Request[Any, Any, Any], who: Principal, action: str, about: str = "", asked: Any = None
) -> Deed:
    """Return the record of what *who* asks for with *request*; *asked* is the body, from which the reason is taken."""
    said = msgspec.to_builtins(asked) if asked is not None else {}
    why = next((str(said[name]) for name in _WHY if said.get(name)), "")
    return Deed(
        id=house.new_id(),
        at=house.now(),
        who=who.name,
        role=who.person.role if who.person else "",
        by="console" if who.person else "key",
        address=str((request.scope.get("client") or ("",))[0]),
        action=action,
        about=about,
        why=why[:WHAT_MAX],
        what=msgspec.json.encode(said).decode()[:WHAT_MAX] if said else "",
    )


HANDLERS: Sequence[Any] = (audit,)
