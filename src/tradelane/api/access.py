"""Who is asking, and whether this door is theirs. Nothing is open beyond this machine; what a proxy claims is not
believed.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from tradelane.api.house import House
from tradelane.api.problem import Problem, refusal, unknown_caller
from tradelane.model.loopback import is_loopback
from tradelane.partners.lookup import Principal, by_key
from tradelane.partners.profile import Profile

LOCAL = Principal(kind="operator", name="operator at this machine")
"""Somebody without a key on the machine itself, when the doors listen to this machine only."""

Headers = Iterable[tuple[bytes, bytes]]


def partner(house: House, scope: dict[str, Any]) -> Profile:
    """Return the partner who asks, or refuse."""
    principal = caller(house, scope)
    if principal is None:
        raise unknown_caller()
    if principal.profile is None:
        says, fix = "This address is for partners; your key is an operator's.", "Use the addresses under /process/v1."
        raise refusal(403, "request.not-a-partner", says, fix)
    return principal.profile


def operator(house: House, scope: dict[str, Any]) -> Principal:
    """Return the operator who asks, or refuse."""
    principal = caller(house, scope)
    if principal is None and is_local(house, scope):
        return LOCAL
    if principal is None:
        raise unknown_caller()
    if principal.kind != "operator":
        says, fix = "This address is for operators; your key is a partner's.", "Use the addresses under /partner/v1."
        raise refusal(403, "request.not-an-operator", says, fix)
    return principal


def caller(house: House, scope: dict[str, Any]) -> Principal | None:
    """Return whose key the request carries; None without a key. A key that is nobody's is refused, also on this
    machine.
    """
    key = _key(scope["headers"])
    if key is None:
        return None
    found = by_key(house.registry, key)
    if found is None:
        raise unknown_caller()
    scope["tradelane.caller"] = f"{found.kind}/{found.name}"
    return found


def is_local(house: House, scope: dict[str, Any]) -> bool:
    """Say whether caller, server and the name used for it are all this very machine.

    The name is checked because a web page elsewhere can make a browser here call us under a name of its own.
    """
    client = scope.get("client") or ("", 0)
    host, origin = header(scope["headers"], b"host"), header(scope["headers"], b"origin")
    return (
        is_loopback(str(client[0]))
        and is_loopback(house.registry.settings.server.host)
        and is_loopback(urlsplit(f"//{host}").hostname or "")
        and (not origin or is_loopback(urlsplit(origin).hostname or ""))
    )


def header(headers: Headers, name: bytes) -> str:
    """Return a header's value; empty when absent. Sent twice with different values it is refused as ambiguous."""
    values = {value for key, value in headers if key == name}
    if len(values) > 1:
        raise _ambiguous(name)
    return values.pop().decode("latin-1").strip() if values else ""


def _key(headers: Headers) -> str | None:
    said, own = header(headers, b"authorization"), header(headers, b"x-api-key")
    if not said and not own:
        return None
    scheme, _, token = said.partition(" ")
    if said and scheme.lower() != "bearer":
        raise unknown_caller()
    if own and said and own != token.strip():
        raise unknown_caller()
    return own or token.strip()


def _ambiguous(name: bytes) -> Problem:
    says = f"The header {name.decode('latin-1')} comes more than once with different values."
    return refusal(400, "request.ambiguous-header", says, "Send it once.")
