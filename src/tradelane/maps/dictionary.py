"""What a standard says about the elements of a segment, as far as a map needs it.

Which must be there, and how long they may be.
"""

import re

from msgspec import Struct

_ELEMENT = re.compile(r"(\d+)?(!?)")


class Segment(Struct, frozen=True):
    """The elements of one segment: for each, its greatest length (0: not checked) and whether it must be filled."""

    tag: str
    lengths: tuple[int, ...]
    required: tuple[bool, ...]

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
