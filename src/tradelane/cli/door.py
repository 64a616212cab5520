"""Ask a running Tradelane through its public API, as anybody would."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tradelane.cli.say import Trouble

DEFAULT = "http://127.0.0.1:8080"
TIMEOUT_SECONDS = 60


def get(path: str, url: str = "") -> Any:
    """Return what the API answers at *path*; trouble is said with what to do."""
    return _call("GET", path, url, None)


def post(path: str, body: dict[str, Any], url: str = "") -> Any:
    """Post *body* to *path* and return the answer."""
    return _call("POST", path, url, body)


def _call(method: str, path: str, url: str, body: dict[str, Any] | None) -> Any:
    base = url or os.environ.get("TRADELANE_URL", DEFAULT)
    if not base.startswith(("http://", "https://")):
        raise Trouble(f"{base} is no address of a server; it starts with http:// or https://.")
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if key := os.environ.get("TRADELANE_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    sent = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(base.rstrip("/") + path, sent, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise Trouble(_problem(error)) from None
    except (urllib.error.URLError, TimeoutError):
        says = (
            f"Nothing answers at {base}. Start it with `tradelane up`, or say where it is with --url or TRADELANE_URL."
        )
        raise Trouble(says) from None


def _problem(error: urllib.error.HTTPError) -> str:
    try:
        said = json.load(error)
    except ValueError:
        return f"The server answers {error.code}."
    if error.code == 401:
        return "This needs an operator's key: set TRADELANE_KEY."
    return str(said.get("detail") or said.get("title") or error.code)


def quoted(key: str) -> str:
    """Return *key* safe for a path."""
    return urllib.parse.quote(key, safe="")
