"""The syntaxes a file may be written in: how each is opened and written. One line in `SYNTAXES` adds one."""

from collections.abc import Sequence

from tradelane.formats import detect as formats_detect
from tradelane.formats import idoc, json_epcis, xml
from tradelane.formats import json as json_format
from tradelane.library.opened import Envelope, Opened, Syntax, no_outline
from tradelane.library.syntax_edifact import open_edifact, write_edifact
from tradelane.library.syntax_nodes import open_json, opening, write_idoc, write_xml
from tradelane.library.syntax_table import (
    decode_csv,
    decode_fixed,
    decode_xlsx,
    opening_rows,
    write_csv,
    write_fixed,
    write_xlsx,
)
from tradelane.library.syntax_tradacoms import open_tradacoms
from tradelane.library.syntax_x12 import open_x12, write_x12
from tradelane.maps import Map
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage


def _write_json(messages: Sequence[BuiltMessage], envelope: Envelope, _: Map | None) -> bytes:
    foreign = next((one for one in messages if one.root is not None), None)
    if foreign is not None and all(map(json_epcis.is_epcis, messages)):
        return json_epcis.encode(messages, envelope.at)
    if foreign is not None:
        says = f"We read {foreign.kind} and do not write it: it is what others tell, not what we tell them."
        raise Unreadable(Finding(code="translate.not-written", says=says, fix="Choose another syntax with --to."))
    return json_format.encode(messages) + b"\n"


SYNTAXES: dict[str, Syntax] = {
    "x12": Syntax(title="X12", open=open_x12, write=write_x12),
    "edifact": Syntax(title="EDIFACT", open=open_edifact, write=write_edifact),
    "tradacoms": Syntax(title="TRADACOMS", open=open_tradacoms),
    "xml": Syntax(title="XML", open=opening(xml.decode), write=write_xml),
    "idoc": Syntax(title="IDoc", open=opening(idoc.decode), write=write_idoc),
    "csv": Syntax(title="CSV", open=opening_rows(decode_csv), write=write_csv),
    "xlsx": Syntax(title="XLSX", open=opening_rows(decode_xlsx), write=write_xlsx),
    "fixed": Syntax(title="fixed-width records", open=opening_rows(decode_fixed), write=write_fixed),
    "json": Syntax(title="JSON", open=open_json, write=_write_json),
}


def detect(body: bytes, file_name: str = "") -> tuple[str, Opened | None]:
    """Return which of `SYNTAXES` a file is written in; empty, and what to say of it, when it is in none of them."""
    found = formats_detect.detect(body, file_name)
    if found.format in SYNTAXES:
        return found.format, None
    known = ", ".join(syntax.title for syntax in SYNTAXES.values())
    says = (
        f"We cannot tell what this is. {found.why}" if found.format == "unknown" else f"{found.why} We cannot read it."
    )
    return "", Opened(
        findings=(Finding(code="file.unknown", says=says, fix=f"Send one of {known}."),), outline=no_outline
    )


def title(syntax: str) -> str:
    """Return what people call a syntax."""
    return SYNTAXES[syntax].title if syntax in SYNTAXES else "unknown"
