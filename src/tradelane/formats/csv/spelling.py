"""In which characters and with which signs a CSV file is written: declared, or found out and said to be assumed."""

import codecs
import re
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from tradelane.formats.csv.fault import fault
from tradelane.formats.table import Limits
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.table import Dialect

DELIMITERS = (b";", b"\t", b"|", b",")
SAMPLE_BYTES = 64 * 1024
SAMPLE_ROWS = 100
BLANK = b"\xef\xbb\xbf \t\r\n"
MARK = codecs.BOM_UTF8
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMES = {"latin-1": "Latin-1", "cp1252": "Windows-1252", "utf-8": "UTF-8"}
_SIGNS = {b"\t": "a tab", b",": "','", b";": "';'", b"|": "'|'"}
_DECLARED_LINE = re.compile(rb"sep=([^\r\n])\r?\n", re.IGNORECASE)
_QUOTED = {quote: re.compile(rb"%b[^%b]*+%b?" % ((quote,) * 3)) for quote in (b'"', b"'")}


class Spelling(Struct, frozen=True, kw_only=True):
    """A file as bytes in which every sign is one byte, and what is known of its writing.

    ``begin`` is where its first row stands; ``mark`` bytes of the transmission stand before the text; ``unit`` is
    "utf-16-le" or "-be" where it has two bytes for what is one here.
    """

    text: bytes
    begin: int
    codec: str
    delimiter: bytes
    quote: bytes
    line_end: bytes
    unit: str = ""
    mark: int = 0
    findings: tuple[Finding, ...] = ()


def spelling(body: bytes, dialect: Dialect, limits: Limits) -> Spelling:
    """Return how *body* is written; raises `Unreadable` when that cannot be told."""
    refusal = _refusal(body, dialect, limits)
    if refusal is not None:
        raise Unreadable(refusal)
    text, begin, codec, unit, mark, findings = _characters(body, dialect)
    line_end = b"\r" if b"\n" not in text and b"\r" in text else b"\n"
    written = Spelling(text=text, begin=begin, codec=codec, delimiter=b"", quote=dialect.quote.encode(),
                       line_end=line_end, unit=unit, mark=mark, findings=tuple(findings))  # fmt: skip
    return with_signs(written, dialect)


def with_signs(written: Spelling, dialect: Dialect) -> Spelling:
    """Return a spelling with what parts its cells and rows: declared, or as its beginning has it."""
    text, begin, findings = written.text, written.begin, [*written.findings]
    declared = _DECLARED_LINE.match(text, begin)
    if declared and not dialect.delimiter:
        delimiter, begin = declared[1], declared.end()
    else:
        delimiter, more = _delimiter(text, begin, dialect)
        findings += more
    if written.line_end == b"\r":
        says, fix = "Its lines end with a carriage return alone.", "End lines with CR LF or LF."
        findings.append(fault("line-end", says, fix, severity="note"))
    return replace(written, begin=begin, delimiter=delimiter, findings=tuple(findings))


def _refusal(body: bytes, dialect: Dialect, limits: Limits) -> Finding | None:
    if len(body) > limits.bytes:
        says = f"The file holds {len(body):,} bytes; we take {limits.bytes:,}."
        return fault("limit", says, "Send it in smaller files.", at=(0, len(body)))
    if not body.strip(BLANK):
        return empty(len(body))
    return undeclared_wide(body) if dialect.encoding != "utf-16" else None


def empty(size: int) -> Finding:
    """Say that nothing is in it."""
    return fault("empty", "The file is empty.", "Send it again with its rows.", at=(0, size))


def undeclared_wide(head: bytes) -> Finding | None:
    """Say that it is UTF-16, or no text, if it begins so."""
    if not head.startswith(WIDE_MARKS) and b"\x00" not in head[:4]:
        return None
    says = "The file is written in UTF-16 or holds bytes that are no text."
    fix = "Save it as UTF-8, or declare the encoding with us."
    return fault("encoding", says, fix, at=(0, 2))


def _characters(body: bytes, dialect: Dialect) -> tuple[bytes, int, str, str, int, list[Finding]]:
    """Return the text, where it begins, its codec, the unit and mark of UTF-16, and what was assumed."""
    if dialect.encoding == "utf-16":
        return _narrowed(body)
    begin = len(MARK) if body.startswith(MARK) else 0
    if dialect.encoding:
        return body, begin, dialect.encoding, "", 0, []
    if begin or body.isascii() or _is_utf8(body):
        return body, begin, "utf-8", "", 0, []
    codec, finding = assumed(not body.translate(None, CP1252))
    return body, 0, codec, "", 0, [finding]


def assumed(windows: bool) -> tuple[str, Finding]:
    """Return the codec of what is not UTF-8 and says so nowhere; *windows*: it holds only what Windows-1252 has."""
    codec = "cp1252" if windows else "latin-1"
    says = f"It is not UTF-8; {_NAMES[codec]} was assumed."
    return codec, fault("encoding-assumed", says, "Declare the encoding with us.", severity="warning")


CP1252 = bytes(c for c in range(256) if c not in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _narrowed(body: bytes) -> tuple[bytes, int, str, str, int, list[Finding]]:
    unit = "utf-16-be" if body.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    mark = 2 if body.startswith(WIDE_MARKS) else 0
    try:
        return body[mark:].decode(unit).encode("utf-8"), 0, "utf-8", unit, mark, []
    except UnicodeError as wrong:
        start = mark + (wrong.start if isinstance(wrong, UnicodeDecodeError) else 0)
        raise Unreadable(no_wide(start)) from None


def no_wide(start: int) -> Finding:
    """Say that UTF-16 is declared and is not there."""
    says, fix = "UTF-16 is declared, and these bytes are none.", "Send the file in the declared encoding."
    return fault("encoding", says, fix, at=(start, start + 2))


def _delimiter(text: bytes, begin: int, dialect: Dialect) -> tuple[bytes, list[Finding]]:
    """Return what parts the cells: declared, or the sign that parts the first rows most evenly."""
    if dialect.delimiter:
        return dialect.delimiter.encode(), []
    lines = _sample(text, begin, dialect)
    scored = sorted(((_evenness(lines, sign), sign) for sign in DELIMITERS), reverse=True)
    ((score, cells), best), ((next_score, _), other), *_ = scored
    if not score:
        says = "No delimiter was found; each row was read as one cell."
        return b",", [fault("delimiter-assumed", says, "Declare the delimiter with us.", severity="warning")]
    if next_score == score:
        says = f"{_SIGNS[best]} and {_SIGNS[other]} part the rows equally well."
        raise Unreadable(fault("delimiter-unclear", says, "Declare the delimiter with us."))
    says = f"The delimiter was not declared; {_SIGNS[best]} was assumed, which makes {cells} columns."
    return best, [fault("delimiter-assumed", says, "Declare the delimiter with us.", severity="note")]


def _sample(text: bytes, begin: int, dialect: Dialect) -> list[bytes]:
    """Return the first lines, without what stands in quotes."""
    piece = text[begin : begin + SAMPLE_BYTES]
    if dialect.quote:
        piece = _QUOTED[dialect.quote.encode()].sub(b"", piece)
    lines = (line for line in piece.splitlines()[dialect.skip :] if line.strip())
    return [*islice(lines, SAMPLE_ROWS)]


def _evenness(lines: list[bytes], sign: bytes) -> tuple[float, int]:
    """Return how well *sign* parts the rows, and how many cells the first row then has.

    What counts is how many columns it makes, and which share of the rows has just as many cells.
    """
    counts = [line.count(sign) + 1 for line in lines]
    if not counts:
        return 0.0, 0
    return sum(count == counts[0] for count in counts) / len(counts) * (counts[0] - 1), counts[0]
