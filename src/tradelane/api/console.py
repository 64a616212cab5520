"""The console's own files: one page that every address of it leads to, and what the page needs. Nothing else is told.

They are built from ``ui/`` into the package. Where they are missing, the page says what to do.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from mimetypes import guess_type
from typing import NamedTuple

from tradelane.api.gate import Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
MISSING = (
    "<!doctype html><title>Tradelane</title><h1>The console is not built</h1><p>Tradelane works, and its API is at "
    '<a href="/openapi.json">/openapi.json</a>. To build the pages: <code>make console</code> (it needs Node 20, or '
    "gets it from PyPI).</p>"
)
_PAGES = re.compile(
    r"/(?:(?:start|search|orders|documents|partners|exceptions)(?:/(?!\.\.?$)[^/\x00-\x1f\x7f]{1,300})?)?"
)
"""The addresses of pages; the console's own script knows which one each means."""


class File(NamedTuple):
    """One file as it is sent."""

    body: bytes
    media_type: str
    cache: bytes


class Console:
    """Answers what is the console's to answer."""

    def __init__(self, built: Mapping[str, File]) -> None:
        self._built = built
        self._page = built.get("index.html", File(MISSING.encode(), "text/html", b"no-store"))

    def answers(self, scope: Scope) -> bool:
        """Say whether the address is one of the console's: a page's, or a file's."""
        path = scope["path"]
        ours = path.lstrip("/") in self._built or is_page(path)
        return ours and scope["method"] in ("GET", "HEAD")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the page, which knows its own addresses."""
        body, media_type, cache = self._built.get(scope["path"].lstrip("/"), self._page)
        headers = [
            (b"content-type", f"{media_type}; charset=utf-8".encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", cache),
            (b"content-security-policy", CSP.encode()),
            # Without a referrer browsers name no origin with a form, and we would not know it for our own.
            (b"referrer-policy", b"same-origin"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def is_page(path: str) -> bool:
    """Say whether a page of the console stands at *path*."""
    return _PAGES.fullmatch(path) is not None


def built() -> dict[str, File]:
    """Return the files of the console by their addresses; none where it was not built."""
    folder = files("tradelane.api") / "console_files"
    if not folder.is_dir():
        return {}
    found = {each.name: each for each in folder.iterdir() if each.is_file() and not each.name.startswith(".")}
    assets = folder / "assets"
    found |= {f"assets/{each.name}": each for each in assets.iterdir()} if assets.is_dir() else {}
    return {name: _file(name, each.read_bytes()) for name, each in found.items()}


def _file(name: str, body: bytes) -> File:
    # The names in assets/ change with what is in them.
    cache = b"public, max-age=31536000, immutable" if name.startswith("assets/") else b"no-store"
    return File(body, guess_type(name)[0] or "application/octet-stream", cache)
