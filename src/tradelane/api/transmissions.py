"""The hot door: a partner sends a transmission, and hears yes only when its bytes are safe. Plain ASGI, nothing
between.
"""

import asyncio
import re
from typing import Any

import msgspec

from tradelane.api.access import header, partner
from tradelane.api.body import PACE, Pace, Receive, read_body
from tradelane.api.gate import Scope, Send
from tradelane.api.house import House
from tradelane.api.problem import Problem, refusal, unavailable
from tradelane.formats.detect import MEDIA_TYPES, detect
from tradelane.model.finding import Finding
from tradelane.partners.profile import Profile

PATH = "/partner/v1/transmissions"
IN_FLIGHT_BYTES_MAX = 256 * 1024 * 1024
"""Bodies held in memory at one time, over all senders; beyond it we say so before reading."""

_TAKEN = {
    "application/edi-x12": "application/edi-x12",
    "text/plain": "application/edi-x12",
    "application/json": "application/json",
    MEDIA_TYPES["xml"]: MEDIA_TYPES["xml"],
    "text/xml": MEDIA_TYPES["xml"],
    MEDIA_TYPES["csv"]: MEDIA_TYPES["csv"],
    MEDIA_TYPES["xlsx"]: MEDIA_TYPES["xlsx"],
    "application/octet-stream": "",
    "": "",
}
_ANSWERED_AT_ONCE = ("application/json", MEDIA_TYPES["xml"])
_INLINE_BYTES_MAX = 64 * 1024
_TRANSPORT_ID = re.compile(r"[\x21-\x7e]{1,200}")
_FILE_NAME = re.compile(r'filename="?([^";]{1,255})"?', re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class TransmissionDoor:
    """``POST /partner/v1/transmissions`` as one small ASGI application."""

    def __init__(self, house: House, pace: Pace = PACE, in_flight_bytes_max: int = IN_FLIGHT_BYTES_MAX) -> None:
        self.house, self.pace = house, pace
        self.in_flight, self.in_flight_bytes_max = 0, in_flight_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Authenticate before reading, read within limits, take, answer."""
        house, headers = self.house, scope["headers"]
        sender = partner(house, scope)
        media_type = _media_type(header(headers, b"content-type"))
        transport_id = _transport_id(header(headers, b"idempotency-key"))
        body = await self._read(scope, receive)
        media_type = _sniffed(body, media_type)
        if media_type in _ANSWERED_AT_ONCE:
            await self._refuse_bad(body, sender, media_type)
        answer = await house.intake.take(
            sender,
            body,
            channel="http",
            transport_id=transport_id,
            media_type=media_type,
            file_name=_file_name(header(headers, b"content-disposition")),
            now=house.now(),
        )
        if answer.status >= 400:
            raise _refused(answer.status, answer.body, int(getattr(answer, "retry_after", 0) or 2))
        said = [(b"content-type", b"application/json"), (b"content-length", str(len(answer.body)).encode())]
        if answer.replayed:
            said.append((b"idempotent-replay", b"true"))
        await send({"type": "http.response.start", "status": answer.status, "headers": said})
        await send({"type": "http.response.body", "body": answer.body})

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """Read the body while its room in memory is reserved: as declared, or the limit where nothing is declared."""
        limit = self.house.registry.settings.server.body_bytes_max
        declared = header(scope["headers"], b"content-length")
        room = min(int(declared), limit) if declared.isdigit() and not _compressed(scope) else limit
        if self.in_flight and self.in_flight + room > self.in_flight_bytes_max:
            raise unavailable()
        self.in_flight += room
        try:
            return await read_body(scope, receive, limit, self.pace)
        finally:
            self.in_flight -= room

    async def _refuse_bad(self, body: bytes, sender: Profile, media_type: str) -> None:
        """Say at once what is wrong with JSON or XML: its sender waits, and has no report to hear it by later."""
        if len(body) <= _INLINE_BYTES_MAX:
            reading = self.house.translate(body, sender, media_type)
        else:
            reading = await asyncio.to_thread(self.house.translate, body, sender, media_type)
        if reading.refused:
            raise Problem(_refused_status(reading.findings), *reading.findings)
        sets = [each for interchange in reading.interchanges for each in interchange.sets]
        if len(sets) == 1 and sets[0].refused:
            stranger = any(finding.code == "identity.not-yours" for finding in sets[0].findings)
            raise Problem(403 if stranger else 422, *sets[0].findings)


def _media_type(said: str) -> str:
    kind, _, parameters = said.partition(";")
    kind = kind.strip().lower()
    if kind not in _TAKEN or "utf-16" in parameters.lower() or "utf-32" in parameters.lower():
        raise _not_taken(said[:80])
    return _TAKEN[kind]


def _sniffed(body: bytes, media_type: str) -> str:
    """Return what the bytes are, where the header leaves it open; empty bodies and UTF-16 are refused."""
    if not body:
        raise refusal(422, "transmission.empty", "The body is empty.", "Send the document in the body.")
    if body.startswith(_UTF16):
        raise _not_taken("UTF-16 text")
    start = body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if media_type:
        return media_type
    if start.startswith(b"ISA"):
        return "application/edi-x12"
    if start.startswith((b"{", b"[")):
        return "application/json"
    found = detect(body).format
    if found == "idoc":
        return "text/plain"
    if found in ("csv", "xlsx", "xml"):
        return MEDIA_TYPES[found]
    raise _not_taken("content that is neither X12, JSON, XML, IDoc, CSV nor XLSX")


def _not_taken(what: str) -> Problem:
    says = f"We do not take {what} here." if what else "The content has no type."
    fix = "Send X12 as application/edi-x12, JSON and XML as application/json and /xml in UTF-8, CSV as text/csv."
    return refusal(415, "request.content-type", says, fix)


def _transport_id(said: str) -> str:
    if said and not _TRANSPORT_ID.fullmatch(said):
        says, fix = "The Idempotency-Key is not 1 to 200 plain characters.", "Send a UUID, for example."
        raise refusal(400, "request.idempotency-key", says, fix)
    return said


def _file_name(disposition: str) -> str:
    """Return the file name a sender gives, as data only: the last part of it, without control characters."""
    found = _FILE_NAME.search(disposition)
    name = re.split(r"[/\\]", found.group(1))[-1] if found else ""
    return "".join(c for c in name if c.isprintable())[:255]


def _compressed(scope: Scope) -> bool:
    return header(scope["headers"], b"content-encoding").lower() not in ("", "identity")


def _refused_status(findings: tuple[Finding, ...]) -> int:
    codes = {finding.code for finding in findings if finding.severity == "error"}
    if "identity.wrong-secret" in codes:
        return 401
    if "json.utf-16" in codes:
        return 415
    return 422 if codes == {"json.nul"} else 400


def _refused(status: int, body: bytes, retry_after: int) -> Problem:
    """Return the intake's refusal as a problem: what it found, and when to come back."""
    headers = {"retry-after": str(retry_after)} if status in (409, 429, 503) else {}
    said: dict[str, Any] = msgspec.json.decode(body) if body else {}
    findings = msgspec.convert(said.get("findings", ()), tuple[Finding, ...])
    if not findings and "code" in said:
        findings = (Finding(code=str(said["code"]), says=str(said.get("title", "")), fix=_fix(status)),)
    return Problem(status, *(findings or _spoken(status).findings), headers=headers)


def _fix(status: int) -> str:
    return _spoken(status).findings[0].fix


def _spoken(status: int) -> Problem:
    match status:
        case 403:
            says, fix = "The envelope names a sender that is not you.", "Send under an identity registered for you."
            return refusal(403, "identity.not-yours", says, fix)
        case 409:
            says, fix = "The same request is still being worked on.", "Ask again in a moment."
            return refusal(409, "request.in-progress", says, fix)
        case 422:
            says, fix = "This Idempotency-Key came before with other content.", "Use a new key for new content."
            return refusal(422, "request.idempotency-mismatch", says, fix)
        case 503 | 429:
            return unavailable()
        case _:
            return refusal(status, "request.refused", "The transmission was not taken.", "See its status.")
