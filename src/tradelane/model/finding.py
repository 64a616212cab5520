"""What is wrong with a document, said as a value, and the two ways the world can fail us."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where a finding stands. Byte offsets count from 0 in the transmission; X12 positions count from 1, ST being 1."""

    start: int = -1
    end: int = -1
    segment: str = ""
    segment_position: int = 0
    element: int = 0
    component: int = 0
    path: str = ""
    transaction: str = ""

    def __str__(self) -> str:
        """Say the place as a person would: ``segment 5 ACK02`` or ``$.lines[2].quantity``."""
        if not self.segment:
            return self.path or (f"byte {self.start}" if self.start >= 0 else "the document")
        said = f"segment {self.segment_position} {self.segment}" if self.segment_position else self.segment
        if self.element:
            said += f"{self.element:02d}"
        return said + (f"-{self.component}" if self.component else "")


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One thing wrong with one document: a stable dotted code, where it is, what is wrong, what to do about it.

    ``syntax_code`` is the code the partner's acknowledgement standard has for it (X12 997 AK304, AK403 or AK502), if
    any.
    """

    code: str
    says: str
    fix: str
    where: Place = Place()
    severity: Severity = "error"
    value: str = ""
    syntax_code: str = ""

    def __str__(self) -> str:
        """Say place, fault and remedy in one line."""
        return f"{self.where}: {self.says} {self.fix} [{self.code}]"


class Unreadable(Exception):
    """The bytes do not make a document. Carries every finding; the partner hears it as a 997, TA1 or HTTP 422."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(str(f) for f in findings))
        self.findings = findings


class Unavailable(Exception):
    """The other side does not answer now; the same attempt may succeed later."""
