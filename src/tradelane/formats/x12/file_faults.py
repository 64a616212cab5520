"""The sentences about an X12 file itself: what stands outside of its interchanges, and what makes it no X12 at all."""

from tradelane.formats.x12.envelope import Limits
from tradelane.formats.x12.fault import fault
from tradelane.model.finding import Finding

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
EBCDIC_CODEC = "cp037"
EBCDIC = "ISA".encode(EBCDIC_CODEC)
"""What a file of an American mainframe begins with. Its line break is another character than ours."""

SHOWN = 100
"""So many characters of what is wrong are shown."""


def ebcdic() -> Finding:
    """Say that it is written so."""
    return fault("ebcdic", "The file is written in EBCDIC.", "Send ASCII, Latin-1 or UTF-8.", 0, 3, severity="warning")


def too_large(size: int, most: int) -> Finding:
    """Say that the file is larger than we take."""
    says = f"The file holds {size:,} bytes; we take {most:,}."
    return fault("limit", says, "Send it in smaller files.", 0, size)


def empty(size: int) -> Finding:
    """Say that there is nothing in it but white space."""
    return fault("empty", "The file is empty.", "Send the interchange again.", 0, size)


def wide() -> Finding:
    """Say that it has two bytes per character."""
    says = "The file is written in UTF-16; places are counted in it as it would be in UTF-8."
    return fault("encoding", says, "Send one byte per character (ASCII, Latin-1 or UTF-8).", 0, 0, severity="warning")


def wide_terminator(sign: bytes) -> Finding:
    """Say that what ends its segments is one character, and more than one byte."""
    says = f"The segment terminator '{sign.decode()}' takes {len(sign)} bytes; places are counted as if it took one."
    fix = "Send a terminator of one byte, such as ~."
    return fault("terminator-wide", says, fix, 105, 106, severity="warning")


def wrapped() -> Finding:
    """Say that it is cut into records."""
    says = "The file is wrapped in lines of one width; places are counted without the line breaks."
    fix = "Send segments on lines of their own, or all on one."
    return fault("wrapped", says, fix, 0, 0, severity="warning")


def byte_order_mark() -> Finding:
    """Say that it starts with one."""
    says = "The file starts with a byte order mark, which X12 does not know."
    return fault("byte-order-mark", says, "Save it without one.", 0, 3, severity="note")


def leading_space(start: int, end: int) -> Finding:
    """Say that white space stands before the first header."""
    says = "White space stands before the first interchange."
    return fault("leading-space", says, "Start the file with ISA.", start, end, severity="note")


def indentation(place: int) -> Finding:
    """Say that segments are set in."""
    says = "Blanks stand before segments at the beginning of lines."
    return fault("indentation", says, "Start each segment at the beginning of its line.", place, place, severity="note")


def filled_up(sign: str, start: int, end: int) -> Finding:
    """Say with which character an old system ended the file, or filled it up."""
    if sign == "\x00":
        says = "The file is filled up with NUL characters after the last interchange."
        return fault("padding", says, "Leave them out.", start, end, severity="note")
    says = "An end-of-file character (0x1A) follows the last interchange."
    return fault("end-of-file", says, "Leave it out.", start, end, severity="note")


def no_interchange(head: str, start: int, end: int) -> Finding:
    """Say that there is no header anywhere; *head* is what stands there instead."""
    says = "No interchange header (ISA, 106 bytes) is anywhere in the file."
    fix = "Send X12 with its ISA and GS envelopes; other formats have another address."
    return fault("no-interchange", says, fix, start, end, syntax="023", value=head)


def garbage(head: str, start: int, end: int, last: bool) -> Finding:
    """Say that text belongs to no interchange; *last*: none follows it."""
    where = "after the last interchange" if last else "before an interchange"
    says = (
        f"{end - start:,} bytes stand {where} and belong to none. Part of the file may be lost, so none of it is used."
    )
    fix = "Send the file again with nothing before ISA and after IEA."
    return fault("garbage", says, fix, start, end, syntax="024", value=head)


def too_many(start: int, end: int, limits: Limits) -> Finding:
    """Say that it holds more interchanges than we take."""
    says = f"The file holds more than {limits.interchanges:,} interchanges."
    return fault("limit", says, "Send it in smaller files.", start, end)
