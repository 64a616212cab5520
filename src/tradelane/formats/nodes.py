"""What decoding a tree syntax gives (XML, IDoc, JSON of others): its messages, and what is wrong with the file."""

import re

from msgspec import Struct

from tradelane.model.finding import Finding, Place, Severity
from tradelane.model.message import NodeMessage


class DecodedNodes(Struct, frozen=True):
    """The messages of one file. With an error among the findings there are none: nothing may be made of the file.

    ``secrets`` are the SHA-256 (hex) of what a sender proves itself with in the file; the secrets stand nowhere.
    """

    messages: tuple[NodeMessage, ...] = ()
    findings: tuple[Finding, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Say whether the whole file is refused."""
        return any(finding.severity == "error" for finding in self.findings)


def fault(
    code: str, says: str, fix: str, *, start: int = -1, end: int = -1, path: str = "", severity: Severity = "error"
) -> Finding:
    """Return a finding about the bytes from *start* to *end*, or about *path*."""
    where = Place(start=start, end=max(start, end), path=path)
    return Finding(code=code, says=says, fix=fix, where=where, severity=severity)


_TO_THE_MINUTE = re.compile(r"((?:\A|\d{4}-\d\d-\d\dT)\d\d:\d\d)(?=\Z|Z\Z|[+-]\d\d:\d\d\Z)")


def with_seconds(said: str) -> str:
    """Return a time of day, or a date with one, with its seconds: XML Schema and RFC 3339 know none without.

    >>> with_seconds("14:25+01:00")
    '14:25:00+01:00'
    """
    return _TO_THE_MINUTE.sub(r"\1:00", said)
