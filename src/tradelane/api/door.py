"""What every door's function starts with: the house behind it, and who stands before it."""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tradelane.api import access
from tradelane.api.house import House
from tradelane.partners.lookup import Principal
from tradelane.partners.profile import Profile

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
