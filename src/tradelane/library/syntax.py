"""The syntaxes a file may be written in: how each is opened and written. One line in `SYNTAXES` adds one."""

from collections.abc import Sequence

from tradelane.formats import json as json_format
from tradelane.library.opened import Envelope, Opened, Piece, Syntax, no_outline
from tradelane.library.syntax_edifact import open_edifact, write_edifact
from tradelane.library.syntax_x12 import open_x12, write_x12
from tradelane.model.finding import Unreadable
from tradelane.model.message import BuiltMessage


def _open_json(body: bytes) -> Opened:
    try:
        messages = json_format.decode(body)
    except Unreadable as unreadable:
        return Opened(findings=unreadable.findings, outline=no_outline)
    return Opened(pieces=tuple(Piece(message=message) for message in messages), outline=no_outline)


def _write_json(messages: Sequence[BuiltMessage], _: Envelope) -> bytes:
    return json_format.encode(messages) + b"\n"


SYNTAXES: dict[str, Syntax] = {
    "x12": Syntax(title="X12", open=open_x12, write=write_x12),
    "edifact": Syntax(title="EDIFACT", open=open_edifact, write=write_edifact),
    "json": Syntax(title="JSON", open=_open_json, write=_write_json),
}


def detect(body: bytes, file_name: str = "") -> str:
    """Return which of `SYNTAXES` a file is written in, by how it begins."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")) or (not start and file_name.endswith(".json")):
        return "json"
    return "edifact" if start.startswith((b"UNA", b"UNB", b"UNH")) else "x12"
