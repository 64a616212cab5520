"""The sentences about a file as a whole: how it is written, what stands around its interchanges."""

from tradelane.formats.edifact.envelope import Limits
from tradelane.formats.edifact.fault import fault
from tradelane.model.finding import Finding

SHOWN = 100


def too_large(size: int, most: int) -> Finding:
    """Say that the file is larger than what is taken."""
    says = f"The file holds {size:,} bytes; we take {most:,}."
    return fault("limit", says, "Send it in smaller files.", 0, size)


def empty(size: int) -> Finding:
    """Say that nothing is in it."""
    return fault("empty", "The file is empty.", "Send the interchange again.", 0, size)


def wide() -> Finding:
    """Say that it is written in two bytes for a character."""
    says = "The file is written in UTF-16; places are counted in it as it would be in UTF-8."
    return fault("encoding", says, "Send UTF-8 and declare UNOW.", 0, 0, severity="warning")


def ebcdic() -> Finding:
    """Say that it is written in EBCDIC."""
    return fault("ebcdic", "The file is written in EBCDIC.", "Send ASCII, Latin-1 or UTF-8.", 0, 3, severity="warning")


def wrapped() -> Finding:
    """Say that it is cut into records."""
    says = "The file is wrapped in lines of one width; places are counted without the line breaks."
    fix = "Send segments on lines of their own, or all on one."
    return fault("wrapped", says, fix, 0, 0, severity="note")


def byte_order_mark() -> Finding:
    """Say that it starts with a byte order mark."""
    says = "The file starts with a byte order mark, which EDIFACT does not know."
    return fault("byte-order-mark", says, "Save it without one.", 0, 3, severity="note")


def leading_space(start: int, end: int) -> Finding:
    """Say that white space stands before the first interchange."""
    says = "White space stands before the first interchange."
    return fault("leading-space", says, "Start the file with UNA or UNB.", start, end, severity="note")


def indentation(place: int) -> Finding:
    """Say that segments are set in."""
    says = "Blanks stand before segments at the beginning of lines."
    return fault("indentation", says, "Start each segment at the beginning of its line.", place, place, severity="note")


def end_of_file(start: int, end: int) -> Finding:
    """Say that a mark of old systems follows the last interchange."""
    says = "An end-of-file character (0x1A) follows the last interchange."
    return fault("end-of-file", says, "Leave it out.", start, end, severity="note")


def padding(start: int, end: int) -> Finding:
    """Say that it is filled up."""
    says = "The file is filled up with NUL characters after the last interchange."
    return fault("padding", says, "Leave them out.", start, end, severity="note")


def no_interchange(head: str, start: int, end: int) -> Finding:
    """Say that there is nothing to read; *head* is how what is there begins."""
    says = "No interchange header (UNB) is anywhere in the file."
    fix = "Send EDIFACT with its UNB envelope; other formats have another address."
    return fault("no-interchange", says, fix, start, end, syntax="13", value=head[:SHOWN])


def garbage(head: str, start: int, end: int, last: bool) -> Finding:
    """Say that bytes stand outside every interchange; *head* is how they begin, *last*: no interchange follows."""
    where = "after the last interchange" if last else "before an interchange"
    says = (
        f"{end - start:,} bytes stand {where} and belong to none. Part of the file may be lost, so none of it is used."
    )
    fix = "Send the file again with nothing before UNA or UNB and after UNZ."
    return fault("garbage", says, fix, start, end, syntax="18", value=head[:SHOWN])


def too_many(start: int, end: int, limits: Limits) -> Finding:
    """Say that it holds more interchanges than are taken."""
    says = f"The file holds more than {limits.interchanges:,} interchanges."
    return fault("limit", says, "Send it in smaller files.", start, end)
