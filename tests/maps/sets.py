"""Making X12 sets for tests.

From segments to a message and back, by a few lines that know nothing of our formats room.
"""

from collections.abc import Iterable

from tradelane.model.message import BuiltMessage, Delimiters, SegmentMessage

USUAL = Delimiters()


def cut(kind: str, text: str, delimiters: Delimiters = USUAL, offset: int = 0) -> SegmentMessage:
    """Return the set of *kind* whose segments between ST and SE are *text*, one to a line or already ended by ``~``."""
    segments = [line.strip() for line in text.replace("~", "\n").splitlines() if line.strip()]
    return joined(kind, segments, delimiters, offset)


def joined(kind: str, segments: Iterable[str], delimiters: Delimiters = USUAL, offset: int = 0) -> SegmentMessage:
    """Return the set of *kind* with these segments, written with ``*``, in its envelope."""
    inner = [segment.replace("*", delimiters.element) for segment in segments]
    whole = [
        delimiters.element.join(["ST", kind, "0001"]),
        *inner,
        delimiters.element.join(["SE", str(len(inner) + 2), "0001"]),
    ]
    return SegmentMessage(kind, "0001", "004010", delimiters.segment.join(whole), delimiters, offset)


def sent(built: BuiltMessage, delimiters: Delimiters = USUAL) -> SegmentMessage:
    """Return what a partner receives of *built*: UTF-8 bytes, which our formats room reads as latin-1."""
    segments = ("*".join(segment).rstrip("*").replace("\x1f", delimiters.component) for segment in built.segments)
    message = joined(built.kind, segments, delimiters)
    return SegmentMessage(
        message.kind, message.control, message.version, message.text.encode().decode("latin-1"), delimiters
    )
