"""Control totals: what a document comes to, beside what its sender says it comes to."""

from typing import Any

from tradelane.maps.forms import Bad, number


def total(document: Any, path: tuple[str, ...], sums: bool) -> Any:
    """Return how many values *path* leads to, or their sum."""
    found: list[Any] = [document]
    for name in path:
        below = (getattr(one, name) for one in found if one is not None)
        found = [
            item for value in below for item in (value if isinstance(value, tuple) else (value,)) if item is not None
        ]
    return sum(found) if sums else len(found)


def agrees(said: str, actual: Any) -> bool:
    """Say whether a control total as written is *actual*; what is no number does not agree."""
    try:
        return number(said) == actual
    except Bad:
        return False
