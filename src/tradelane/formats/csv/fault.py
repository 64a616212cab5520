"""Findings about CSV, each with its bytes and with its row as a person counts it."""

from tradelane.model.finding import Finding, Place, Severity


def fault(
    code: str,
    says: str,
    fix: str,
    where: str = "the file",
    at: tuple[int, int] = (-1, -1),
    severity: Severity = "error",
    value: str = "",
) -> Finding:
    """Return the finding ``csv.<code>``; *where* is a row or a cell in words, *at* its bytes."""
    place = Place(start=at[0], end=at[1], path=where)
    return Finding(code=f"csv.{code}", says=says, fix=fix, where=place, severity=severity, value=value[:80])
