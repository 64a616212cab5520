"""How bytes are kept: a codec byte, then the body, squeezed where that pays. An archived body is cut into chunks."""

import zlib

RAW = 0
ZLIB = 1
CHUNK_BYTES = 1_000_000
STATE_CHUNK_BYTES = 200_000
SMALL_BYTES = 300

_RAW_MARK = bytes([RAW])
_ZLIB_MARK = bytes([ZLIB])


class UnknownCodec(Exception):
    """The bytes were written by a release that knows more than this one."""


def pack(body: bytes) -> bytes:
    """Return *body* as it is kept in one column: codec byte and, if longer than 300 bytes and it pays, compressed."""
    if len(body) > SMALL_BYTES:
        squeezed = zlib.compress(body, 1)
        if len(squeezed) < len(body):
            return _ZLIB_MARK + squeezed
    return _RAW_MARK + body


def unpack(kept: bytes) -> bytes:
    """Return the body that `pack` kept; nothing kept is an empty body."""
    if not kept:
        return b""
    return _open(kept[0], kept[1:])


def squeeze(body: bytes) -> tuple[int, list[bytes]]:
    """Return codec and chunks of an archived body; an empty one has one empty chunk, so that it is found again."""
    squeezed = zlib.compress(body, 1)
    codec, kept = (ZLIB, squeezed) if len(squeezed) < len(body) else (RAW, body)
    return codec, cut(kept, CHUNK_BYTES)


def unsqueeze(codec: int, chunks: list[bytes]) -> bytes:
    """Return the body that `squeeze` cut up."""
    return _open(codec, b"".join(chunks))


def cut(kept: bytes, size: int) -> list[bytes]:
    """Cut bytes into pieces of at most *size*; nothing makes one empty piece."""
    return [kept[start : start + size] for start in range(0, max(len(kept), 1), size)]


def _open(codec: int, kept: bytes) -> bytes:
    match codec:
        case 0:
            return kept
        case 1:
            return zlib.decompress(kept)
        case _:
            raise UnknownCodec(
                f"codec {codec} is unknown to this release; read the store with the release that wrote it"
            )
