"""Which shipped maps read a message: those of its own edition of the standard, else of the nearest one we ship."""

from functools import cache, lru_cache

from tradelane.maps.map import Map, shipped, shipped_names
from tradelane.model.document import Document
from tradelane.model.finding import Finding, Place
from tradelane.model.message import SegmentMessage

EARLY, OLDER, NEWER, TURN = "003040", "004010", "005010", "004050"
"""X12 as partners speak it: what is older than the turn is read as 004010 (or with the short dates of its time), all
else as 005010.
"""


@cache
def of_kind(family: str, kind: str) -> tuple[str, ...]:
    """Return the names of the shipped maps of *kind*, in all editions: ``x12/004010/180advice`` is one of 180."""
    return tuple(name for name in shipped_names() if _is_of(name, family, kind))


@lru_cache(4096)
def nearest_x12(kind: str, version: str) -> tuple[str, ...]:
    """Return the names of the maps for a set in an X12 *version* (GS08), the more particular ones first."""
    names = of_kind("x12", kind)
    early = EARLY if "0" < version[:6] < OLDER else OLDER
    for edition in (version[:6], NEWER if version[:6] >= TURN else early, OLDER):
        found = [name for name in names if name.split("/")[1] == edition]
        if found:
            return tuple(sorted(found, key=lambda name: (-len(name), name)))
    return ()


def reading_x12(message: SegmentMessage) -> Map | None:
    """Return the shipped map that reads *message*; None when there is none of its kind."""
    found = map(shipped, nearest_x12(message.kind, message.version))
    return next((one for one in found if one.suits(message)), None)


def writing_x12(document: type[Document], kind: str, version: str) -> Map | None:
    """Return the shipped map that writes a *document* as a set of *kind*; None when there is none."""
    found = map(shipped, nearest_x12(kind, version))
    return next((one for one in found if one.document is document), None)


def remarked(by: Map, version: str) -> tuple[Finding, ...]:
    """Say that a message was read by the map of another version of X12, where it was."""
    if not version or by.standard == version[:6]:
        return ()
    says = f"It says version {version[:12]}, and was read as {by.standard}."
    return (
        Finding(
            code="map.nearest-version",
            severity="note",
            says=says,
            fix="Nothing need be done while it reads well; else add a map for this version to the partner's folder.",
            where=Place(segment="GS", element=8),
            value=version[:12],
        ),
    )


def _is_of(name: str, family: str, kind: str) -> bool:
    parts = name.split("/")
    if len(parts) != 3 or parts[0] != family:
        return False
    return parts[2] == kind or (parts[2].startswith(kind) and parts[2][len(kind) :].isalpha() and kind.isdigit())
