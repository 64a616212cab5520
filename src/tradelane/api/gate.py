"""What stands before every door: limits on headers, a request id, safe headers on every answer, one log line, and no
stack trace ever.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from tradelane.api.body import Disconnected
from tradelane.api.problem import MEDIA_TYPE, Problem, document, refusal, unavailable
from tradelane.store.port import StoreUnavailable

HEADERS_MAX = 100
HEADER_BYTES_MAX = 16 * 1024

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"),
    (b"cache-control", b"no-store"),
)

log = structlog.get_logger("tradelane.api")


class Gate:
    """An ASGI application around another. Every HTTP request passes it, the hot path too."""

    def __init__(self, inner: Asgi, new_id: Callable[[], str]) -> None:
        self.inner, self.new_id = inner, new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it; whatever happens, answer once and say so in the log."""
        if scope["type"] == "lifespan":
            return await self.inner(scope, receive, send)
        if scope["type"] != "http":
            return None
        began, request_id = time.perf_counter(), self.new_id()
        scope["tradelane.request_id"] = request_id
        answer = _Answer(send, request_id)
        try:
            refuse_bad_head(scope)
            await self.inner(scope, receive, answer)
        except Disconnected:
            log.info("left", request_id=request_id, method=scope["method"], path=scope["path"])
            return None
        except Problem as problem:
            await answer.refuse(problem)
        except StoreUnavailable:
            await answer.refuse(unavailable())
        except Exception as error:
            # The answer says nothing of it; the log says where, and keeps values out.
            log.error("failed", request_id=request_id, error=type(error).__name__, place=place(error))
            await answer.refuse(broken())
        _told(scope, answer, began)
        return None


def refuse_bad_head(scope: Scope) -> None:
    """Refuse headers that are too many, too large, or that two readers could understand in two ways."""
    headers, address = scope["headers"], len(scope["path"]) + len(scope["query_string"])
    if len(headers) > HEADERS_MAX or address + sum(len(k) + len(v) + 4 for k, v in headers) > HEADER_BYTES_MAX:
        raise headers_too_large()
    names = [k for k, _ in headers if k in (b"content-length", b"transfer-encoding", b"host")]
    codings = [v.strip().lower() for k, v in headers if k == b"transfer-encoding"]
    both = b"content-length" in names and bool(codings)
    if both or any(coding != b"chunked" for coding in codings) or len(names) != len(set(names)):
        says = "The headers say in two ways how long the body is, or whom it is for."
        raise refusal(
            400, "request.ambiguous-framing", says, "Send Content-Length or chunks, not both.", headers=_CLOSE
        )
    if not any(v.strip() for k, v in headers if k == b"host"):
        raise refusal(400, "request.no-host", "The request names no host.", "Send a Host header.", headers=_CLOSE)


def headers_too_large() -> Problem:
    """Return the refusal of more headers than we read, the address counted in."""
    says = f"The headers are more than {HEADERS_MAX}, or with the address larger than {HEADER_BYTES_MAX} bytes."
    return refusal(431, "request.headers-too-large", says, "Send fewer or shorter headers.", headers=_CLOSE)


def broken() -> Problem:
    """Return the answer to our own faults: that it was us, and a number to ask about."""
    says, fix = "We failed to answer this.", "Try again; if it stays, tell us the request_id of this answer."
    return refusal(500, "request.failed", says, fix)


_CLOSE = {"connection": "close"}


class _Answer:
    """The way out: puts the safe headers on, remembers what was said, and can still refuse while nothing was said."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.send, self.request_id = send, request_id
        self.status, self.size = 0, 0

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = list(message.get("headers", ()))
            names = {bytes(name).lower() for name, _ in said}
            safe = [pair for pair in SAFE_HEADERS if pair[0] not in names]
            message = {**message, "headers": [*said, *safe, (b"x-request-id", self.request_id.encode())]}
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        await self.send(message)

    async def refuse(self, problem: Problem) -> None:
        """Answer with a problem document, unless an answer has begun."""
        if self.status:
            return
        body = document(problem, self.request_id)
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        headers += [(name.encode(), value.encode()) for name, value in problem.headers.items()]
        await self({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self({"type": "http.response.body", "body": body})


def _told(scope: Scope, answer: _Answer, began: float) -> None:
    log.info(
        "answered",
        request_id=answer.request_id,
        method=scope["method"],
        path=scope["path"][:200],
        status=answer.status,
        bytes=answer.size,
        ms=round((time.perf_counter() - began) * 1000, 1),
        caller=scope.get("tradelane.caller", ""),
    )


def place(error: BaseException) -> str:
    """Return the file and line where an error arose, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
