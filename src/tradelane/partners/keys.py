"""API keys: a secret shown once, and the hash that is all we keep of it."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256

PREFIX = "tlk_"
SECRET_BYTES = 32
KEY_LENGTH_MAX = 200


def new_key(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a new API key: 256 bits of chance after a prefix that secret scanners can look for."""
    return PREFIX + urlsafe_b64encode(random(SECRET_BYTES)).rstrip(b"=").decode("ascii")


def hashed(key: str) -> str:
    """Return what a profile keeps of *key*. One round of SHA-256 will do: there is nothing to guess."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
