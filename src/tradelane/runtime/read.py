"""Read a transmission: bytes to documents, a verdict on every set, and what is wrong with the envelopes. Pure."""

import sys

from tradelane.partners.profile import Profile
from tradelane.runtime.guards.strict import strict_file
from tradelane.runtime.house import House
from tradelane.runtime.read_edifact import begin_edifact
from tradelane.runtime.read_json import begin_json
from tradelane.runtime.read_nodes import begin_nodes, is_tree
from tradelane.runtime.read_table import begin_table, is_rows
from tradelane.runtime.read_x12 import begin_x12
from tradelane.runtime.reading import Reading

_EDIFACT = (
    *(b"UNA", b"UNB", b"UNH+", b"\xe4\xd5\xc1", b"\xe4\xd5\xc2"),
    *(("\ufeff" + letters).encode(codec) for letters in ("UNA", "UNB") for codec in ("utf-16-le", "utf-16-be")),
)


def is_x12(body: bytes, media_type: str) -> bool:
    """Say whether *body* claims to be X12 rather than JSON."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return False
    return start.startswith(b"ISA") or "json" not in media_type


def is_edifact(body: bytes) -> bool:
    """Say whether *body* begins as EDIFACT does, in ASCII, UTF-16 or EBCDIC."""
    start = body[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return start.startswith(_EDIFACT)


def read(house: House, profile: Profile, body: bytes, media_type: str) -> Reading:
    """Read everything in *body* as said by *profile*: any bytes give documents or findings, never an exception."""
    reading = begin(house, profile, body, media_type)
    reading.advance(sys.maxsize)
    return reading


def begin(house: House, profile: Profile, body: bytes, media_type: str) -> Reading:
    """Read the envelopes of *body*; its sets are lifted as the reading advances."""
    reading = _begun(house, profile, body, media_type)
    reading.findings = strict_file(profile, reading.findings)
    return reading


def _begun(house: House, profile: Profile, body: bytes, media_type: str) -> Reading:
    if is_rows(profile, body, media_type):
        return begin_table(house, profile, body, media_type)
    if is_edifact(body):
        return begin_edifact(house, profile, body)
    if is_tree(profile, body):
        return begin_nodes(house, profile, body)
    return begin_x12(house, profile, body) if is_x12(body, media_type) else begin_json(house, profile, body)
