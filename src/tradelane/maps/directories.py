"""Which shipped map reads or writes an EDIFACT message: that of its own directory, else of the nearest one we ship."""

import re
from functools import cache

from tradelane.maps.map import Map, shipped, shipped_names

_DIRECTORY = re.compile(r"[ds](\d\d)[a-z]", re.ASCII)
_PIVOT = 70
_NOWHERE = 1996
"""One that says no directory is taken for D96A."""


@cache
def nearest_directory(kind: str, version: str) -> str:
    """Return the name of the map for messages of *kind* (ORDERS) in a directory (D96A); empty when there is none.

    Directories grow from year to year and take little away: so the nearest one reads what its neighbours say.
    """
    found = [name for name in shipped_names() if _is_of(name, kind)]
    return min(found, key=lambda name: _apart(name.split("/")[1], version.casefold()), default="")


def reading_edifact(kind: str, version: str) -> Map | None:
    """Return the map that `nearest_directory` names, compiled; None when there is none."""
    name = nearest_directory(kind, version)
    return shipped(name) if name else None


def _is_of(name: str, kind: str) -> bool:
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == "edifact" and parts[2] == kind.casefold()


def _apart(directory: str, wanted: str) -> tuple[float, str]:
    return abs(year(directory) - (year(wanted) or _NOWHERE)) + (0 if directory == wanted else 0.1), directory


def year(directory: str) -> float:
    """Return when a directory came out, its second edition half a year later; 0 for what names no directory."""
    found = _DIRECTORY.match(directory)
    if found is None:
        return 0
    century = 1900 if int(found[1]) >= _PIVOT else 2000
    return century + int(found[1]) + (0.5 if directory[3] > "a" else 0)
