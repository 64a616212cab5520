"""What a standard says about the elements of a segment, as far as a map needs it.

Which must be there, and how long they may be.
"""

import re

from msgspec import Struct

_ELEMENT = re.compile(r"(\d+)?(!?)")
_NAMED = re.compile(r"([CSE]?\d{3,4})(?::(\d+))?(!?)")
_NAMED_ELEMENT = re.compile(r"\s*(?:([CSE]\d{3})\(([^()]*)\)(!?)(?:x(\d+))?|(\S+))")


class Component(Struct, frozen=True):
    """A component of an element: its number in the standard, greatest length (0: not checked), whether required."""

    name: str
    length: int = 0
    required: bool = False


class Composite(Struct, frozen=True):
    """What an element is made of, and the standard's number of it; a plain element is made of itself alone."""

    name: str
    components: tuple[Component, ...]


class Segment(Struct, frozen=True):
    """The elements of one segment: for each, its greatest length (0: not checked) and whether it must be filled.

    ``composites`` say more of each, where the standard numbers elements and components (EDIFACT).
    """

    tag: str
    lengths: tuple[int, ...]
    required: tuple[bool, ...]
    composites: tuple[Composite, ...] = ()

    @property
    def required_last(self) -> int:
        """Return the number of the last element that must be filled."""
        return max((n for n, must in enumerate(self.required, 1) if must), default=0)


def parse_segment(tag: str, text: str) -> Segment:
    """Read a line such as ``2! 2! 22! 30 8!``.

    Lengths in order, ``!`` must be filled, ``-`` unchecked, ``(2 48)x10`` repeats.
    """
    spread = re.sub(r"\(([^)]*)\)x(\d+)", lambda m: " ".join([m.group(1)] * int(m.group(2))), text)
    lengths: list[int] = []
    required: list[bool] = []
    for word in spread.split():
        found = _ELEMENT.fullmatch(word.replace("-", "0"))
        if found is None or found.group(1) is None:
            raise ValueError(f"cannot read {word!r} in the elements of {tag}: write a length such as 35, 35! or -")
        lengths.append(int(found.group(1)))
        required.append(found.group(2) == "!")
    return Segment(tag, tuple(lengths), tuple(required))


def parse_named_segment(tag: str, text: str) -> Segment:
    """Read a line such as ``1082:6 1229:3 C212(7140:35 7143:3)! C829(5495 1082)x2``.

    Numbers of elements with their greatest lengths; a composite with its components in brackets, perhaps repeated.
    """
    composites: list[Composite] = []
    required: list[bool] = []
    place, text = 0, text.rstrip()
    while place < len(text) and (found := _NAMED_ELEMENT.match(text, place)):
        place = found.end()
        name, inner, must, times, plain = found.groups()
        if plain is not None:
            component = _component(tag, plain)
            made, must, times = Composite(component.name, (component,)), "!" if component.required else "", "1"
        else:
            made = Composite(name, tuple(_component(tag, one) for one in inner.split()))
        composites += [made] * int(times or 1)
        required += [bool(must), *[False] * (int(times or 1) - 1)]
    return Segment(tag, (0,) * len(composites), tuple(required), tuple(composites))


def _component(tag: str, text: str) -> Component:
    found = _NAMED.fullmatch(text)
    if found is None:
        raise ValueError(f"cannot read {text!r} in {tag}: write a number and a length such as 7140:35 or 7140:35!")
    return Component(found[1], int(found[2] or 0), found[3] == "!")
