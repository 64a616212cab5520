"""How the twins read X12: a plain reader of their own.

It believes the envelope and cuts; what it cannot read, it says.
"""

from msgspec import Struct

from tradelane.testing.twins.pen import Segment


class ReadSet(Struct, frozen=True):
    """One transaction set: ST01, ST02, the segments between ST and SE, and whether SE agrees."""

    kind: str
    control: str
    segments: tuple[Segment, ...]
    sound: bool = True


class ReadGroup(Struct, frozen=True):
    """One functional group: GS01, GS06 and its sets."""

    functional_id: str
    control: str
    sets: tuple[ReadSet, ...]


class ReadInterchange(Struct, frozen=True):
    """One interchange: who sent it (ISA06), ISA13, its groups; ``sound`` says that its trailer agrees."""

    sender: str
    receiver: str
    control: str
    groups: tuple[ReadGroup, ...]
    sound: bool
    answers: dict[str, str] = {}
    """TA1s: the interchange they answer (TA101) and the verdict (TA104)."""


class Illegible(Exception):
    """The bytes are no interchange."""


def read_interchanges(body: bytes) -> list[ReadInterchange]:
    """Return every interchange in *body*."""
    text = body.decode("latin-1").strip("\r\n ")
    found: list[ReadInterchange] = []
    while text:
        if not text.startswith("ISA") or len(text) < 106:
            raise Illegible("no ISA of 106 characters")
        element, terminator = text[3], text[105]
        end = text.find(f"{terminator}IEA{element}")
        end = end if end >= 0 else text.find(f"IEA{element}")
        stop = text.find(terminator, end + 1) if end >= 0 else -1
        if stop < 0:
            raise Illegible("no IEA")
        found.append(_interchange(text[:stop], element, terminator))
        text = text[stop + 1 :].strip("\r\n ")
    return found


def value(segment: Segment, number: int) -> str:
    """Return element *number*, counted from 1; empty when absent."""
    return segment[number] if number < len(segment) else ""


def pairs(segment: Segment, first: int) -> dict[str, str]:
    """Return qualifier and value pairs from element *first* on (PO106/07, LIN02/03)."""
    return {segment[i]: segment[i + 1] for i in range(first, len(segment) - 1, 2) if segment[i] and segment[i + 1]}


def _interchange(text: str, element: str, terminator: str) -> ReadInterchange:
    segments = [tuple(piece.strip("\r\n").split(element)) for piece in text.split(terminator) if piece.strip("\r\n ")]
    head, tail = segments[0], segments[-1]
    groups: list[ReadGroup] = []
    opened: Segment = ()
    inside: list[Segment] = []
    for segment in segments[1:-1]:
        if segment[0] == "GS":
            opened, inside = segment, []
        elif segment[0] == "GE":
            groups.append(ReadGroup(value(opened, 1), value(opened, 6), tuple(_sets(inside))))
        else:
            inside.append(segment)
    sound = value(head, 13) == value(tail, 2) and value(tail, 1) == str(len(groups))
    answers = {value(s, 1): value(s, 4) for s in segments if s[0] == "TA1"}
    return ReadInterchange(
        value(head, 6).strip(), value(head, 8).strip(), value(head, 13), tuple(groups), sound, answers
    )


def _sets(segments: list[Segment]) -> list[ReadSet]:
    sets: list[ReadSet] = []
    head: Segment = ()
    inside: list[Segment] = []
    for segment in segments:
        if segment[0] == "ST":
            head, inside = segment, []
        elif segment[0] == "SE":
            sound = value(segment, 1) == str(len(inside) + 2) and value(segment, 2) == value(head, 2)
            sets.append(ReadSet(value(head, 1), value(head, 2), tuple(inside), sound))
        else:
            inside.append(segment)
    return sets
