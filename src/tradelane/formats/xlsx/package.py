"""The zip around a workbook, looked at before anything opens it: sizes counted, names harmless, nothing that acts.

What a zip says of itself may be a lie, so every entry is unpacked once in small pieces, counted, and thrown away,
but for the few small parts we read ourselves. Nothing is ever written anywhere.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from tradelane.formats.xlsx.fault import fault
from tradelane.model.finding import Finding, Unreadable

PIECE = 64 * 1024


class PackageLimits(Struct, frozen=True, kw_only=True):
    """How much a workbook may hold, packed and unpacked.

    ``cells`` counts the rectangle that holds those of a sheet, and all that are written in any; ``text_bytes`` is what
    the texts of one sheet come to, each counted as often as it is shown.
    """

    bytes: int = 25 * 1024 * 1024
    entries: int = 1000
    directory_bytes: int = 512 * 1024
    unpacked_bytes: int = 100 * 1024 * 1024
    ratio: int = 250
    part_bytes: int = 4 * 1024 * 1024
    cells: int = 500_000
    text_bytes: int = 30 * 1024 * 1024


_END = struct.Struct("<4s4H2LH")
_END_SIGN = b"PK\x05\x06"
_END_64, _LOCATOR_64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
"""The end of a directory in the form for large files (ZIP64), which some programs write around small ones too."""
_ACTIVE = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/dialogsheets/|/externallinks/|/embeddings/|/activex/|/ctrlprops/"
    r"|/customui/|/connections\.|/querytables/|/model/|/webextensions/|\.bin$|\.exe$|\.dll$|\.js$|\.vbs$",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"/printersettings/[^/]+\.bin$", re.IGNORECASE)
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0")
_ACTS = re.compile(rb"<(?:\w{1,20}:)?(?:oleObject|ddeLink|control|webPublishItem)s?[\s/>]")
_ACTS_BY_NAME = re.compile(rb"macroEnabled|vbaProject|oleObject|/attachedTemplate", re.IGNORECASE)
_OUTWARD = re.compile(rb"<[^<>]{0,2000}?TargetMode\s*=\s*[\"']External[\"'][^<>]{0,2000}?>")
_LINK = re.compile(rb"/relationships/hyperlink[\"']")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})")


class Parts:
    """A checked zip: its entries by name, each of which can be read again in pieces."""

    def __init__(self, body: bytes, limits: PackageLimits) -> None:
        self.body, self.limits = body, limits
        self.archive = _opened(body, limits)
        self.entries = {entry.filename: entry for entry in self.archive.infolist()}

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield what the entry *name* holds, piece by piece; raises `Unreadable` where it is not what it says."""
        entry = self.entries[name]
        start = self._begin(entry)
        packed = memoryview(self.body)[start : start + entry.compress_size]
        most = min(entry.file_size, self.limits.unpacked_bytes)
        count, check = 0, 0
        for piece in _stored(packed) if entry.compress_type == zipfile.ZIP_STORED else _inflated(packed, name):
            count += len(piece)
            if count > most:
                raise Unreadable(_lies(name))
            check = zlib.crc32(piece, check)
            yield piece
        if count != entry.file_size or check != entry.CRC:
            raise Unreadable(_lies(name))

    def part(self, name: str) -> bytes:
        """Return a small part whole; empty when there is none of that name."""
        entry = self.entries.get(name)
        if entry is None:
            return b""
        if entry.file_size > self.limits.part_bytes:
            raise Unreadable(_too_much(f"The part {name} holds {entry.file_size:,} bytes"))
        return b"".join(self.pieces(name))

    def _begin(self, entry: zipfile.ZipInfo) -> int:
        """Return where an entry's data begin: behind its own header, which has lengths of its own."""
        header = self.body[entry.header_offset : entry.header_offset + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise Unreadable(_lies(entry.filename))
        name, extra = struct.unpack("<2H", header[26:30])
        said = self.body[entry.header_offset + 30 : entry.header_offset + 30 + name]
        if said != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
            raise Unreadable(_lies(entry.filename))
        return entry.header_offset + 30 + name + extra


def checked(body: bytes, limits: PackageLimits, watch: Callable[[str, bytes], None]) -> Parts:
    """Return the zip in *body* once every entry has been counted; *watch* sees every piece. Raises `Unreadable`."""
    parts = Parts(body, limits)
    found = [*_faults(parts.entries.values(), limits)]
    if found:
        raise Unreadable(*found)
    total = 0
    for name in parts.entries:
        tail = b""
        for piece in parts.pieces(name):
            total += len(piece)
            if total > limits.unpacked_bytes:
                raise Unreadable(_too_much(f"Unpacked it holds more than {limits.unpacked_bytes:,} bytes"))
            found += _acts(name, tail, piece)
            tail = (tail + piece)[-4096:]
            watch(name, piece)
    if found:
        raise Unreadable(*dict.fromkeys(found))
    return parts


def _stored(packed: memoryview) -> Iterator[bytes]:
    """Yield bytes that are stored as they are."""
    for place in range(0, len(packed), PIECE):
        yield bytes(packed[place : place + PIECE])


def _inflated(packed: memoryview, name: str) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    try:
        for place in range(0, len(packed), PIECE):
            rest = bytes(packed[place : place + PIECE])
            while rest:
                yield stream.decompress(rest, PIECE)
                rest = stream.unconsumed_tail
        while not stream.eof and (piece := stream.decompress(b"", PIECE)):
            yield piece
    except zlib.error:
        raise Unreadable(_lies(name)) from None
    if not stream.eof or stream.unused_data:
        raise Unreadable(_lies(name))


def _opened(body: bytes, limits: PackageLimits) -> zipfile.ZipFile:
    """Return the directory of the zip, after a look at how large it says to be."""
    if len(body) > limits.bytes:
        raise Unreadable(_too_much(f"It holds {len(body):,} bytes, and we take {limits.bytes:,}"))
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        says = "It is a workbook of the old kind (XLS), or one with a password."
        raise Unreadable(fault("not-xlsx", says, "Save it as XLSX without a password."))
    place = body.rfind(_END_SIGN, max(0, len(body) - 65_557))
    if not body.startswith(b"PK\x03\x04") or place < 0 or len(body) < place + _END.size:
        raise Unreadable(_no_zip())
    _, *short, comment = _END.unpack_from(body, place)
    disk, first, here, count, size, offset = short
    end = place + _END.size + comment
    if body[max(0, place - _LOCATOR_64.size) : place].startswith(b"PK\x06\x07"):
        place, disk, first, here, count, size, offset = _large(body, place, short)
    if count > limits.entries or size > limits.directory_bytes:
        raise Unreadable(_too_much(f"It holds {count:,} entries, and we take {limits.entries:,}"))
    if disk or first or here != count or offset + size != place or end != len(body):
        raise Unreadable(_lies("the directory"))
    try:
        return zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError, struct.error, OSError):
        raise Unreadable(_no_zip()) from None


def _large(body: bytes, place: int, short: Sequence[int]) -> tuple[int, int, int, int, int, int, int]:
    """Return where the end of a ZIP64 directory begins, and what it says as the short form would.

    It stands right before its locator, which ends at *place*, whole and alone; what the *short* form behind it says
    too is the same.
    """
    begin = place - _LOCATOR_64.size - _END_64.size
    if begin < 0 or body[begin : begin + 4] != b"PK\x06\x06":
        raise Unreadable(_lies("the directory"))
    _, length, _, _, disk, first, here, count, size, offset = _END_64.unpack_from(body, begin)
    _, on, said, disks = _LOCATOR_64.unpack_from(body, place - _LOCATOR_64.size)
    differs = any(
        one not in (other, 0xFFFF if place < 4 else 0xFFFFFFFF)
        for place, (one, other) in enumerate(zip(short, (disk, first, here, count, size, offset), strict=True))
    )
    if said != begin or length != _END_64.size - 12 or on or disks > 1 or differs:
        raise Unreadable(_lies("the directory"))
    return begin, disk, first, here, count, size, offset


def _faults(entries: Iterable[zipfile.ZipInfo], limits: PackageLimits) -> Iterator[Finding]:
    """Yield what is wrong with what the directory says."""
    seen: set[str] = set()
    taken = 0
    listed = sorted(entries, key=lambda entry: entry.header_offset)
    for entry in listed:
        name = entry.filename
        if _leads_out(entry) or name.lower() in seen:
            yield fault("path", f"The entry {name[:80]!r} is no plain name.", "Save the workbook anew.")
        seen.add(name.lower())
        if entry.flag_bits & 0x41 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield fault("not-xlsx", f"The entry {name[:80]!r} is locked or packed unusually.", "Save it anew.")
        if entry.header_offset < taken:
            yield _lies(name)
        taken = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
        if entry.file_size > max(entry.compress_size * limits.ratio, 64 * 1024):
            yield _too_much(f"The entry {name[:80]!r} says to unpack to {entry.file_size:,} bytes")
        if _ACTIVE.search("/" + name) and not _HARMLESS.search("/" + name):
            yield _active(f"It holds {name[:80]!r}")
    if sum(entry.file_size for entry in listed) > limits.unpacked_bytes:
        yield _too_much(f"It says to unpack to more than {limits.unpacked_bytes:,} bytes")


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    steps = name.replace("\\", "/").split("/")
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    return is_link or name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in steps


def _acts(name: str, tail: bytes, piece: bytes) -> Iterator[Finding]:
    """Yield what a piece of an entry shows of things that act, reach out, hold another file, or are not plain XML."""
    if not tail and piece.startswith(_PACKED):
        yield _active(f"{name!r} is a file of its own")
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    text = tail + piece
    declared = None if tail else _ENCODING.search(piece)
    if b"\x00" in piece or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        yield fault("not-xlsx", f"The part {name!r} is not written in UTF-8.", "Save the workbook anew.")
    if _DOCTYPE.search(text):
        yield fault("doctype", f"The part {name!r} declares a document type.", "Save the workbook anew.")
    if _ACTS.search(text) or (name.endswith((".rels", "_Types].xml")) and _ACTS_BY_NAME.search(text)):
        yield _active(f"{name!r} speaks of macros, objects or live links")
    for link in _OUTWARD.finditer(text) if name.endswith(".rels") else ():
        if not _LINK.search(link[0]):
            yield _active(f"{name!r} leads out of the file")


def _active(what: str) -> Finding:
    says = f"{what}: it would act or reach out when opened."
    return fault("active-content", says, "Send a plain workbook of values: no macros, links, objects or queries.")


def _too_much(what: str) -> Finding:
    return fault("limit", f"{what}.", "Send it in smaller files, or as CSV.")


def _lies(name: str) -> Finding:
    return fault("zip", f"{name[:80]!r} is not what the zip says of it.", "Save the workbook anew and send it again.")


def _no_zip() -> Finding:
    return fault("not-xlsx", "It is no workbook: the zip around it is broken or not there.", "Send an XLSX file.")
