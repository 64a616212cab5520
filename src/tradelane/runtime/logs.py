"""How the processes log: a line an event, for people on a terminal, else JSON; never local variables: secrets."""

import sys
from typing import TextIO

import structlog


def configure(to: TextIO | None = None) -> None:
    """Set the log up for this process; it goes to the error stream, or to an open file."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if to is None and sys.stderr.isatty():
        last: list[structlog.typing.Processor] = [
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        ]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(processors=[*shared, *last], logger_factory=structlog.PrintLoggerFactory(to or sys.stderr))
