"""Places as the rules of a map name them: paths, seen from what surrounds them. Each kind of syntax has its own."""

from typing import Protocol

from msgspec import Struct

from tradelane.maps.path import Path
from tradelane.maps.plan import Spot
from tradelane.maps.structure import Loop


class BadPlace(ValueError):
    """The path leads nowhere in this kind of message."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code, self.says = code, says


class Scope(Struct, frozen=True):
    """Where paths are read from: a loop, or (``loop`` None) one segment; then what surrounds it."""

    loop: Loop | None
    tag: str
    depth: int
    outer: "Scope | None"
    pairs: Path | None = None


class Spots(Protocol):
    """How the paths of one kind of syntax become places; raises `BadPath` or `BadPlace`."""

    advice: str
    hollow: bool
    """Whether what a group is about may stand there and say nothing, and then is as good as not there."""

    def spots(self, text: str, scope: Scope) -> list[Spot]:
        """Return the one place that *text* says, seen from *scope*."""
        ...

    def spread(self, text: str, scope: Scope) -> list[Spot]:
        """Return every place that *text* says, where it may say several."""
        ...

    def entered(self, spot: Spot, scope: Scope) -> Scope:
        """Return the scope of what stands at *spot*."""
        ...

    def paired(self, scope: Scope, text: str) -> Scope:
        """Return *scope* with qualifier-value pairs at *text*."""
        ...
