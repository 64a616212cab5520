"""One sign-in on its way: a secret that stays in one browser, and the words that are made of it. Pure."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from msgspec import Struct

_WRITTEN = re.compile(r"([A-Za-z0-9_-]{43,128})\.([A-Za-z0-9_-]{0,2000})")


class Way(Struct, frozen=True, kw_only=True):
    """Begun by ``secret``, to end at the page ``to``. Each word gives away neither the secret nor another word."""

    secret: str
    to: str = "/"

    @property
    def state(self) -> str:
        """What the browser must bring back: it was this browser that began."""
        return _word("state", self.secret)

    @property
    def nonce(self) -> str:
        """What must stand in the ID token: it was made for this sign-in."""
        return _word("nonce", self.secret)

    @property
    def verifier(self) -> str:
        """What whoever takes the code to the provider must know (PKCE)."""
        return _word("verifier", self.secret)

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier beforehand (S256)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def written(self) -> str:
        """Return it as the browser keeps it."""
        return f"{self.secret}.{urlsafe_b64encode(self.to.encode()).rstrip(b'=').decode()}"


def read(kept: str) -> Way | None:
    """Return the way that a browser kept; None when that is none. The page it ends at is the browser's word."""
    found = _WRITTEN.fullmatch(kept)
    if found is None:
        return None
    secret, to = found.groups()
    try:
        return Way(secret=secret, to=urlsafe_b64decode(to + "=" * (-len(to) % 4)).decode())
    except ValueError:
        return None


def _word(kind: str, secret: str) -> str:
    return sha256(f"openid/{kind}/{secret}".encode()).hexdigest()
