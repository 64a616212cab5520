"""A small Tradelane whose people may come through a false provider, and the browser of somebody who tries."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

from msgspec.structs import replace
from tests.api.doors import ELSEWHERE, Doors, Heard, open_doors
from tests.oidc.false_provider import FalseProvider

from tradelane.protocols import egress
from tradelane.runtime import people

ANA = "ana@example.com"


@dataclass
class Gone:
    """A browser that was sent to the company's sign-in: what it took along, and the cookie it keeps."""

    sent: dict[str, str]
    cookie: str

    @property
    def state(self) -> str:
        return self.sent["state"]


@dataclass
class Company:
    """The doors, and the company's sign-in behind them."""

    doors: Doors
    provider: FalseProvider

    def says(self, **changed) -> None:
        """Change the settings of the sign-in."""
        house = self.doors.bench.app.house
        said = replace(house.registry.settings.openid_connect, **changed)
        settings = replace(house.registry.settings, openid_connect=said)
        house.registry = replace(house.registry, settings=settings)

    async def ask(self, path: str, cookie: str = "") -> Heard:
        return await self.doors.call("GET", path, headers={"cookie": cookie} if cookie else {}, client=ELSEWHERE)

    async def go(self, to: str = "/orders") -> Gone:
        heard = await self.ask(f"/session/openid?to={quote(to)}")
        assert heard.status == 303, heard.body
        return Gone(self.provider.sent(heard.headers["location"]), heard.cookies[0].split(";")[0])

    async def back(self, gone: Gone, *, cookie: str | None = None, **more: str) -> Heard:
        query = urlencode({"code": "c", "state": gone.state, **more})
        return await self.ask(f"/session/openid/callback?{query}", gone.cookie if cookie is None else cookie)

    async def come(self, to: str = "/orders") -> Heard:
        return await self.back(await self.go(to))

    async def record(self) -> list[tuple[str, str, int, str]]:
        """What is on record of sign-ins: who, by what, how it ended, and why."""
        found = await self.doors.bench.store.deeds()
        return [
            (each.deed.who, each.deed.by, each.status, each.says) for each in found if each.deed.action == "sign in"
        ]

    async def not_let_in(self, heard: Heard, status: int, who: str = "") -> str:
        """Return what is said to whoever is not let in: there is no session, a sentence, and a line on record."""
        assert (heard.status, session_of(heard)) == (status, ""), heard.body
        [(name, by, ended, why)] = await self.record()
        assert (name, by, ended) == (who, "company", status)
        assert why in said(heard)
        return said(heard)


@asynccontextmanager
async def company_at(root: Path) -> AsyncIterator[Company]:
    doors = await open_doors(root)
    app, secret = doors.bench.app, root / "secrets" / "openid"
    provider = FalseProvider(app.now)
    await provider.start()
    secret.parent.mkdir()
    secret.write_text("the-secret: &+\n")
    secret.chmod(0o600)
    told = Company(doors, provider)
    told.says(
        **{"issuer": provider.issuer, "client_id": "tradelane", "client_secret": "openid", "title": "Contoso"},
        address="http://localhost:8080",
    )
    app.root = root
    await people.add(app.store, ANA, "Ana", "admin", "", app.now())
    async with egress.session(("127.0.0.0/8",)) as app.session:
        yield told
    await provider.stop()


def said(heard: Heard) -> str:
    """Return what a page says to the person."""
    assert heard.headers["content-type"].startswith("text/html")
    text = heard.body.decode()
    assert "Traceback" not in text
    return " ".join(unescape(re.sub(r"<style>.*</style>|<[^>]+>", " ", text)).split())


def away(heard: Heard) -> str:
    """Return what is said when the sign-in cannot be used: no session."""
    assert (heard.status, session_of(heard)) == (503, "")
    return said(heard)


def session_of(heard: Heard) -> str:
    """Return the session's cookie; empty without one."""
    return next((cookie.split(";")[0] for cookie in heard.cookies if cookie.startswith("tradelane=")), "")
