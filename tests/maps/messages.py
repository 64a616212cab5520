"""Making EDIFACT messages for tests, by a few lines that know nothing of our formats room."""

from collections.abc import Iterable

from tradelane.model.message import BuiltMessage, Delimiters, SegmentMessage

USUAL = Delimiters("'", "+", ":", "", "?")


def message_of(kind: str, text: str, version: str = "D96A", offset: int = 0) -> SegmentMessage:
    """Return the message of *kind* whose segments between UNH and UNT are *text*: one to a line, unterminated."""
    segments = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return wrapped(kind, segments, version, offset=offset)


def wrapped(
    kind: str, segments: Iterable[str], version: str = "D96A", signs: Delimiters = USUAL, offset: int = 0
) -> SegmentMessage:
    """Return the message of *kind* with these segments, already written with *signs*, in its envelope."""
    inner = list(segments)
    e, c = signs.element, signs.component
    head = e.join(["UNH", "1", c.join([kind, version[:1], version[1:], "UN"])])
    whole = [head, *inner, e.join(["UNT", str(len(inner) + 2), "1"])]
    return SegmentMessage(kind, "1", version, signs.segment.join(whole), signs, offset, charset="utf-8")


def received(built: BuiltMessage, signs: Delimiters = USUAL) -> SegmentMessage:
    """Return what a partner receives of *built*: UTF-8 bytes, which our formats room reads as latin-1."""
    lines = (signs.element.join(_element(one, signs) for one in _trimmed(segment)) for segment in built.segments)
    made = wrapped(built.kind, lines, built.version, signs)
    text = made.text.encode().decode("latin-1")
    return SegmentMessage(made.kind, made.control, made.version, text, signs, charset="utf-8")


def _trimmed(segment: tuple[str, ...]) -> list[str]:
    kept = list(segment)
    while kept and not kept[-1].strip("\x1f"):
        kept.pop()
    return kept


def _element(value: str, signs: Delimiters) -> str:
    used = signs.segment + signs.element + signs.component + signs.release
    components = ["".join(signs.release + c if c in used else c for c in one) for one in value.split("\x1f")]
    while len(components) > 1 and not components[-1]:
        components.pop()
    return signs.component.join(components)
