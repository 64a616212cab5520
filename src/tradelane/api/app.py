"""All doors over HTTP as one ASGI application: the gate in front, the hot door beside, Litestar for everything else."""

from typing import Any, cast

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from tradelane.api import events, openapi_document
from tradelane.api.asking import BODY_BYTES_MAX
from tradelane.api.body import PACE, Disconnected, Pace
from tradelane.api.console import Console, built
from tradelane.api.gate import Asgi, Gate, Receive, Scope, Send, broken, log, place
from tradelane.api.house import House
from tradelane.api.problem import MEDIA_TYPE, TITLES, Problem, document, not_found, refusal, unavailable
from tradelane.api.routes import routes
from tradelane.api.transmissions import PATH, TransmissionDoor
from tradelane.model.finding import Finding, Place
from tradelane.store.port import StoreUnavailable


def build(house: House, *, pace: Pace = PACE, heartbeat_seconds: float = events.HEARTBEAT_SECONDS) -> Asgi:
    """Return the application of this house."""
    state = State({"house": house, "bell": events.Bell(house.store), "heartbeat_seconds": heartbeat_seconds})
    breadth = cast(
        Asgi,
        Litestar(
            routes(),
            state=state,
            openapi_config=None,
            logging_config=None,
            request_max_body_size=BODY_BYTES_MAX,
            exception_handlers={Exception: _refuse, HTTPException: _refuse},
        ),
    )
    doors = _Switch(TransmissionDoor(house, pace), breadth, openapi_document.written(house.version), Console(built()))
    return Gate(doors, house.new_id)


def openapi(house: House) -> bytes:
    """Return the published description of all doors: OpenAPI 3.1 as JSON, the same bytes for the same code."""
    return openapi_document.written(house.version)


class _Switch:
    """Sends the one hot address to its own door, the console's to the console, and everything else to Litestar."""

    def __init__(self, hot: Asgi, breadth: Asgi, description: bytes, console: Console) -> None:
        self.hot, self.breadth, self.description, self.console = hot, breadth, description, console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose by address and method as they stand; headers that claim another method are not read anywhere."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            await self.hot(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/openapi.json" and scope["method"] == "GET":
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self.description))]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self.description})
        elif scope["type"] == "http" and self.console.answers(scope):
            await self.console(scope, receive, send)
        else:
            await self.breadth(scope, receive, send)


def _refuse(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    scope: Any = request.scope
    problem = _problem(error, scope["tradelane.request_id"])
    body = document(problem, scope["tradelane.request_id"])
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers)


def _problem(error: Exception, request_id: str) -> Problem:
    """Return what the caller hears of an error; ours are logged by kind and place, and never shown."""
    match error:
        case Problem():
            return error
        case StoreUnavailable():
            return unavailable()
        case Disconnected():
            return refusal(400, "request.incomplete", "The body ended before its end.", "Send it again.")
        case HTTPException(status_code=404):
            return not_found()
        case HTTPException(status_code=405):
            allowed = {"allow": (error.headers or {}).get("Allow", "")}
            return refusal(
                405, "request.method", "This address does not know this method.", "See /openapi.json.", headers=allowed
            )
        case HTTPException(status_code=413):
            says, fix = "The body is larger than this address takes.", "Send a smaller one."
            return refusal(413, "request.too-large", says, fix, headers={"connection": "close"})
        case HTTPException(status_code=status) if status < 500:
            return _wrong_parameters(error, status)
        case _:
            log.error("failed", request_id=request_id, error=type(error).__name__, place=place(error))
            return broken()


def _wrong_parameters(error: HTTPException, status: int) -> Problem:
    """Every parameter that is wrong, by name."""
    extra: Any = error.extra
    told = extra if isinstance(extra, list) else []
    findings = [
        Finding(
            code="request.parameter",
            says=f"{each.get('key', 'A parameter')}: {each.get('message', 'is not right')}.",
            fix="See /openapi.json for what it may be.",
            where=Place(path=str(each.get("key", ""))),
        )
        for each in told
        if isinstance(each, dict)
    ]
    return Problem(status, *(findings or refusal(status, "request.refused", TITLES.get(status, ""), "").findings))
