"""What a provider says of itself, and what of it we go by. Pure."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from tradelane.model.finding import Unavailable
from tradelane.model.loopback import is_loopback
from tradelane.protocols.openid.way import Way

WELL_KNOWN = "/.well-known/openid-configuration"


class Discovery(Struct, frozen=True, kw_only=True):
    """Where its doors are; what else it says of itself is passed over."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class KeySheet(Struct, frozen=True, kw_only=True):
    """The keys it publishes."""

    keys: tuple[Any, ...]


class Tokens(Struct, frozen=True, kw_only=True):
    """What it gives for a code."""

    id_token: str
    access_token: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """Why it gives nothing."""

    error: str = ""


def read_discovery(body: bytes, issuer: str) -> Discovery:
    """Return what the provider *issuer* says of itself; `Unavailable` where we cannot go by it."""
    try:
        said = msgspec.json.decode(body, type=Discovery)
    except (msgspec.DecodeError, RecursionError):
        raise Unavailable(f"What {host(issuer)} says of itself is not OpenID Connect; is the issuer right?") from None
    if said.issuer != issuer:
        says = f"It calls itself {said.issuer[:200]!r}, the settings say {issuer!r}."
        raise Unavailable(f"{says} They must be the same to the letter: openid_connect.issuer.")
    doors = (said.authorization_endpoint, said.token_endpoint, said.jwks_uri, said.userinfo_endpoint)
    if not all(_safe(url, issuer) for url in filter(None, doors)):
        raise Unavailable(f"{host(issuer)} names an address of its own without https; we do not go there.")
    return said


def authorize(said: Discovery, client_id: str, redirect_uri: str, scopes: str, way: Way) -> str:
    """Return the address at which a person signs in at the provider."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": scopes,
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": way.challenge,
        "code_challenge_method": "S256",
    }
    mark = "&" if "?" in said.authorization_endpoint else "?"
    return f"{said.authorization_endpoint}{mark}{urlencode(asked, quote_via=quote)}"


def host(url: str) -> str:
    """Return whom an address leads to, as people read it."""
    return urlsplit(url).netloc


def _safe(url: str, issuer: str) -> bool:
    """Say whether what goes there cannot be read along: by https, or on this machine as the issuer itself."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or parts.fragment or any(ord(c) < 33 or ord(c) > 126 for c in url):
        return False
    here = urlsplit(issuer).scheme == "http" and is_loopback(parts.hostname)
    return parts.scheme == "https" or (parts.scheme == "http" and here)
