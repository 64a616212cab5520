"""What an ID token must be to be believed. Pure: the keys and the time are handed in, so every lie can be tried."""

import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key
from msgspec import Struct

from tradelane.model.finding import Finding, Unreadable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Those with a public key. Never ``none``, and never one whose secret both sides know: the key is published."""
LEEWAY = timedelta(seconds=30)
RSA_BITS_MIN = 2048
SUBJECT_LENGTH_MAX = 255
HEADER_BYTES_MAX = 16 * 1024
_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}

Key = RSAKey | ECKey | OKPKey


class Expected(Struct, frozen=True, kw_only=True):
    """From whom, for whom and for which sign-in the token must be."""

    issuer: str
    client_id: str
    nonce: str


class UnknownKey(Exception):
    """The token names a key that is not among those we have; the provider may have begun to use a new one."""


def keys_of(told: Iterable[Any]) -> tuple[Key, ...]:
    """Return the keys that can sign, of all that a provider publishes; what we do not know of is passed over."""
    found: list[Key] = []
    for each in told:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)
                key = import_key(each)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        too_short = isinstance(key, RSAKey) and key.raw_value.key_size < RSA_BITS_MIN
        if isinstance(key, RSAKey | ECKey | OKPKey) and not too_short:
            found.append(key)
    return tuple(found)


def verified(token: str, keys: Iterable[Key], expected: Expected, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that is right in every way; raises `Unreadable`, or `UnknownKey`."""
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = HEADER_BYTES_MAX
    try:
        header = jws.extract_compact(token.encode(), registry=registry).headers()
        key = _signer(header, keys)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)
            claims = jwt.decode(token, key, registry=registry).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise refused(
            "signature", f"What it says of you is not signed as it must be ({type(error).__name__})."
        ) from None
    judge(claims, expected, now)
    return claims


def judge(claims: Mapping[str, Any], expected: Expected, now: datetime) -> None:
    """Refuse claims that are another's, for another, of another time or of another sign-in."""
    if claims.get("iss") != expected.issuer:
        raise refused("issuer", f"What it says of you is not from {expected.issuer}.")
    aud = claims.get("aud")
    for_whom = aud if isinstance(aud, list) else [aud]
    party = claims.get("azp", expected.client_id if len(for_whom) == 1 else None)
    if expected.client_id not in for_whom or party != expected.client_id:
        raise refused("audience", "What it says of you was said to somebody else.")
    ends, made, begins = _instant(claims, "exp"), _instant(claims, "iat"), _instant(claims, "nbf", 0.0)
    if ends is None or made is None or begins is None:
        raise refused("time", "It does not say for how long what it says of you holds.")
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if ends <= at - leeway:
        raise refused("expired", "What it says of you holds no more.")
    if max(made, begins) > at + leeway:
        raise refused("early", "What it says of you does not hold yet: its clock or ours is wrong.")
    nonce, subject = claims.get("nonce"), claims.get("sub")
    if not isinstance(nonce, str) or not compare_digest(nonce.encode(), expected.nonce.encode()):
        raise refused("nonce", "What it says of you was said for another sign-in.")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX or not subject.isprintable():
        raise refused("subject", "It does not say who you are.")


def refused(
    code: str, says: str, fix: str = "Sign in again; if it stays, tell whoever looks after Tradelane."
) -> Unreadable:
    """Return the refusal of what the company's sign-in said."""
    return Unreadable(Finding(code=f"openid.{code}", says=says, fix=fix))


def _signer(header: Mapping[str, Any], keys: Iterable[Key]) -> Key:
    """Return the one key the token can have been signed with: the one it names, or the only one of its kind."""
    algorithm, named = str(header.get("alg", "")), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise ValueError(algorithm)
    fit = [key for key in keys if _signs(key, algorithm)]
    if named is not None:
        fit = [key for key in fit if key.kid == named]
    if not fit:
        raise UnknownKey
    if len(fit) > 1:
        raise ValueError("more keys than one")
    return fit[0]


def _signs(key: Key, algorithm: str) -> bool:
    kind, curve = _KINDS[algorithm[:2]], str(key.get("crv", ""))
    return key.key_type == kind and key.get("alg", algorithm) == algorithm and (kind != "OKP" or curve.startswith("Ed"))


def _instant(claims: Mapping[str, Any], name: str, absent: float | None = None) -> float | None:
    """Return an instant in seconds; None where it is no number."""
    value = claims.get(name, absent)
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e11 else None
    )
