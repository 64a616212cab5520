"""Read a small JSON body, and put a command to an object so that asking twice is asking once."""

import json
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from msgspec import Struct

from tradelane.api.access import header
from tradelane.api.body import read_body
from tradelane.api.deeds import deed_of
from tradelane.api.house import House
from tradelane.api.problem import Problem, refusal
from tradelane.model.command import Command
from tradelane.model.finding import Finding, Place
from tradelane.model.identity import derived_id, partition
from tradelane.partners.lookup import Principal
from tradelane.store.port import Arrival, Receipt

BODY_BYTES_MAX = 64 * 1024
WAIT_SECONDS = 5.0
KEY_LENGTH_MAX = 200

T = TypeVar("T")


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command led to: its events, in our event schemas; none of them when nothing was left to do."""

    command: str
    done: bool
    events: tuple[msgspec.Raw, ...] = ()
    link: str = ""


async def body_of(request: Request[Any, Any, Any], kind: type[T]) -> T:
    """Return the request's JSON body as *kind*, or refuse it with every finding."""
    content = header(request.scope["headers"], b"content-type").split(";")[0].strip().lower()
    if content != "application/json":
        raise refusal(415, "request.content-type", "The body must be JSON.", "Send it as application/json.")
    return read_json(await read_body(dict(request.scope), request.receive, BODY_BYTES_MAX), kind)


def read_json(body: bytes, kind: type[T]) -> T:
    """Return *body* as *kind*: not JSON or ambiguous is 400; fields that are unknown, missing or wrong are 422, all
    of them named.
    """
    try:
        tree = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except Problem:
        raise
    except (ValueError, RecursionError):
        raise refusal(400, "json.syntax", "The body is not JSON.", "Send one JSON object in UTF-8.") from None
    if not isinstance(tree, dict):
        raise refusal(422, "json.shape", "The body is not a JSON object.", "Send an object with named fields.")
    findings = _wrong_fields(tree, kind)
    if findings:
        raise Problem(422, *findings)
    return msgspec.convert(tree, kind)


async def put(
    house: House, request: Request[Any, Any, Any], who: Principal, stream: str, command: Command
) -> Response[Any]:
    """Put *command* to *stream* and answer with what it led to; 202 with a link while that is not known."""
    key = header(request.scope["headers"], b"idempotency-key")
    command_id, replayed = house.new_id(), False
    if key:
        command_id = derived_id("command", who.kind, who.name, request.url.path, key)
        replayed = await _asked_before(house, stream, command, key, command_id)
    deed = deed_of(house, request, who, str(command.__struct_config__.tag), stream, command)
    reply = await house.ask(stream, command, command_id, WAIT_SECONDS, deed)
    try:
        answer = told(house, stream, command_id, reply)
    except Problem as problem:
        await house.store.end_deed(deed, problem.status, " ".join(one.says for one in problem.findings))
        raise
    if not replayed:
        await house.store.end_deed(deed, answer.status_code or 200, "")
    if replayed:
        answer.headers["idempotent-replay"] = "true"
    return answer


def told(house: House, stream: str, command_id: str, reply: bytes | None) -> Response[Any]:
    """Return a reply as an answer: refused commands are 409 with the reasons."""
    link = f"/process/v1/commands/{partition(stream, house.store.partitions)}.{command_id}"
    if reply is None:
        return Response(Outcome(command=command_id, done=False, link=link), status_code=202, headers={"location": link})
    refused = refusals(reply)
    if refused is not None:
        raise Problem(409, *refused)
    events = tuple(msgspec.json.decode(reply, type=list[msgspec.Raw]))
    return Response(Outcome(command=command_id, done=True, events=events), status_code=200)


def refusals(reply: bytes) -> tuple[Finding, ...] | None:
    """Return why a command was refused; None if it was not."""
    for event in msgspec.json.decode(reply):
        kind = str(event.get("type", ""))
        if kind.endswith((".refused", "_refused")):
            return msgspec.convert(event.get("findings", ()), tuple[Finding, ...])
    return None


def key_of(house: House, request: Request[Any, Any, Any], who: Principal) -> str:
    """Return what tells this request from another of the same content: its key of whoever asks, or a new one."""
    key = header(request.scope["headers"], b"idempotency-key")
    return derived_id("key", who.kind, who.name, key) if key else house.new_id()


async def _asked_before(house: House, stream: str, command: Command, key: str, command_id: str) -> bool:
    """Remember what was asked under this key; refuse the key for anything else."""
    if len(key) > KEY_LENGTH_MAX:
        says, fix = f"The Idempotency-Key is longer than {KEY_LENGTH_MAX} characters.", "Send a UUID, for example."
        raise refusal(400, "request.idempotency-key", says, fix)
    content = sha256(msgspec.json.encode(command) + stream.encode()).hexdigest()
    part = partition(stream, house.store.partitions)
    digest = sha256(f"door\x1f{command_id}".encode()).hexdigest()
    receipt = Receipt(part=part, digest=digest, content_sha256=content, answer=b"")
    taken = (await house.store.put([Arrival(receipt=receipt)]))[0]
    if taken.repeats is None:
        return False
    if taken.repeats.content_sha256 != content:
        says, fix = "This Idempotency-Key came before with other content.", "Use a new key for a new request."
        raise refusal(422, "request.idempotency-mismatch", says, fix)
    return True


def _wrong_fields(tree: dict[str, Any], kind: type[Any]) -> list[Finding]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    found = [
        _finding("json.unknown-field", name, "is not a field of this request.") for name in tree if name not in fields
    ]
    for name, field in fields.items():
        if name not in tree:
            if field.required:
                found.append(_finding("json.missing-field", name, "is missing."))
            continue
        try:
            msgspec.convert(tree[name], field.type)
        except msgspec.ValidationError as error:
            found.append(_finding("json.wrong-value", name, f"is not right: {error}."))
    return found


def _finding(code: str, name: str, says: str) -> Finding:
    name = name[:80]
    return Finding(
        code=code, says=f"{name} {says}", fix="See /openapi.json for the fields.", where=Place(path=f"$.{name}")
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise refusal(400, "json.duplicate-key", "A field comes twice in the body.", "Send every field once.")
    for name, value in tree.items():
        if not _storable(name) or (isinstance(value, str) and not _storable(value)):
            raise refusal(400, "json.character", "A text holds a character that cannot be kept.", "Leave it out.")
    return tree


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _no_constant(name: str) -> Any:
    raise refusal(400, "json.number", f"{name[:10]} is not a JSON number.", "Send a number or leave it out.")
