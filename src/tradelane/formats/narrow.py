"""One byte for each character, of files of the older standards that are written in two, or in EBCDIC."""

from codecs import IncrementalDecoder, getincrementaldecoder

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SIGNS = 4


class Narrow:
    """Makes UTF-8 of UTF-16 and ASCII of EBCDIC, as the bytes come; others pass as they are.

    *first*: the letter every file of the standard begins with; *heads*: how it begins in EBCDIC, and in which *codec*.
    ``wide`` and ``ebcdic`` tell what it was, once four bytes came.
    """

    def __init__(self, first: str, heads: tuple[bytes, ...], codec: str) -> None:
        self.wide, self.ebcdic = False, False
        self._wide = {**_MARKS, first.encode("utf-16-le"): "utf-16-le", first.encode("utf-16-be"): "utf-16-be"}
        self._heads, self._codec = heads, codec
        self._begun, self._head = False, b""
        self._decoder: IncrementalDecoder | None = None

    def feed(self, chunk: bytes) -> bytes:
        """Return what these bytes say."""
        if self._begun:
            return self._turned(chunk)
        self._head += chunk
        return self._begin() if len(self._head) >= _SIGNS else b""

    def end(self) -> bytes:
        """Return what is left: there are no more bytes."""
        begun = b"" if self._begun else self._begin()
        return begun + (self._decoder.decode(b"", final=True).encode() if self._decoder else b"")

    def _begin(self) -> bytes:
        head, self._head, self._begun = self._head, b"", True
        codec = next((codec for sign, codec in self._wide.items() if head.startswith(sign)), "")
        if codec:
            self.wide = True
            self._decoder = getincrementaldecoder(codec)("replace")
            return self._decoder.decode(head).removeprefix("\ufeff").encode()
        self.ebcdic = head.startswith(self._heads)
        return self._turned(head)

    def _turned(self, chunk: bytes) -> bytes:
        if self._decoder is not None:
            return self._decoder.decode(chunk).encode()
        # 0x85 is the line break of mainframes.
        return chunk.decode(self._codec).replace("\x85", "\n").encode("latin-1") if self.ebcdic else chunk
