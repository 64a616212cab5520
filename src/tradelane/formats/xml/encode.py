"""Messages to XML bytes: namespaces declared once at the root, everything escaped, indented for people."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from tradelane.formats.nodes import fault
from tradelane.formats.xml.completed import Envelope, completed
from tradelane.formats.xml.names import WRITTEN
from tradelane.model.finding import Finding, Unreadable
from tradelane.model.message import BuiltMessage, Node

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[^\W\d][\w.-]*")
_INDENT = "  "


def encode(message: BuiltMessage, envelope: Envelope | None = None) -> bytes:
    """Return the XML of *message*, in *envelope* where its standard has one.

    Raises `Unreadable` for what XML cannot hold, such as control characters.
    """
    if message.root is None:
        raise Unreadable(fault("xml.no-tree", "The message is no tree.", "Write it in the syntax of its map."))
    default = ""
    if message.version.startswith("ubl/"):
        default = f"urn:oasis:names:specification:ubl:schema:xsd:{message.kind}-2"
    return write(completed(message, message.root, envelope), default)


def write(root: Node, default: str = "") -> bytes:
    """Return the XML of a tree; names without a prefix belong to the namespace *default*."""
    prefixes = _prefixes(root)
    declared = {f"xmlns:{prefix}": uri for uri, prefix in sorted(prefixes.items(), key=lambda one: one[1])}
    if default:
        declared = {"xmlns": default, **declared}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(root, prefixes, declared, 0)]
    return ("\n".join(lines) + "\n").encode()


def _lines(node: Node, prefixes: dict[str, str], declared: dict[str, str], depth: int) -> Iterator[str]:
    name = _written(node.name, prefixes)
    attributes = [(key, uri) for key, uri in declared.items()]
    attributes += [(_written(one.name[1:], prefixes), one.value) for one in node.children if one.name.startswith("@")]
    begun = "".join(f" {key}={quoteattr(_checked(value), _BLANKS)}" for key, value in attributes)
    inner = [one for one in node.children if not one.name.startswith("@")]
    indent, value = _INDENT * depth, escape(_checked(node.value), {"\r": "&#13;"})
    if not inner:
        yield f"{indent}<{name}{begun}>{value}</{name}>" if value else f"{indent}<{name}{begun}/>"
        return
    yield f"{indent}<{name}{begun}>{value}"
    for one in inner:
        yield from _lines(one, prefixes, {}, depth + 1)
    yield f"{indent}</{name}>"


_BLANKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def _checked(value: str) -> str:
    found = _UNWRITABLE.search(value)
    if found is not None:
        says = f"XML cannot hold the character U+{ord(found[0]):04X}."
        raise Unreadable(fault("xml.control-character", says, "Take it out of the document."))
    return value


def _prefixes(root: Node) -> dict[str, str]:
    """Return the namespaces used in a tree and the prefix each is written with."""
    found: dict[str, str] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        bare = node.name.removeprefix("@")
        if bare.startswith("{"):
            found.setdefault(bare[1:].partition("}")[0], f"ns{len(found) + 1}")
        elif ":" in bare and (prefix := bare.partition(":")[0]) != "xml":
            if prefix not in WRITTEN:
                raise Unreadable(_no_name(bare))
            found[WRITTEN[prefix]] = prefix
    return found


def _written(name: str, prefixes: dict[str, str]) -> str:
    uri, local = "", name
    if name.startswith("{"):
        uri, _, local = name[1:].partition("}")
    for part in local.split(":", 1):
        if _NAME.fullmatch(part) is None:
            raise Unreadable(_no_name(name))
    return f"{prefixes[uri]}:{local}" if uri else local


def _no_name(name: str) -> Finding:
    says = f"{name[:60]!r} cannot be the name of an element or attribute."
    return fault("xml.name", says, "Correct the map that writes it.")
