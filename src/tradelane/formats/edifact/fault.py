"""Say what is wrong with an EDIFACT envelope: a Finding with its place in bytes, named ``edifact.<code>``."""

from typing import Any

from tradelane.formats.fault import fault as _fault
from tradelane.formats.fault import shown
from tradelane.model.finding import Finding

__all__ = ["fault", "shown"]


def fault(code: str, says: str, fix: str, start: int, end: int, **place: Any) -> Finding:
    """Return a Finding ``edifact.<code>``; the rest is as for any envelope."""
    return _fault(f"edifact.{code}", says, fix, start, end, **place)
