"""Findings about workbooks, each with its sheet and cell."""

from tradelane.model.finding import Finding, Place, Severity


def fault(code: str, says: str, fix: str, where: str = "the file", severity: Severity = "error") -> Finding:
    """Return the finding ``xlsx.<code>``; *where* is a sheet or a cell in words."""
    return Finding(code=f"xlsx.{code}", says=says, fix=fix, where=Place(path=where), severity=severity)
