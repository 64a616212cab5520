"""Which format a file is in, by how it begins: a look at the first kilobytes, never a parse, and a sentence of why."""

import re
from collections import Counter

from msgspec import Struct

LOOK_BYTES = 16 * 1024
_SPACE = b" \t\r\n\x00"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EBCDIC_ISA, _EBCDIC_UNA, _EBCDIC_UNB = "ISA".encode("cp037"), "UNA".encode("cp037"), "UNB".encode("cp037")
MEDIA_TYPES = {
    "x12": "application/edi-x12",
    "edifact": "application/edifact",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "json": "application/json",
}
"""What a file of each format is called when it travels."""

_FORMAT_OF = {media_type: name for name, media_type in MEDIA_TYPES.items()}
_HEADER_LINE = re.compile(
    rb"(?:AS2-(?:To|From|Version)|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding)\s*:", re.IGNORECASE
)
_BOUNDARY = re.compile(rb"--[\w'()+,./:=?-]{3,70}\r?\nContent-", re.IGNORECASE)
_X12 = re.compile(rb"ISA[^A-Za-z0-9\s]..[^A-Za-z0-9\s]|ISA[*|~^]", re.DOTALL)
_EDIFACT = re.compile(rb"UNA.{6}\s*UN[BGH]|UNB[^A-Za-z0-9]UNO[A-Z]|UN[BGH][+\x1d]", re.DOTALL)
_TRADACOMS = re.compile(rb"STX[=+]ANA|STX=|MHD=[0-9]")
_X12_SET = re.compile(rb"(?:GS([*|^~])[A-Z]{2}\1|ST([*|^~])[0-9]{3}\2)")
_IDOC = re.compile(rb"EDI_DC(?:40)?[_A-Z ]")
_ROOT = re.compile(rb"<(?![?!])(?:([\w.-]{1,80}):)?([\w.-]{1,120})(?=[\s/>])([^<>]*)")
_XML_FAMILIES = (
    ("ubl", rb"urn:oasis:names:(?:specification|draft):ubl:"),
    ("cii", rb"CrossIndustry(?:Invoice|Order|Despatch)|urn:un:unece:uncefact:data:standard:"),
    ("epcis", rb"urn:epcglobal:epcis|EPCISDocument|EPCISQueryDocument"),
    ("gs1", rb"urn:gs1:ecom:|unece\.org/cefact/namespaces/StandardBusinessDocumentHeader"),
    ("oagis", rb"openapplications\.org/oagis"),
    ("cxml", rb"<cXML[\s>]|cXML\.dtd"),
    ("idoc", rb"<IDOC[\s>]|EDI_DC40"),
)
_JSON_FAMILIES = (
    ("canonical", rb'"document"\s*:\s*"[a-z_]+"'),
    ("epcis", rb'epcis-context|"type"\s*:\s*"EPCIS(?:Query)?Document"|"eventList"|"bizStep"'),
    ("dcsa", rb'"(?:eventClassifierCode|equipmentEventTypeCode|transportEventTypeCode|shipmentEventTypeCode)"'),
    ("otm", rb'"(?:entityType|externalAttributes)"\s*:|opentripmodel'),
    ("carrier", rb'"(?:tracking_?[nN]umbers?|tracking_?[sS]tatus|tracking_(?:events|details|code)|shipments?|'
                rb'trackResults|trackResponse|trackShipments|completeTrackResults|latestStatusUpdate|'
                rb'carrier(?:_code)?|parcels?|rates?|service_?[cC]ode)"\s*:'),
)  # fmt: skip
_XML = tuple((name, re.compile(pattern)) for name, pattern in _XML_FAMILIES)
_JSON = tuple((name, re.compile(pattern)) for name, pattern in _JSON_FAMILIES)
_SIGNS = {b",": "commas", b";": "semicolons", b"\t": "tabs", b"|": "bars"}
_QUOTED = re.compile(rb'"[^"]*+"?')
_LINES_MAX = 50


class Detected(Struct, frozen=True):
    """What a file seems to be: the format, its family where there are several (XML, JSON), and why we think so.

    The format is "unknown" when nothing speaks for any; fixed-width files look like nothing and have to be declared.
    """

    format: str
    why: str
    family: str = ""


def detect(body: bytes, file_name: str = "") -> Detected:
    """Return which format *body* is in, by its first kilobytes and, where they say nothing, by its name."""
    head = bytes(body[:LOOK_BYTES])
    if head.startswith(b"PK\x03\x04"):
        return _zipped(body, file_name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Detected("unknown", "It begins as an old binary Office file (XLS) or one with a password.")
    if head[:3] in (_EBCDIC_ISA, _EBCDIC_UNA, _EBCDIC_UNB):
        known = "x12" if head[:3] == _EBCDIC_ISA else "edifact"
        return Detected(known, "It begins with that standard's first segment, written in EBCDIC.")
    text = _narrowed(head).removeprefix(_BYTE_ORDER_MARK).lstrip(_SPACE)
    if not text:
        return Detected("unknown", "There is nothing in it.")
    return _envelope(text) or _markup(text) or _mime(text) or _buried(text) or _rows(text, file_name)


def _narrowed(head: bytes) -> bytes:
    """Return the beginning with one byte for a character where it is UTF-16."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(codec, "replace").encode("utf-8", "replace")
    if b"\x00" in head[:4]:
        codec = "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"
        return head.decode(codec, "replace").encode("utf-8", "replace")
    return head


def _zipped(body: bytes, file_name: str) -> Detected:
    # The names in a zip stand in clear text; the list of them at its end.
    if b"xl/" in body[:LOOK_BYTES] or b"xl/workbook" in body[-LOOK_BYTES:] or file_name.lower().endswith(".xlsx"):
        return Detected("xlsx", "It is a zip with the parts of a workbook.")
    return Detected("unknown", "It is a zip, and no workbook.")


def _envelope(text: bytes) -> Detected | None:
    """Look for the first segment of the standards that have one."""
    if _X12.match(text):
        return Detected("x12", "It begins with an ISA segment.")
    if found := _EDIFACT.match(text):
        return Detected("edifact", f"It begins with a {found[0][:3].decode()} segment.")
    if _TRADACOMS.match(text):
        return Detected("tradacoms", f"It begins with {text[:4].decode()}.")
    if _X12_SET.match(text):
        return Detected(
            "x12", f"It begins with {text[:2].decode()}, a segment inside an X12 interchange that is not there."
        )
    if _IDOC.match(text):
        return Detected("idoc", "It begins with the control record of an IDoc, EDI_DC40.")
    return None


def _markup(text: bytes) -> Detected | None:
    if text.startswith(b"<"):
        family = next((name for name, sign in _XML if sign.search(text)), "")
        root = _ROOT.search(text)
        named = f" and its first element is {root[2].decode('ascii', 'replace')}" if root else ""
        return Detected("xml", f"It begins with '<'{named}.", family) if root or text.startswith(b"<?xml") else None
    if text.startswith((b"{", b"[")):
        family = next((name for name, sign in _JSON if sign.search(text)), "")
        named = f", and what stands in it is called as in {family}" if family else ""
        return Detected("json", f"It begins with {text[:1].decode()!r}{named}.", family)
    return None


def _mime(text: bytes) -> Detected | None:
    lines = text[:2000].splitlines()[:20]
    headers = [line for line in lines if _HEADER_LINE.match(line)]
    if headers or _BOUNDARY.match(text):
        as2 = any(line.lower().startswith(b"as2-") for line in headers)
        return Detected("mime", "It begins with the headers of a message.", "as2" if as2 else "")
    return None


def _buried(text: bytes) -> Detected | None:
    """Look for an interchange that something stands before."""
    if found := re.search(rb"ISA([*|^])[0-9]{2}\1.{10}\1[0-9]{2}\1", text, re.DOTALL):
        return Detected("x12", f"An ISA segment begins {found.start()} bytes into it.")
    if found := re.search(rb"UNA.{6}\s{0,5}UNB|UNB\+UNO[A-Z][:+]", text, re.DOTALL):
        return Detected("edifact", f"A {found[0][:3].decode()} segment begins {found.start()} bytes into it.")
    return None


def _rows(text: bytes, file_name: str) -> Detected:
    """Look whether the lines have the same number of cells."""
    lines = [line for line in _QUOTED.sub(b"", text).splitlines() if line.strip()]
    if len(text) > LOOK_BYTES - 4 and len(lines) > 1:
        lines.pop()
    lines = lines[:_LINES_MAX]
    if not all(byte >= 32 or byte in b"\t\r\n\f\x1a" for byte in set(text)):
        return Detected("unknown", "It holds bytes that are no text, and no format we know begins so.")
    if text.lower().startswith(b"sep="):
        return Detected("csv", "Its first line says which delimiter it has.")
    best, sign = max((_evenness(lines, sign), sign) for sign in _SIGNS)
    if best >= 0.5 and len(lines) > 1:
        return Detected("csv", f"{_SIGNS[sign].capitalize()} part its lines into equally many cells.")
    if file_name.lower().endswith((".csv", ".tsv")):
        return Detected("csv", f"It is called {file_name[-80:]}.")
    return Detected("unknown", "It begins like no format we know; a fixed-width file has to be declared.")


def _evenness(lines: list[bytes], sign: bytes) -> float:
    """Return which share of the lines has the number of cells that most have, where that is more than one."""
    if not lines:
        return 0.0
    (most, times), *_ = Counter(line.count(sign) for line in lines).most_common(1)
    return times / len(lines) if most else 0.0


def of_media_type(media_type: str) -> str:
    """Return the format that a media type names; empty when it names none of ours."""
    return _FORMAT_OF.get(media_type.partition(";")[0].strip().lower(), "")
