"""Say what is wrong with an envelope of segments: one short way to make a Finding with its place in bytes."""

from tradelane.model.finding import Finding, Place, Severity

_SHOWN = 60


def fault(
    code: str,
    says: str,
    fix: str,
    start: int,
    end: int,
    *,
    syntax: str = "",
    severity: Severity = "error",
    value: str = "",
    segment: str = "",
    position: int = 0,
    element: int = 0,
    transaction: str = "",
) -> Finding:
    """Return a Finding; *syntax* is its code in an acknowledgement (TA105, AK304, AK502, AK905; 0085 in CONTRL)."""
    place = Place(
        start=start, end=end, segment=segment, segment_position=position, element=element, transaction=transaction
    )
    return Finding(
        code=code, says=says, fix=fix, where=place, severity=severity, value=shown(value), syntax_code=syntax
    )


def shown(text: str) -> str:
    """Return *text* short and printable, as a finding may quote it."""
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    if short.isprintable():
        return short
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short)
