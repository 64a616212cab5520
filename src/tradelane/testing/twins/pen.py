"""How the twins write X12: a pen of their own, so that a mistake in our formats or maps cannot cancel itself out."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

Segment = tuple[str, ...]
"""Tag first, then the elements; trailing empty ones are dropped in writing."""

FUNCTIONAL_IDS = {
    "850": "PO", "855": "PR", "856": "SH", "860": "PC", "810": "IN", "944": "RE", "997": "FA",
}  # fmt: skip
"""The GS01 under which each transaction set travels."""


class Address(Struct, frozen=True, kw_only=True):
    """How a company is called in envelopes: ISA05 and ISA06, GS02."""

    qualifier: str
    id: str
    group: str


class Numbers(Struct, frozen=True):
    """The control numbers of one interchange with one group: ISA13 and GS06. Sets count from 1 in their group."""

    interchange: int
    group: int


def write_interchange(
    sets: Sequence[tuple[str, Sequence[Segment]]], sender: Address, receiver: Address, numbers: Numbers, at: datetime
) -> bytes:
    """Return one interchange with one group that holds *sets* (kind, segments between ST and SE), all of one kind."""
    kind = sets[0][0]
    lines = [_isa(sender, receiver, numbers, at)]
    lines.append(
        _line(
            "GS",
            FUNCTIONAL_IDS[kind],
            sender.group,
            receiver.group,
            f"{at:%Y%m%d}",
            f"{at:%H%M}",
            str(numbers.group),
            "X",
            "004010",
        )
    )
    for number, (set_kind, segments) in enumerate(sets, 1):
        lines += _set(set_kind, f"{number:04d}", segments)
    lines.append(_line("GE", str(len(sets)), str(numbers.group)))
    lines.append(_line("IEA", "1", f"{numbers.interchange:09d}"))
    return ("~\n".join(lines) + "~\n").encode("latin-1", "replace")


def clean(text: str) -> str:
    """Return *text* without the characters that X12 uses between values; it has no way to escape them."""
    return "".join(" " if c in "*~>\r\n" else c for c in text).strip()


def sscc(prefix: str, serial: int) -> str:
    """Return the 18 digits of a GS1 shipping container code: extension and company *prefix*, serial, check digit."""
    body = f"{prefix}{serial:0{17 - len(prefix)}d}"
    return body + check_digit(body)


def check_digit(digits: str) -> str:
    """Return the GS1 check digit: from the right, weights 3 and 1 by turns, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _set(kind: str, control: str, segments: Iterable[Segment]) -> list[str]:
    lines = [_line("ST", kind, control), *(_line(*segment) for segment in segments)]
    return [*lines, _line("SE", str(len(lines) + 1), control)]


def _line(*parts: str) -> str:
    return "*".join(parts).rstrip("*")


def _isa(sender: Address, receiver: Address, numbers: Numbers, at: datetime) -> str:
    return (
        f"ISA*00*{'':10}*00*{'':10}*{sender.qualifier:2}*{sender.id:15}*{receiver.qualifier:2}*{receiver.id:15}"
        f"*{at:%y%m%d}*{at:%H%M}*U*00401*{numbers.interchange:09d}*0*P*>"
    )
