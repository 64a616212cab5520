"""People who work here: an account, the time they are signed in, and the record of what they did."""

import re
from datetime import datetime, timedelta

from msgspec import Struct

from tradelane.model.role import Permission, RoleName, permitted

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
NAME_RULE = (
    "Use small letters a-z, digits, '-', '_', or an e-mail address, at most 100, beginning with a letter or a digit."
)

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=16)
"""A session ends after so long without a request, and after so long whatever happens."""

WAITS = (0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""How many seconds must lie between one try to sign in and the next, by the tries that failed before."""
TRIES_REMEMBERED = timedelta(hours=1)


class Person(Struct, frozen=True, kw_only=True):
    """One account. ``password`` is an argon2 hash, empty for who signs in through the company; ``subject`` is who the
    company's sign-in says it is.
    """

    name: str
    title: str = ""
    role: RoleName
    password: str = ""
    subject: str = ""
    disabled: bool = False
    changed_at: datetime

    @property
    def can(self) -> frozenset[Permission]:
        """What the person may do; nothing once disabled."""
        return frozenset() if self.disabled else permitted(self.role)


class Session(Struct, frozen=True, kw_only=True):
    """A person signed in at one browser. Only the hash of its secret is kept."""

    token_sha256: str
    person: str
    opened_at: datetime
    seen_at: datetime
    address: str = ""


class Deed(Struct, frozen=True, kw_only=True):
    """One thing a person asked for: who, when, what, about what, why. How it ended is recorded beside it."""

    id: str
    at: datetime
    who: str
    role: str = ""
    by: str = ""
    address: str = ""
    action: str
    about: str = ""
    why: str = ""
    what: str = ""


class Ended(Struct, frozen=True, kw_only=True):
    """A deed with its end: an HTTP status and, where it was refused, the reason; 0 while nobody knows."""

    deed: Deed
    status: int = 0
    says: str = ""


def initials(title: str) -> str:
    """Return two letters for a person: ``Ana Maria Bauer`` is AB."""
    words = [word for word in title.split() if word[0].isalnum()] or [title or "?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def wait_seconds(tries: int) -> int:
    """Return how long to wait after so many tries that failed."""
    return WAITS[min(tries, len(WAITS) - 1)]
