"""A provider that says what a right one never would: whatever a test tells it to, signed by whatever key."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

Answer = Callable[[web.Request], Any]


def key_named(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid})


FIRST = key_named("first")


@dataclass
class FalseProvider:
    """Its doors on loopback. ``claims`` go over what the token would rightly say; ``instead`` answers for a door."""

    now: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=lambda: {"sub": "1"})
    itself: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: FIRST)
    published: list[RSAKey] = field(default_factory=lambda: [FIRST])
    signs: Callable[[dict[str, Any]], str] | None = None
    instead: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    nonce: str = ""
    issuer: str = ""
    runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{door:.*}", self.door)
        self.runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.issuer = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self.runner is not None
        await self.runner.cleanup()

    async def door(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rsplit("/", 1)[-1]
        self.asked.append(name)
        if name in self.instead:
            return await self.instead[name](request)
        match name:
            case "openid-configuration":
                return web.json_response(self.told())
            case "jwks":
                return web.json_response({"keys": [key.as_dict(private=False) for key in self.published]})
            case "token":
                self.forms.append((dict(request.headers), dict(parse_qsl(await request.text()))))
                return web.json_response({"id_token": self.token(), "access_token": "a", "token_type": "Bearer"})
            case _:
                return web.json_response(self.more)

    def told(self) -> dict[str, Any]:
        doors = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
        said: dict[str, Any] = {name: f"{self.issuer}/{door}" for name, door in doors.items()}
        said |= {"issuer": self.issuer, "userinfo_endpoint": f"{self.issuer}/me"}
        return {name: value for name, value in (said | self.itself).items() if value is not None}

    def token(self) -> str:
        at = int(self.now().timestamp())
        said = {"iss": self.issuer, "aud": "tradelane", "iat": at, "exp": at + 300, "nonce": self.nonce, "sub": "1"}
        said |= {"email": "ana@example.com", **self.claims}
        said = {name: value for name, value in said.items() if value is not None}
        if self.signs is not None:
            return self.signs(said)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, self.key)

    def sent(self, location: str) -> dict[str, str]:
        """Take a browser that was sent here; return what it was sent with."""
        assert location.startswith(f"{self.issuer}/auth?"), location
        asked = dict(parse_qsl(urlsplit(location).query))
        self.nonce = asked["nonce"]
        return asked


async def never(request: web.Request) -> web.StreamResponse:
    """Answer nothing for as long as anybody listens."""
    await asyncio.Event().wait()
    raise AssertionError


async def endless(request: web.Request) -> web.StreamResponse:
    """Answer as long as anybody listens."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" " * 65536)


def answering(status: int, content: Any = None, **headers: str) -> Answer:
    """Answer the same to everybody."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(content, status=status, headers=headers)

    return answer
