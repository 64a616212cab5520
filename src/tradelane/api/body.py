"""Read a request's body within limits: of size, of pace, and of what compressed bytes may grow to. Short bodies are
no bodies.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from msgspec import Struct

from tradelane.api.access import header
from tradelane.api.problem import Problem, refusal

Receive = Callable[[], Awaitable[Any]]

INFLATE_RATIO_MAX = 100
INFLATE_FREE_BYTES = 64 * 1024
"""Below this size the ratio is not looked at: a few repeated lines compress well without being a bomb."""
_PIECE = 64 * 1024


class Pace(Struct, frozen=True, kw_only=True):
    """The least a sender must manage: this many bytes in every window, unless it is done."""

    seconds: float = 30.0
    bytes_min: int = 30 * 1024


PACE = Pace()


class Disconnected(Exception):
    """The sender went away before the body was complete. There is nobody to answer, and nothing to keep."""


async def read_body(scope: dict[str, Any], receive: Receive, bytes_max: int, pace: Pace = PACE) -> bytes:
    """Return the whole body, decompressed; refuse what is too large, too slow, or not what its headers say."""
    declared = header(scope["headers"], b"content-length")
    if declared and (not declared.isdigit() or int(declared) > bytes_max):
        raise too_large(bytes_max)
    inflate = _inflater(header(scope["headers"], b"content-encoding"), bytes_max)
    pieces, size = [], 0
    async for piece in _arriving(receive, pace):
        size += len(piece)
        if size > bytes_max:
            raise too_large(bytes_max)
        pieces.append(inflate.take(piece) if inflate else piece)
    if declared and size != int(declared):
        says = f"Content-Length says {declared} bytes, {size} came."
        raise refusal(400, "request.incomplete", says, "Send it again, whole.", headers={"connection": "close"})
    if inflate:
        inflate.finish()
    return b"".join(pieces)


def too_large(bytes_max: int) -> Problem:
    """Return the refusal of a body beyond the limit; the connection is closed, since we stop reading."""
    says = f"The body is larger than the {bytes_max} bytes we take."
    return refusal(413, "request.too-large", says, "Send it in smaller parts.", headers={"connection": "close"})


async def _arriving(receive: Receive, pace: Pace) -> AsyncIterator[bytes]:
    """Yield pieces as they come; a window that brings too little ends it."""
    loop = asyncio.get_running_loop()
    window, arrived = loop.time(), 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), max(window + pace.seconds - loop.time(), 0.001))
        except TimeoutError:
            if arrived < pace.bytes_min:
                raise _too_slow(pace) from None
            window, arrived = loop.time(), 0
            continue
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece = message.get("body", b"")
        arrived += len(piece)
        if piece:
            yield piece
        if not message.get("more_body"):
            return
        if loop.time() - window >= pace.seconds:
            if arrived < pace.bytes_min:
                raise _too_slow(pace)
            window, arrived = loop.time(), 0


def _too_slow(pace: Pace) -> Problem:
    says = f"Less than {pace.bytes_min} bytes of the body came within {pace.seconds:g} seconds."
    return refusal(408, "request.too-slow", says, "Send it again over a better line.", headers={"connection": "close"})


class _Inflater:
    """Decompresses gzip piece by piece and stops as soon as the output is out of proportion."""

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max, self.eaten, self.made = bytes_max, 0, 0
        self.stream = zlib.decompressobj(wbits=31)

    def take(self, piece: bytes) -> bytes:
        """Return what *piece* decompresses to."""
        self.eaten += len(piece)
        made = []
        try:
            while piece:
                made.append(self._grown(self.stream.decompress(piece, _PIECE)))
                piece = self.stream.unconsumed_tail
        except zlib.error:
            raise _bad_gzip() from None
        if self.stream.unused_data:
            raise _bad_gzip()
        return b"".join(made)

    def finish(self) -> None:
        """Refuse a stream that stops before its end."""
        if not self.stream.eof:
            raise _bad_gzip()

    def _grown(self, piece: bytes) -> bytes:
        self.made += len(piece)
        bomb = self.made > INFLATE_FREE_BYTES and self.made > INFLATE_RATIO_MAX * self.eaten
        if self.made > self.bytes_max or bomb:
            raise too_large(self.bytes_max)
        return piece


def _inflater(encoding: str, bytes_max: int) -> _Inflater | None:
    match encoding.lower():
        case "" | "identity":
            return None
        case "gzip":
            return _Inflater(bytes_max)
        case _:
            says, fix = "The body is encoded in a way we do not read.", "Send it plain, or with Content-Encoding: gzip."
            raise refusal(415, "request.content-encoding", says, fix)


def _bad_gzip() -> Problem:
    says, fix = "The body is not one whole gzip stream.", "Compress it again, or send it plain."
    return refusal(400, "request.gzip", says, fix, headers={"connection": "close"})
