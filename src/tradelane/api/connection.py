"""One client's connection: HTTP/1.1 as uvicorn and httptools read it, with the limits that they leave open."""

import asyncio

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tradelane.api.gate import HEADER_BYTES_MAX, HEADERS_MAX, SAFE_HEADERS, headers_too_large, log
from tradelane.api.problem import MEDIA_TYPE, Problem, document, refusal, unavailable

CONNECTIONS_MAX = 1024
HEAD_SECONDS_MAX = 15
IDLE_SECONDS_MAX = 75
PIPELINED_MAX = 64

_BODY_HEADERS = (b"content-length", b"transfer-encoding")


class Connection(HttpToolsProtocol):
    """Hears one client and answers it, for as long and as much as the limits say."""

    _waiting_bytes = 0
    _in_head = False
    _going_on = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to listen, unless too many are heard already."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX:
            self._refuse(unavailable())
        self._wait(HEAD_SECONDS_MAX)

    def data_received(self, data: bytes) -> None:
        """Read on; what only grows and never completes anything is refused."""
        self._waiting_bytes += len(data)
        try:
            self._read(memoryview(data))
        except HttpParserError:
            says = "The request breaks the rules of HTTP, or its length can be read in two ways."
            fix = "Send Content-Length or chunks, not both, and each header on a line of its own."
            self._refuse(refusal(400, "request.malformed", says, fix))
        else:
            if self._waiting_bytes > HEADER_BYTES_MAX:
                self._refuse(headers_too_large())

    def on_message_begin(self) -> None:
        """Give the head of a request its time."""
        if not self._going_on:
            super().on_message_begin()
            self._in_head, self._waiting_bytes = True, 0
            self._wait(HEAD_SECONDS_MAX)

    def on_url(self, url: bytes) -> None:
        """Keep a piece of the address."""
        if self._in_head:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; not trailers, which nobody has checked, and no more than it takes to be refused."""
        if self._in_head and len(self.headers) <= HEADERS_MAX:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request over; how fast its body must come is told by who reads it."""
        if self._in_head:
            if len(self.pipeline) >= PIPELINED_MAX:
                raise ValueError("more requests at once than are kept in line")
            super().on_headers_complete()
            self._in_head, self._waiting_bytes = False, 0
            self._unset_keepalive_if_required()

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body over."""
        super().on_body(body)
        self._waiting_bytes = 0

    def on_message_complete(self) -> None:
        """Say that the body is whole, unless the parser only believes so because an upgrade was asked for."""
        if not self.parser.should_upgrade():
            super().on_message_complete()
            self._waiting_bytes = 0

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of its head if that is coming already."""
        super().on_response_complete()
        if self._in_head and self.timeout_keep_alive_task is not None:
            self._wait(HEAD_SECONDS_MAX)

    def shutdown(self) -> None:
        """Let the request under way end; a stream never would, so who listens to one is hung up on at once."""
        if self.cycle is not None and self.cycle.chunked_encoding:
            self.transport.close()
        else:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """Hang up when the time is over; an answer under way goes out first."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            super().timeout_keep_alive_handler()

    def _wait(self, seconds: float) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _read(self, data: memoryview) -> None:
        while True:
            try:
                return self.parser.feed_data(data)
            except HttpParserUpgrade as asked:
                data = data[asked.args[0] :]
                self._go_on()

    def _go_on(self) -> None:
        """Read on as if no upgrade had been asked for: we know none, and the body is the request's all the same."""
        self.parser = HttpRequestParser(self)
        told = b"".join(b"%b: %b\r\n" % pair for pair in self.headers if pair[0] in _BODY_HEADERS)
        self._going_on = True
        self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % told)
        self._going_on = False

    def _refuse(self, problem: Problem) -> None:
        cycle = self.cycle
        under_way = cycle is not None and not cycle.response_complete
        if under_way and not cycle.more_body:
            # The fault is in a later request: those before it are answered, and then we hang up.
            cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if under_way:
            cycle.disconnected = True
            cycle.message_event.set()
        if not (under_way and (cycle.response_started or self.pipeline)):
            self.transport.write(_written(problem))
        log.info("refused", status=problem.status, code=problem.findings[0].code)
        self.transport.close()


def _written(problem: Problem) -> bytes:
    body = document(problem, "")
    headers = [
        *((name.encode(), value.encode()) for name, value in problem.headers.items() if name != "connection"),
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *SAFE_HEADERS,
    ]
    return STATUS_LINE[problem.status] + b"".join(b"%b: %b\r\n" % pair for pair in headers) + b"\r\n" + body
