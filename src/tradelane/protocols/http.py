"""HTTP, outbound: post a document to a partner's address and say what became of it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from tradelane.model.transmission import Delivery
from tradelane.protocols.egress import Blocked, Progress
from tradelane.protocols.port import Delivered

TIMEOUT_SECONDS = 30.0
ANSWER_BYTES_MAX = 64 * 1024
SAYS_LENGTH_MAX = 300
RETRY_AFTER_MAX = timedelta(days=7).total_seconds()
_LATER = frozenset({408, 425, 429})
_GONE = 410


class HttpChannel:
    """One partner's address. Every attempt of one delivery carries the same key and the same bytes (promise P9)."""

    def __init__(self, session: aiohttp.ClientSession, url: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._session, self._url = session, url
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Post it once.

        Cut or timed out after the connection stood, it may have been taken: that is unknown, not failed.
        """
        progress = Progress()
        try:
            return await self._post(delivery, progress)
        except aiohttp.ClientSSLError as error:
            return Delivered(result="retry", says=_short(f"The partner's certificate or TLS will not do: {error}"))
        except aiohttp.InvalidURL as error:
            return Delivered(result="refused", says=_short(f"The address is no address: {error}"))
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, Blocked) or error.os_error.errno == Blocked("").errno:
                return Delivered(result="refused", says=_short(f"We do not connect there: {error.os_error.strerror}."))
            return Delivered(result="retry", says=_short(f"No connection: {error}"))
        except TimeoutError:
            return _cut(progress, f"No answer within {self._timeout.total:g} s.")
        except (aiohttp.ClientError, OSError) as error:
            return _cut(progress, f"The connection broke: {type(error).__name__} {error}")

    async def _post(self, delivery: Delivery, progress: Progress) -> Delivered:
        async with self._session.post(
            self._url,
            data=delivery.body,
            headers=_headers(delivery),
            timeout=self._timeout,
            allow_redirects=False,
            trace_request_ctx=progress,
        ) as response:
            said = await _read(response)
            verdict = _verdict(response, said)
            if not response.content.at_eof():
                response.close()
            return verdict


def _headers(delivery: Delivery) -> dict[str, str]:
    return {
        "Idempotency-Key": delivery.id,
        "Content-Type": delivery.media_type,
        "X-Tradelane-Document-Type": delivery.document_type,
        "X-Tradelane-Document-Id": delivery.document_id,
        "X-Tradelane-File-Name": delivery.file_name,
    }


async def _read(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of the answer.

    The status has been said by now, so a body that breaks off changes nothing.
    """
    body = b""
    try:
        while len(body) < ANSWER_BYTES_MAX and (piece := await response.content.read(ANSWER_BYTES_MAX - len(body))):
            body += piece
    except (aiohttp.ClientError, TimeoutError, OSError):
        response.close()
    return body.decode("utf-8", "replace")


def _verdict(response: aiohttp.ClientResponse, said: str) -> Delivered:
    status = response.status
    says = _short(f"HTTP {status} {response.reason or ''}".rstrip() + (f": {said}" if said and status >= 300 else ""))
    if 200 <= status < 300:
        return Delivered(result="accepted", says=says)
    if status in _LATER or status >= 500:
        return Delivered(result="retry", says=says, after=_retry_after(response))
    if 300 <= status < 400:
        return Delivered(
            result="refused", says=_short(f"{says} We follow no redirects; set the new address in send.url.")
        )
    return Delivered(result="refused", says=says, disable=status == _GONE)


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """Return the seconds we are asked to wait. A date counts from the answer's own Date, so our clock is not asked."""
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked), RETRY_AFTER_MAX)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(response.headers.get("Date", ""))
        return min(max((until - now).total_seconds(), 0.0), RETRY_AFTER_MAX)
    except (ValueError, TypeError):
        return None


def _cut(progress: Progress, says: str) -> Delivered:
    if progress.connected:
        return Delivered(result="unknown", says=_short(f"{says} The partner may have it; the same key settles that."))
    return Delivered(result="retry", says=_short(says))


def _short(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:SAYS_LENGTH_MAX]
