"""The published description of the doors: what Litestar knows of them, and what it cannot know, as one OpenAPI 3.1
document.
"""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig

from tradelane.api.cases import Assignment, Comment, Resolution, Snooze
from tradelane.api.invoices import Judgement, Payment, Posting
from tradelane.api.orders import AnswerDecision, Closing, InvoiceDecision
from tradelane.api.replays import Replay
from tradelane.api.routes import routes
from tradelane.api.sending import Correction, SendAgain
from tradelane.api.session import SignIn
from tradelane.api.supplier_word import Reminder, SaidAnswer
from tradelane.api.transmissions import PATH
from tradelane.model.finding import Finding

_BODIES: dict[str, type[Any]] = {
    "/process/v1/cases/{id}/assign": Assignment,
    "/process/v1/cases/{id}/resolve": Resolution,
    "/process/v1/cases/{id}/comment": Comment,
    "/process/v1/cases/{id}/snooze": Snooze,
    "/process/v1/orders/{number}/remind": Reminder,
    "/process/v1/documents/{id}/send": SendAgain,
    "/process/v1/documents/{id}/correct": Correction,
    "/process/v1/orders/{number}/answer": SaidAnswer,
    "/process/v1/orders/{number}/answer/decide": AnswerDecision,
    "/process/v1/orders/{number}/invoices/{invoice}/decide": InvoiceDecision,
    "/process/v1/orders/{number}/close": Closing,
    "/process/v1/invoices/{partner}/{number}/decide": Judgement,
    "/process/v1/invoices/{partner}/{number}/posted": Posting,
    "/process/v1/invoices/{partner}/{number}/paid": Payment,
}
_KEYED = (*_BODIES, PATH)
_REPLAYS = "/process/v1/replays"
_SESSION = "/session"

_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Your API key."},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "Your API key."},
}

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key with the same content gets the same answer and has one effect.",
}

_ANSWERS = {
    "202": "Stored durably; see what became of it under /partner/v1/transmissions/{id}.",
    "400": "The request is not well formed, or the JSON is ambiguous.",
    "403": "The envelope names a sender that is not you.",
    "408": "The body came too slowly.",
    "409": "The same request is still being worked on.",
    "413": "The body is too large.",
    "415": "This kind of content is not taken.",
    "422": "The JSON cannot be taken, or the Idempotency-Key came before with other content.",
    "503": "Nothing was stored; come back after Retry-After seconds.",
}


@cache
def written(version: str) -> bytes:
    """Return the document as JSON with sorted keys."""
    return msgspec.json.format(msgspec.json.encode(_document(version), order="sorted"), indent=2) + b"\n"


def _document(version: str) -> dict[str, Any]:
    config = OpenAPIConfig(title="Tradelane", version=version, description="Partner API and process API.")
    tree: dict[str, Any] = Litestar(routes(), openapi_config=config, logging_config=None).openapi_schema.to_schema()
    tree.pop("servers", None)
    schemas: dict[str, Any] = tree.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema(schemas)
    tree["components"]["securitySchemes"] = _SECURITY
    tree["security"] = [{"bearer": []}, {"key": []}]
    tree["paths"][PATH] = {**tree["paths"].get(PATH, {}), "post": _transmission()}
    for path, kind in _BODIES.items():
        _add_body(tree["paths"][path]["post"], kind, schemas)
    _add_body(tree["paths"][_REPLAYS]["post"], Replay, schemas)
    _add_body(tree["paths"][_SESSION]["post"], SignIn, schemas)
    for path, operations in tree["paths"].items():
        for method, operation in operations.items():
            _finish(path, method, operation)
    return tree


def _problem_schema(schemas: dict[str, Any]) -> dict[str, Any]:
    (finding,), parts = msgspec.json.schema_components([Finding], ref_template="#/components/schemas/{name}")
    schemas.update({name: part for name, part in parts.items() if name not in schemas})
    text = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "description": "Why a request was refused (RFC 9457), with every problem in it.",
        "required": ["type", "title", "status", "detail", "request_id", "findings"],
        "properties": {
            **{name: text for name in ("type", "title", "detail", "request_id")},
            "status": {"type": "integer"},
            "findings": {"type": "array", "items": finding},
        },
    }


def _add_body(operation: dict[str, Any], kind: type[Any], schemas: dict[str, Any]) -> None:
    (reference,), parts = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    schemas.update(parts)
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}


def _finish(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say how refusals look, and which requests may be repeated under a key."""
    answers = operation.setdefault("responses", {})
    answers.pop("400", None) if path != PATH or method != "post" else None
    answers["default"] = _refusal("Refused; the answer says why and what to do.")
    if path in _KEYED and method == "post":
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if path in _BODIES:
        answers.pop("201", None)
        answers["200"] = {"description": "Done."}
        answers["202"] = {"description": "Asked; the answer is at the link when it is there."}
    if path.startswith(("/health", _SESSION)):
        operation["security"] = []


def _refusal(says: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": says, "content": content}


_SENT_AS = ("application/edi-x12", "application/json", "application/xml", "text/plain")


def _transmission() -> dict[str, Any]:
    text = {"type": "string"}
    taken = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": text, "sha256": text, "size": {"type": "integer"}},
    }
    answers = {status: _refusal(says) for status, says in _ANSWERS.items()}
    answers["202"] = {"description": _ANSWERS["202"], "content": {"application/json": {"schema": taken}}}
    return {
        "summary": "Send a transmission",
        "description": "X12, our JSON or what is agreed. The answer comes after the bytes are stored durably.",
        "operationId": "PartnerV1TransmissionsSend",
        "tags": ["partner"],
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": text} for kind in _SENT_AS},
        },
        "responses": answers,
    }
