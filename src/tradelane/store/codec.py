"""How bytes are kept: a codec byte, then the body, squeezed where that pays. An archived body is cut into chunks."""

import zlib
from threading import local

import zstandard

RAW = 0
ZLIB = 1
ZSTD = 2
PIECES = 3
"""Every chunk is packed by itself: a body that came in pieces, and can be read so."""
CHUNK_BYTES = 1_000_000
STATE_CHUNK_BYTES = 200_000
SMALL_BYTES = 300

_RAW_MARK = bytes([RAW])
_ZSTD_MARK = bytes([ZSTD])
_LEVEL = 1


class UnknownCodec(Exception):
    """The bytes were written by a release that knows more than this one."""


def pack(body: bytes) -> bytes:
    """Return *body* as it is kept in one column: codec byte and, if longer than 300 bytes and it pays, compressed."""
    if len(body) > SMALL_BYTES:
        squeezed = _threads.compress(body)
        if len(squeezed) < len(body):
            return _ZSTD_MARK + squeezed
    return _RAW_MARK + body


def unpack(kept: bytes) -> bytes:
    """Return the body that `pack` kept; nothing kept is an empty body."""
    if not kept:
        return b""
    return _open(kept[0], kept[1:])


def squeeze(body: bytes) -> tuple[int, list[bytes]]:
    """Return codec and chunks of an archived body; an empty one has one empty chunk, so that it is found again."""
    squeezed = _threads.compress(body)
    codec, kept = (ZSTD, squeezed) if len(squeezed) < len(body) else (RAW, body)
    return codec, cut(kept, CHUNK_BYTES)


def unsqueeze(codec: int, chunks: list[bytes]) -> bytes:
    """Return the body that `squeeze` cut up."""
    if codec == PIECES:
        return b"".join(map(unpack, chunks))
    return _open(codec, b"".join(chunks))


def cut(kept: bytes, size: int) -> list[bytes]:
    """Cut bytes into pieces of at most *size*; nothing makes one empty piece."""
    return [kept[start : start + size] for start in range(0, max(len(kept), 1), size)]


def _open(codec: int, kept: bytes) -> bytes:
    match codec:
        case 0:
            return kept
        case 1:
            return zlib.decompress(kept)  # What the first stores hold; nothing is written so any more.
        case 2:
            return _threads.decompress(kept)
        case _:
            raise UnknownCodec(
                f"codec {codec} is unknown to this release; read the store with the release that wrote it"
            )


class _Own(local):
    """Each thread's own compressor: one must not be used by two at once, and making one costs more than using it."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_threads = _Own()
