"""The console's files over HTTP: its page at every address of a page, its parts to be kept, nothing at any other."""

from gzip import compress
from typing import Any

import pytest

from tradelane.api.console import Console, File, built

pytestmark = pytest.mark.anyio

FILES = {
    "index.html": File(b"<html>", "text/html", b"no-store"),
    "assets/index-1a2b.js": File(b"go()", "text/javascript", b"public, max-age=31536000, immutable"),
}
PAGES = ["/", "/orders", "/orders/4711", "/orders/4711~1R2", "/documents/a.b", "/exceptions/1", "/search", "/start"]
OTHERS = ["/process/v1/orders", "/assets/gone.js", "/orders/1/2", "/documents/..", "/nowhere", "/openapi.json", "/%00"]


async def asked(console: Console, path: str, method: str = "GET") -> tuple[dict[bytes, bytes], bytes]:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        raise AssertionError

    await console({"type": "http", "method": method, "path": path}, receive, send)
    assert said[0]["status"] == 200
    return dict(said[0]["headers"]), said[1]["body"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_the_one_page(path):
    console = Console(FILES)
    assert console.answers({"method": "GET", "path": path})
    headers, body = await asked(console, path)
    assert body == b"<html>"
    assert headers[b"cache-control"] == b"no-store"
    assert b"script-src 'self'" in headers[b"content-security-policy"]
    assert b"unsafe-inline" not in headers[b"content-security-policy"]


async def test_what_never_changes_may_be_kept():
    headers, body = await asked(Console(FILES), "/assets/index-1a2b.js")
    assert body == b"go()"
    assert b"immutable" in headers[b"cache-control"]
    assert (await asked(Console(FILES), "/assets/index-1a2b.js", "HEAD"))[1] == b""


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_address_is_the_consoles(path):
    assert not Console(FILES).answers({"method": "GET", "path": path})


def test_nothing_can_be_sent_to_it():
    assert not Console(FILES).answers({"method": "POST", "path": "/"})


async def test_where_it_was_not_built_the_page_says_what_to_do():
    _, body = await asked(Console({}), "/")
    assert b"make console" in body


def test_what_the_build_keeps_for_itself_is_not_served():
    names = set(built())
    assert "index.html" in names
    assert not [name for name in names if name.startswith(".")]


def test_all_that_is_built_is_small_enough_for_a_slow_line():
    scripts = {name: compress(file.body, 6) for name, file in built().items() if name.endswith((".js", ".css"))}
    assert sum(map(len, scripts.values())) < 400_000, {name: len(body) for name, body in scripts.items()}
