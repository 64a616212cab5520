"""What every door's function starts with: the house behind it, and who stands before it."""

from typing import Annotated, Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.params import PathParameter

from tradelane.api import access
from tradelane.api.house import House
from tradelane.partners.lookup import Principal
from tradelane.partners.profile import Profile

Id = Annotated[str, PathParameter(min_length=1, max_length=300)]
Number = Annotated[
    str, PathParameter(min_length=1, max_length=300, description="The number; a slash in it is written ~1, a tilde ~0.")
]
Name = Annotated[str, PathParameter(min_length=1, max_length=200, description="The partner's name.")]

Connection = ASGIConnection[Any, Any, Any, Any]


def for_operators(connection: Connection, _: BaseRouteHandler) -> None:
    """Let operators in, and nobody else."""
    scope: Any = connection.scope
    scope["tradelane.operator"] = access.operator(connection.app.state.house, scope)


def for_partners(connection: Connection, _: BaseRouteHandler) -> None:
    """Let partners in, and nobody else."""
    scope: Any = connection.scope
    scope["tradelane.partner"] = access.partner(connection.app.state.house, scope)


def house_of(request: Request[Any, Any, Any]) -> House:
    """Return the house."""
    return request.app.state.house


def operator_of(request: Request[Any, Any, Any]) -> Principal:
    """Return the operator who was let in."""
    scope: Any = request.scope
    return scope["tradelane.operator"]


def partner_of(request: Request[Any, Any, Any]) -> Profile:
    """Return the partner who was let in."""
    scope: Any = request.scope
    return scope["tradelane.partner"]
