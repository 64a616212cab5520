"""JSON: one canonical document, or an array of them, each naming its kind in ``document``. Numbers stay exact."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, islice
from typing import Any

import msgspec

from tradelane.model.finding import Finding, Place, Unreadable
from tradelane.model.message import BuiltMessage, TreeMessage

DEPTH_MAX = 64
DIGITS_MAX = 40
EXPONENT_MAX = 40
FINDINGS_MAX = 20
"""So many faults of one kind are named; whoever sent more has the idea."""

_KEY_SHOWN = 60
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00")
# A string, closed or not: what it swallows is never looked at again, so the scan stays linear on broken bodies.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+"?+', re.DOTALL)
_NOT_STRUCTURE = bytes(c for c in range(256) if c not in b'[]{}"\\')
_STEPS = [1 if c in b"[{" else -1 if c in b"]}" else 0 for c in range(256)]
_DIGITS = bytes(ord("0") if c in b"0123456789" else ord(" ") for c in range(256))
_NUMBER = re.compile(rb"-?[0-9]++(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?")
_ZEROS = b"0" * (DIGITS_MAX + 1)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SYNTAX_PLACE = re.compile(r"\(byte (\d+)\)")


def decode(body: bytes) -> list[TreeMessage]:
    """Return the documents in *body*; raises `Unreadable` with every finding, and nothing else ever."""
    tree, body = plain(body)
    many = isinstance(tree, list)
    faults = (finding for place, one in _listed(tree) for finding in _shape_faults(one, place))
    found = [*islice(faults, FINDINGS_MAX)]
    if many and not tree:
        found.append(_fault("json.shape", "The array holds no document.", "Send at least one.", path="$"))
    if found:
        raise Unreadable(*found)
    if not many:
        return [TreeMessage(tree["document"], tree, body)]
    return [TreeMessage(one["document"], one, _encoder.encode(one)) for one in tree]


def plain(body: bytes) -> tuple[Any, bytes]:
    """Return what any JSON says, numbers exact, and its bytes; raises `Unreadable` for what is none, or unsafe."""
    skipped = len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0
    body = body[skipped:]
    refusal = _refusal(body, skipped)
    if refusal is not None:
        raise Unreadable(refusal)
    return _tree(body, skipped), body


def encode(messages: Sequence[BuiltMessage]) -> bytes:
    """Return the JSON of *messages*: the object itself for one, an array for several."""
    trees = [bytes(message.tree) for message in messages]
    return trees[0] if len(trees) == 1 else b"[" + b",".join(trees) + b"]"


def _exact(text: str) -> Decimal:
    if len(text) > 2 * DIGITS_MAX:
        raise ValueError("the number has too many digits")
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > DIGITS_MAX or not isinstance(exponent, int) or abs(exponent) > EXPONENT_MAX:
        raise ValueError(f"the number {text[:DIGITS_MAX]} has too many digits or too large an exponent")
    return number


_decoder = msgspec.json.Decoder(float_hook=_exact)
_encoder = msgspec.json.Encoder(decimal_format="number")


def _refusal(body: bytes, skipped: int) -> Finding | None:
    """Look for what must not even reach a parser: other encodings, nesting without end, numbers without end."""
    if not body.strip():
        return _fault("json.empty", "The body is empty.", "Send a JSON document.", start=skipped)
    if body.startswith(_WIDE) or body[1:2] == b"\x00":
        return _fault("json.utf-16", "The body is not UTF-8 but UTF-16 or UTF-32.", "Send UTF-8.", start=skipped)
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX and _depth(body) > DEPTH_MAX:
        return _too_deep()
    if _ZEROS in body.translate(_DIGITS) and (place := _number_fault_place(body)) >= 0:
        return _number_fault(skipped + place)
    return None


def _depth(body: bytes) -> int:
    """Return how deep brackets nest outside strings, without the recursion a parser would need."""
    brackets = body.translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    if b'"' in brackets or b"\\" in brackets:
        # A string holds brackets, quotes or escapes: take the strings out one by one.
        brackets = _STRING.sub(b"", body).translate(None, _NOT_STRUCTURE)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _number_fault_place(body: bytes) -> int:
    """Return the place of the first number nobody could mean; -1 when there is none."""
    bare = _STRING.sub(lambda found: b" " * len(found[0]), body)
    for number in _NUMBER.finditer(bare):
        try:
            _exact(number[0].decode())
        except (ValueError, ArithmeticError):
            return number.start()
    return -1


def _tree(body: bytes, skipped: int) -> Any:
    try:
        tree = _decoder.decode(body)
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError) as why:
        raise Unreadable(_syntax_fault(body, skipped, why)) from None
    if b"\\" not in body:
        # Without escapes every string is written one way, so a key that was dropped shows in the count of quotes.
        again = _encoder.encode(tree)
        if again.count(b'"') == body.count(b'"'):
            return tree
    found = [*islice(_twins(body), FINDINGS_MAX), *islice(_unsafe_strings(tree), FINDINGS_MAX)]
    if found:
        raise Unreadable(*found)
    return tree


def _twins(body: bytes) -> Iterator[Finding]:
    """Find keys that stand twice in one object, slowly: readers differ on which of the two values counts."""
    twins: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            # Kept with its object, so that no other object gets its id while we look.
            twins[id(built)] = (built, [key for key, count in Counter(key for key, _ in pairs).items() if count > 1])
        return built

    tree = json.loads(body, object_pairs_hook=build, parse_float=str, parse_int=str)
    places = {id(node): link for link, node in _nodes(tree) if id(node) in twins} if twins else {}
    for known, (_, keys) in twins.items():
        for key in keys:
            says = f"The key {_short(key)!r} stands more than once in one object."
            fix = "Send it once; which of the values counts is anybody's guess."
            yield _fault("json.duplicate-key", says, fix, path=_path((places.get(known), key)), value=_short(key))


def _unsafe_strings(tree: Any) -> Iterator[Finding]:
    """Find what UTF-8 or the database cannot hold: halves of surrogate pairs, and the NUL character."""
    for link, node in _nodes(tree):
        texts = [*node] if isinstance(node, dict) else [node] if isinstance(node, str) else []
        for text in texts:
            if "\x00" in text:
                yield _fault("json.nul", "A text holds the NUL character.", "Send it without.", path=_path(link))
            if _SURROGATE.search(text):
                says = "A text holds half a surrogate pair, which is no character."
                yield _fault("json.surrogate", says, "Send both halves, or neither.", path=_path(link))


# A path as a chain from the value up to the root: cheap to extend, written out only for a finding.
_Link = tuple[Any, str | int] | None


def _nodes(tree: Any) -> Iterator[tuple[_Link, Any]]:
    """Yield every value with its place, without recursion."""
    waiting: list[tuple[_Link, Any]] = [(None, tree)]
    while waiting:
        link, node = waiting.pop()
        yield link, node
        if isinstance(node, dict):
            waiting.extend(((link, key), child) for key, child in node.items())
        elif isinstance(node, list):
            waiting.extend(((link, number), child) for number, child in enumerate(node))


def _path(link: _Link) -> str:
    steps: list[str] = []
    while link is not None:
        link, step = link
        steps.append(f"[{step}]" if isinstance(step, int) else f".{_short(step)}")
    return "$" + "".join(reversed(steps))


def _short(key: str) -> str:
    return key if len(key) <= _KEY_SHOWN else key[:_KEY_SHOWN] + "..."


def _syntax_fault(body: bytes, skipped: int, why: Exception) -> Finding:
    """Say why the parser gave up, more precisely than it did where we can."""
    if (place := _not_utf8(body)) >= 0:
        return _fault("json.encoding", "The body is not UTF-8.", "Send UTF-8.", start=skipped + place)
    if isinstance(why, RecursionError):
        return _too_deep()
    if b"\\u" in body:
        unsafe = next(_unsafe_strings(_lenient(body)), None)
        if unsafe is not None:
            return unsafe
    if isinstance(why, (msgspec.ValidationError, ArithmeticError)):
        return _number_fault(skipped + max(_number_fault_place(body), 0))
    said = str(why)
    named = _SYNTAX_PLACE.search(said)
    # For characters after the end msgspec names the place behind the first of them.
    start = skipped + (int(named[1]) - ("trailing" in said) if named else len(body))
    says = f"This is not JSON: {said.removeprefix('JSON is malformed: ').split(' (byte')[0].lower()}."
    return _fault("json.syntax", says, "Send well-formed JSON.", start=start)


def _too_deep() -> Finding:
    says = f"The JSON is nested more than {DEPTH_MAX} levels deep."
    return _fault("json.depth", says, "Send it flatter; our documents need eight levels.", path="$")


def _number_fault(start: int) -> Finding:
    says = f"A number has more than {DIGITS_MAX} digits or an exponent beyond {EXPONENT_MAX}."
    return _fault("json.number", says, "Send a number a person could mean.", start=start)


def _lenient(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None


def _not_utf8(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as why:
        return why.start
    return -1


def _listed(tree: Any) -> list[tuple[str, Any]]:
    return [(f"$[{n}]", one) for n, one in enumerate(tree)] if isinstance(tree, list) else [("$", tree)]


def _shape_faults(one: Any, path: str) -> Iterator[Finding]:
    if not isinstance(one, dict):
        yield _fault(
            "json.shape", "A document must be a JSON object.", "Send an object, or an array of them.", path=path
        )
        return
    kind = one.get("document")
    if not isinstance(kind, str) or not kind:
        says = "The member `document` that names the kind of document is missing."
        fix = 'Say what it is, for instance "document": "purchase_order".'
        yield _fault("json.document-missing", says, fix, path=f"{path}.document")


def _fault(code: str, says: str, fix: str, *, path: str = "", start: int = -1, value: str = "") -> Finding:
    return Finding(code=code, says=says, fix=fix, where=Place(path=path, start=start, end=start), value=value)
