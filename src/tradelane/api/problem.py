"""How a request is refused: one shape for every refusal (RFC 9457), with every finding in it and never a trace of
our code.
"""

from typing import Any

import msgspec

from tradelane.model.finding import Finding, Place

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: "The request is not well formed",
    401: "Who are you?",
    403: "This is not for you",
    404: "There is nothing here",
    405: "That cannot be done here",
    408: "The body came too slowly",
    409: "That cannot be done now",
    413: "The body is too large",
    415: "This kind of content is not taken here",
    422: "The content cannot be taken",
    429: "Too many requests",
    431: "The headers are too large",
    500: "Something went wrong on our side",
    503: "Not available now",
}


class Problem(Exception):
    """A refusal on its way out. ``findings`` say what is wrong and what to do; ``headers`` go with the answer."""

    def __init__(self, status: int, *findings: Finding, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.findings, self.headers = status, findings, headers or {}


def refusal(
    status: int, code: str, says: str, fix: str, *, path: str = "", headers: dict[str, str] | None = None
) -> Problem:
    """Return a refusal with one finding."""
    finding = Finding(code=code, says=says, fix=fix, where=Place(path=path))
    return Problem(status, finding, headers=headers)


def not_found() -> Problem:
    """Return the one answer for what does not exist and for what is somebody else's (promise P22)."""
    return refusal(404, "request.not-found", "There is nothing at this address for you.", "Check the number or id.")


def unknown_caller() -> Problem:
    """Return the one answer to every caller we do not know, whatever is wrong with the key."""
    says, fix = (
        "The request carries no key that we know.",
        "Send your API key as Authorization: Bearer, or as X-Api-Key.",
    )
    return refusal(401, "request.unknown-caller", says, fix, headers={"www-authenticate": "Bearer"})


def unavailable(seconds: int = 2) -> Problem:
    """Return the answer while the database is away: nothing was stored, ask again."""
    says, fix = "We cannot store anything just now.", f"Send the same request again in {seconds} seconds."
    return refusal(503, "request.unavailable", says, fix, headers={"retry-after": str(seconds)})


def document(problem: Problem, request_id: str) -> bytes:
    """Return the refusal as a problem document."""
    first = problem.findings[0] if problem.findings else None
    slug = first.code.replace(".", ":") if first else str(problem.status)
    body: dict[str, Any] = {
        "type": f"urn:tradelane:problem:{slug}",
        "title": TITLES.get(problem.status, "The request was refused"),
        "status": problem.status,
        "detail": f"{first.says} {first.fix}" if first else "",
        "request_id": request_id,
        "findings": problem.findings,
    }
    return msgspec.json.encode(body)
