"""Secrets in XML: what a sender proves itself with in a cXML header is shown to nobody, wherever it stands. Pure.

Which elements hold one is said by the cXML User's Guide (Credential: SharedSecret, DigitalSignature, CredentialMac).
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from tradelane.model.message import Node

REMOVED = "(kept secret)"
"""What stands in a tree where a secret stood."""

BLOT = "*"
SECRETS: Final = ("SharedSecret", "DigitalSignature", "CredentialMac")

_NAMES = "|".join(SECRETS)
_HELD = re.compile(
    rf"(<(?:[\w.-]{{1,80}}:)?(?:{_NAMES})(?=[\s>])(?:[^<>/]|/(?!>))*>)"  # the tag that opens it
    r"((?:<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|.)*?)"
    rf"(?=</(?:[\w.-]{{1,80}}:)?(?:{_NAMES})\s*>|\Z)",  # up to the tag that closes it, else to the end
    re.DOTALL,
)
_SPACE = re.compile(r"\S")
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_ONE_BYTE = "latin-1"


def blotted(body: bytes) -> bytes:
    """Return *body* with every secret in it blotted out, as long as it was, so that all places stay what they are.

    Well-formed or not, and whatever stands around it: a file that cannot be read is shown as well.
    """
    codec, start = _codec(body)
    if not any(name.encode(codec) in body for name in SECRETS):
        return body
    end = len(body) if codec == _ONE_BYTE else start + (len(body) - start) // 2 * 2
    text = body[start:end].decode(codec, "surrogatepass")
    shown = _HELD.sub(lambda found: found[1] + _blots(found[2], codec), text)
    return body[:start] + shown.encode(codec, "surrogatepass") + body[end:]


def proofs(root: Node) -> Iterator[str]:
    """Yield the SHA-256 (hex) of each secret that the header of a cXML document shows."""
    for part in ("From", "To", "Sender"):
        credentials = (
            one for head in _called(root, "Header") for named in _called(head, part) for one in named.children
        )
        for secret in (one for credential in credentials for one in credential.children if one.name in SECRETS):
            if secret.value.strip():
                yield sha256(secret.value.strip().encode()).hexdigest()


def take_out(root: Node) -> None:
    """Take every secret out of a tree, so that nothing can ever show it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.name.rpartition("}")[2].rpartition(":")[2] in SECRETS:
            node.value, node.children = REMOVED, []
        waiting += node.children


def _codec(body: bytes) -> tuple[str, int]:
    """Return how *body* is written as far as our names go, and where its text begins: UTF-16 may come unmarked."""
    if body[:2] in _WIDE:
        return _WIDE[body[:2]], 2
    wide = b"\x00" in body[:4]
    return ("utf-16-be" if body[:1] == b"\x00" else "utf-16-le") if wide else _ONE_BYTE, 0


def _blots(said: str, codec: str) -> str:
    unit = 1 if codec == _ONE_BYTE else 2
    return _SPACE.sub(lambda one: BLOT * (len(one[0].encode(codec, "surrogatepass")) // unit), said)


def _called(node: Node, name: str) -> Iterator[Node]:
    return (one for one in node.children if one.name == name)
