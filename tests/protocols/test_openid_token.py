"""What an ID token must be to be believed: every lie is tried against keys of our own, at a time of our own."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from tradelane.model.finding import Unreadable
from tradelane.protocols.openid.token import LEEWAY, Expected, UnknownKey, keys_of, verified
from tradelane.protocols.openid.way import Way, read

NOW = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
EXPECTED = Expected(issuer="https://login.example.com", client_id="tradelane", nonce="n" * 64)
RSA = RSAKey.generate_key(2048, {"kid": "a"})
OTHER = RSAKey.generate_key(2048, {"kid": "a"})
EC = ECKey.generate_key("P-256", {"kid": "e"})
ED = OKPKey.generate_key("Ed25519", {"kid": "d"})
KEYS = keys_of([RSA.as_dict(private=False), EC.as_dict(private=False), ED.as_dict(private=False)])


def claims(**changed):
    at = int(NOW.timestamp())
    said = {
        "iss": EXPECTED.issuer,
        "aud": EXPECTED.client_id,
        "exp": at + 300,
        "iat": at,
        "nonce": "n" * 64,
        "sub": "1",
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def token(said=None, key=RSA, alg="RS256", kid="a", **header):
    named = {} if kid is None else {"kid": kid}
    knows = JWSRegistry({name: HeaderParameter(name, "int") for name in header if name != "crit"}, [alg])
    return jwt.encode({"alg": alg, **named, **header}, said or claims(), key, registry=knows)


def part(value) -> str:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def code_of(said: str, keys=KEYS) -> str:
    with pytest.raises(Unreadable) as why:
        verified(said, keys, EXPECTED, NOW)
    [finding] = why.value.findings
    assert finding.fix
    return finding.code


@pytest.mark.parametrize(("key", "alg", "kid"), [(RSA, "RS256", "a"), (RSA, "PS384", "a"), (EC, "ES256", "e")])
def test_a_token_that_is_right_is_believed(key, alg, kid):
    assert verified(token(key=key, alg=alg, kid=kid), KEYS, EXPECTED, NOW)["sub"] == "1"
    assert verified(token(key=key, alg=alg, kid=None), KEYS, EXPECTED, NOW)["sub"] == "1", "the only key of its kind"


@pytest.mark.parametrize("alg", ["Ed25519", "EdDSA"])
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_token_signed_by_an_edwards_curve_is_believed(alg):
    assert verified(token(key=ED, alg=alg, kid="d"), KEYS, EXPECTED, NOW)["sub"] == "1"


def test_a_token_without_a_signature_is_not_believed():
    for alg in ("none", "None", "NONE", ""):
        bare = f"{part({'alg': alg, 'kid': 'a'})}.{part(claims())}."
        assert code_of(bare) == "openid.signature"
    assert code_of(f"{part({'kid': 'a'})}.{part(claims())}.") == "openid.signature"


@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
def test_the_public_key_is_no_secret_to_sign_with(form):
    public = json.dumps(RSA.as_dict(private=False)).encode() if form == "jwk" else RSA.as_bytes(form.upper(), False)
    signed = f"{part({'alg': 'HS256', 'kid': 'a'})}.{part(claims())}"
    forged = f"{signed}.{part(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"
    assert code_of(forged) == "openid.signature"
    secret = OctKey.import_key("a-secret-that-both-sides-know-well").as_dict() | {"kid": "o"}
    assert keys_of([secret]) == (), "a provider that publishes a secret has no key by it"


def test_a_token_that_somebody_else_signed_or_changed_is_not_believed():
    assert code_of(token(key=OTHER)) == "openid.signature"
    head, _, mark = token().split(".")
    assert code_of(f"{head}.{part(claims(sub='2'))}.{mark}") == "openid.signature"
    for garbled in ("", "a.b.c", "...", "x" * 200_000, f"{head}.{part(b'[' * 50_000)}.{mark}", token() + ".x"):
        assert code_of(garbled) == "openid.signature"
    assert code_of(token(key=RSA, crit=["x"], x=1)) == "openid.signature", "it demands what we do not know"


def test_a_key_that_is_not_published_is_told_apart_because_it_may_be_new():
    for said in (token(kid="b"), token(key=EC, alg="ES256", kid="a")):
        with pytest.raises(UnknownKey):
            verified(said, KEYS, EXPECTED, NOW)
    two = (*KEYS, *keys_of([RSAKey.generate_key(2048, {"kid": "c"}).as_dict(private=False)]))
    assert code_of(token(kid=None), two) == "openid.signature", "it does not say which of two"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_keys_that_cannot_sign_for_us_are_passed_over():
    told = RSA.as_dict(private=False)
    bad = [told | {"use": "enc"}, {"kty": "XX"}, {"kty": "RSA"}, "key", None, told | {"n": "!"}, {}]
    assert keys_of(bad) == ()
    small = RSAKey.generate_key(1024, {"kid": "s"}).as_dict(private=False)
    assert keys_of([small, told]) == keys_of([told]) != ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://login.example.com/"}, "openid.issuer"),
        ({"iss": None}, "openid.issuer"),
        ({"aud": "somebody"}, "openid.audience"),
        ({"aud": None}, "openid.audience"),
        ({"aud": ["tradelane", "somebody"]}, "openid.audience"),
        ({"aud": ["tradelane", "somebody"], "azp": "somebody"}, "openid.audience"),
        ({"azp": "somebody"}, "openid.audience"),
        ({"aud": [["tradelane"]]}, "openid.audience"),
        ({"exp": int((NOW - LEEWAY).timestamp())}, "openid.expired"),
        ({"exp": None}, "openid.time"),
        ({"exp": "9999999999"}, "openid.time"),
        ({"exp": True}, "openid.time"),
        ({"exp": 1e300}, "openid.time"),
        ({"iat": None}, "openid.time"),
        ({"iat": int((NOW + LEEWAY + SECOND).timestamp())}, "openid.early"),
        ({"nbf": int((NOW + LEEWAY + SECOND).timestamp())}, "openid.early"),
        ({"nonce": "m" * 64}, "openid.nonce"),
        ({"nonce": None}, "openid.nonce"),
        ({"nonce": ["n" * 64]}, "openid.nonce"),
        ({"sub": None}, "openid.subject"),
        ({"sub": ""}, "openid.subject"),
        ({"sub": 1}, "openid.subject"),
        ({"sub": "x" * 256}, "openid.subject"),
        ({"sub": "1\n2"}, "openid.subject"),
    ],
)
def test_a_claim_that_is_wrong_is_refused_by_its_name(changed, code):
    assert code_of(token(claims(**changed))) == code


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["tradelane"]},
        {"aud": ["tradelane", "somebody"], "azp": "tradelane"},
        {"exp": int((NOW - LEEWAY + SECOND).timestamp())},
        {"iat": int((NOW + LEEWAY).timestamp())},
        {"nbf": int((NOW + LEEWAY).timestamp())},
    ],
)
def test_clocks_may_differ_a_little_and_others_may_be_meant_too(changed):
    assert verified(token(claims(**changed)), KEYS, EXPECTED, NOW)["sub"] == "1"


def test_a_sign_in_on_its_way_is_kept_by_the_browser_and_gives_no_word_away():
    way = Way(secret="s" * 43, to="/orders?state=late&ü")
    assert read(way.written()) == way
    words = {way.state, way.nonce, way.verifier, way.challenge, way.secret}
    assert len(words) == 5
    assert 43 <= len(way.verifier) <= 128
    assert {Way(secret="t" * 43).state, Way(secret="t" * 43).nonce} & words == set()
    for garbled in ("", "short.L28", "s" * 43, f"{'s' * 43}.%%%", f"{'s' * 43}._w", f"{'s' * 43}.{'L' * 4000}"):
        assert read(garbled) is None, garbled
