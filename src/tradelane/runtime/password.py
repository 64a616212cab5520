"""Passwords: argon2id, a few at a time, and as slow for a name nobody has as for one somebody has."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

LENGTH_MIN = 12
LENGTH_MAX = 200
SIDE_BY_SIDE_MAX = 2
"""Each takes 64 MiB and three passes over it: more at once would let strangers spend the machine."""

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))
_TURN = asyncio.Semaphore(SIDE_BY_SIDE_MAX)
CHANCE = secrets.SystemRandom()
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """Return what is kept of *password*."""
    return _HASHER.hash(password)


async def matches(kept: str, password: str) -> bool:
    """Say whether *password* is the one *kept* was made of; where nothing is kept, it takes as long to say no."""
    if len(password) > LENGTH_MAX:
        return False
    async with _TURN:
        said = await asyncio.to_thread(_verified, kept or _NOBODY, password)
    return said and bool(kept)


def too_weak(password: str, name: str) -> str:
    """Return why *password* is none to choose; empty when it will do."""
    if len(password) < LENGTH_MIN:
        return f"A password has at least {LENGTH_MIN} characters."
    if len(password) > LENGTH_MAX:
        return f"A password has at most {LENGTH_MAX} characters."
    if len(set(password.lower())) < 5 or name.lower() in password.lower():
        return "A password holds neither its owner's name nor only a few characters again and again."
    return ""


def made() -> str:
    """Return a new password of 98 bits that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
