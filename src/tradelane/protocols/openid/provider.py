"""Talk to the company's sign-in: what it says of itself, its keys, and who came.

Every wait and every answer is bounded.
"""

import asyncio
from base64 import b64encode
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote_plus

import aiohttp
import msgspec
from msgspec import Struct

from tradelane.model.finding import Unavailable
from tradelane.protocols.egress import Blocked
from tradelane.protocols.openid.discovery import (
    WELL_KNOWN,
    Discovery,
    Fault,
    KeySheet,
    Tokens,
    authorize,
    host,
    read_discovery,
)
from tradelane.protocols.openid.learnt import Learnt
from tradelane.protocols.openid.token import Expected, Key, UnknownKey, keys_of, refused, verified
from tradelane.protocols.openid.way import Way
from tradelane.protocols.secret import Withheld, read_secret

ANSWER_BYTES_MAX = 512 * 1024
ASKED_AT_ONCE_MAX = 8
FRESH = timedelta(hours=1)
KEYS_AGAIN = timedelta(minutes=1)
"""So long we go by what it said of itself; and so often at most a key we do not know makes us ask for its keys anew."""
_T = TypeVar("_T")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client(Struct, frozen=True, kw_only=True):
    """Who we are there. ``secret`` is a file of ours; without one we are a public client."""

    issuer: str
    client_id: str
    secret: Path | None
    redirect_uri: str
    scopes: str
    timeout_seconds: float


class Provider:
    """One provider; everything that leaves goes through the session it is given."""

    def __init__(self, session: aiohttp.ClientSession, client: Client) -> None:
        self._session, self.client = session, client
        self._turn = asyncio.Semaphore(ASKED_AT_ONCE_MAX)
        self._discovery: Learnt[Discovery] = Learnt()
        self._keys: Learnt[tuple[Key, ...]] = Learnt()

    async def where(self, way: Way, now: datetime) -> str:
        """Return where to send the browser."""
        said, client = await self._discovery.get(now, FRESH, self._discovered), self.client
        return authorize(said, client.client_id, client.redirect_uri, client.scopes, way)

    async def claims(self, code: str, way: Way, issuer: str, wanted: Collection[str], now: datetime) -> dict[str, Any]:
        """Return what it says of who came with *code*; *wanted*: the claims to ask for where the token has them not.

        *issuer*: who sent the browser, as far as it said so. Raises `Unavailable` and `Unreadable`.
        """
        said = await self._discovery.get(now, FRESH, self._discovered)
        if issuer != self.client.issuer and (issuer or said.authorization_response_iss_parameter_supported):
            raise refused("issuer", f"You were not sent by {self.client.issuer}.")
        tokens = await self._tokens(said, code, way)
        claims = await self._verified(said, tokens.id_token, way, now)
        if said.userinfo_endpoint and tokens.access_token and not all(name in claims for name in wanted):
            return {**await self._more(said, tokens.access_token, claims["sub"]), **claims}
        return claims

    async def _discovered(self) -> Discovery:
        issuer = self.client.issuer
        return read_discovery(await self._got(issuer.rstrip("/") + WELL_KNOWN), issuer)

    async def _published(self, said: Discovery) -> tuple[Key, ...]:
        return keys_of(_decoded(await self._got(said.jwks_uri), KeySheet, said.jwks_uri).keys)

    async def _verified(self, said: Discovery, token: str, way: Way, now: datetime) -> dict[str, Any]:
        """Return the token's claims; for a key that we do not know its keys are asked for anew."""
        expected = Expected(issuer=self.client.issuer, client_id=self.client.client_id, nonce=way.nonce)
        for fresh in (FRESH, KEYS_AGAIN):
            keys = await self._keys.get(now, fresh, lambda: self._published(said))
            with suppress(UnknownKey):
                return verified(token, keys, expected, now)
        raise refused("key", f"What it says of you is signed by a key that {host(said.issuer)} does not publish.")

    async def _tokens(self, said: Discovery, code: str, way: Way) -> Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": way.verifier,
        }
        status, body = await self._asked("POST", said.token_endpoint, *self._as_us(said, form))
        if status == 200:
            return _decoded(body, Tokens, said.token_endpoint)
        try:
            fault = msgspec.json.decode(body, type=Fault).error
        except (msgspec.DecodeError, RecursionError):
            fault = ""
        if fault == "invalid_grant":
            raise refused("code", "The sign-in was used before, or took too long.", "Sign in again.")
        if fault in ("invalid_client", "unauthorized_client") or status == 401:
            says = f"{host(said.issuer)} does not take us for its client."
            fix = "Whoever looks after Tradelane compares client id and secret with what is registered there."
            raise refused("client", says, fix)
        raise Unavailable(f"{host(said.token_endpoint)} answers {status} instead of saying who you are.")

    def _as_us(self, said: Discovery, form: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the form and headers that say who we are, in the way the provider wants to hear it."""
        client = self.client
        if client.secret is None:
            return form | {"client_id": client.client_id}, _FORM
        try:
            secret = read_secret(client.secret).rstrip("\r\n")
        except Withheld as withheld:
            raise Unavailable(str(withheld)) from None
        if "client_secret_basic" in said.token_endpoint_auth_methods_supported:
            return form, _FORM | {"Authorization": _basic(client.client_id, secret)}
        return form | {"client_id": client.client_id, "client_secret": secret}, _FORM

    async def _more(self, said: Discovery, access_token: str, subject: str) -> dict[str, Any]:
        """Return what it says beside the token of whoever came."""
        url = said.userinfo_endpoint
        status, body = await self._asked("GET", url, {}, {"Authorization": f"Bearer {access_token}"})
        if status != 200:
            raise Unavailable(f"{host(url)} answers {status} instead of saying who you are.")
        more = _decoded(body, dict[str, Any], url)
        if more.get("sub") != subject:
            raise refused("subject", "It speaks of two people at once.")
        return more

    async def _got(self, url: str) -> bytes:
        status, body = await self._asked("GET", url, {}, {"Accept": "application/json"})
        if status != 200:
            raise Unavailable(f"{url} answers {status}.")
        return body

    async def _asked(self, method: str, url: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, bytes]:
        """Ask once and return status and body; whatever the world does wrong is `Unavailable`."""
        try:
            async with asyncio.timeout(self.client.timeout_seconds), self._turn:
                return await self._request(method, url, form, headers)
        except TimeoutError:
            raise Unavailable(f"{host(url)} does not answer within {self.client.timeout_seconds:g} s.") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, Blocked) or error.os_error.errno == Blocked("").errno:
                raise Unavailable(f"We do not connect to {host(url)}: {error.os_error.strerror}.") from None
            raise Unavailable(f"{host(url)} cannot be reached.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unavailable(f"The connection to {host(url)} broke ({type(error).__name__}).") from None

    async def _request(self, method: str, url: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, bytes]:
        asked = self._session.request(method, url, data=form or None, headers=headers, allow_redirects=False)
        async with asked as response:
            return response.status, await _body(response, url)


async def _body(response: aiohttp.ClientResponse, url: str) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            response.close()
            raise Unavailable(f"{host(url)} answers with more than {ANSWER_BYTES_MAX} bytes.")
    return bytes(body)


def _basic(name: str, word: str) -> str:
    """Return who we are for an Authorization header, each quoted as in a form (RFC 6749, 2.3.1)."""
    return f"Basic {b64encode(f'{quote_plus(name)}:{quote_plus(word)}'.encode()).decode()}"


def _decoded(body: bytes, kind: type[_T], url: str) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError):
        raise Unavailable(f"{host(url)} answers in no way that OpenID Connect knows.") from None
