"""What the company's sign-in says is not believed unless it is right; what it does wrong harms nobody for long."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from structlog.testing import capture_logs
from tests.oidc.company import ANA, Company, away, said, session_of
from tests.oidc.false_provider import FIRST, answering, endless, key_named, never

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)
PATIENCE = 10.0
SECOND_KEY = key_named("second")


def patience(answer) -> float:
    """Return for how long to wait for an answer: not for long, where none will ever come."""
    return 0.3 if answer is never else PATIENCE


def part(value) -> str:
    return (
        base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode())
        .rstrip(b"=")
        .decode()
    )


def unsigned(claims) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def signed_by_what_is_published(claims) -> str:
    text = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    return f"{text}.{part(hmac.new(FIRST.as_bytes('PEM', False), text.encode(), hashlib.sha256).digest())}"


def signed_by_another(claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims, SECOND_KEY)


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"iss": "https://evil.example"}, "is not from"),
        ({"aud": "somebody"}, "said to somebody else"),
        ({"azp": "somebody"}, "said to somebody else"),
        ({"exp": 1}, "holds no more"),
        ({"iat": 99999999999}, "does not hold yet"),
        ({"nonce": "0" * 64}, "for another sign-in"),
        ({"nonce": None}, "for another sign-in"),
        ({"sub": None}, "does not say who you are"),
    ],
)
async def test_what_is_said_of_another_or_for_another_is_not_believed(company: Company, claims, says):
    company.provider.claims = claims
    assert says in await company.not_let_in(await company.come(), 400)


@pytest.mark.parametrize("signs", [unsigned, signed_by_what_is_published, signed_by_another, lambda _: "garbled"])
async def test_what_is_not_signed_as_it_must_be_is_not_believed(company: Company, signs):
    company.provider.signs = signs
    assert "is not signed as it must be" in await company.not_let_in(await company.come(), 400)


async def test_what_was_learnt_is_kept_and_asked_for_anew_after_an_hour(company: Company):
    for _ in range(3):
        assert (await company.come()).status == 200
    assert [company.provider.asked.count(door) for door in ("openid-configuration", "jwks", "token")] == [1, 1, 3]
    company.doors.bench.clock.advance(60 * MINUTE)
    assert (await company.come()).status == 200
    assert [company.provider.asked.count(door) for door in ("openid-configuration", "jwks")] == [2, 2]


async def test_a_new_key_is_asked_for_at_once_but_at_most_once_a_minute(company: Company):
    assert (await company.come()).status == 200
    company.doors.bench.clock.advance(MINUTE)
    company.provider.key = SECOND_KEY
    company.provider.published.append(SECOND_KEY)
    assert (await company.come()).status == 200
    assert company.provider.asked.count("jwks") == 2
    company.provider.key = key_named("third")
    for _ in range(3):
        heard = await company.come()
        assert (heard.status, session_of(heard)) == (400, "")
        assert "does not publish" in said(heard)
    assert company.provider.asked.count("jwks") == 2
    company.provider.published = [company.provider.key]
    company.doors.bench.clock.advance(MINUTE)
    assert (await company.come()).status == 200
    company.provider.key = FIRST
    assert (await company.come()).status == 400, "a key that is no longer published signs no more"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (never, "does not answer within 0.3 s."),
        (endless, "answers with more than 524288 bytes."),
        (answering(500), "answers 500."),
        (answering(302, None, location="http://127.0.0.1:1/"), "answers 302."),
        (answering(200, ["no", "discovery"]), "is not OpenID Connect; is the issuer right?"),
        (answering(200, {"issuer": "x"}), "is not OpenID Connect; is the issuer right?"),
    ],
)
async def test_a_provider_that_cannot_be_asked_is_told_and_password_stays(company: Company, answer, says):
    company.provider.instead["openid-configuration"] = answer
    company.says(timeout_seconds=patience(answer))
    heard = await company.ask("/session/openid")
    assert says in away(heard)
    assert "Try again, or sign in with a password." in said(heard)
    del company.provider.instead["openid-configuration"]
    assert says in away(await company.ask("/session/openid")), "for some seconds nobody asks again"
    company.doors.bench.clock.advance(timedelta(seconds=5))
    company.says(timeout_seconds=PATIENCE)
    assert (await company.come()).status == 200
    assert company.provider.asked.count("openid-configuration") == 2


@pytest.mark.parametrize("door", ["token", "jwks", "me"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (never, "does not answer within 0.3 s."),
        (endless, "answers with more than 524288 bytes."),
        (answering(503, {"error": "busy"}), "answers 503"),
        (answering(200, "no object"), "in no way that OpenID Connect knows"),
    ],
)
async def test_whichever_door_fails_nobody_is_let_in(company: Company, door, answer, says):
    company.provider.claims["email"] = None
    company.provider.more = {"sub": "1", "email": ANA}
    company.provider.instead[door] = answer
    gone = await company.go()
    company.says(timeout_seconds=patience(answer))
    assert says in away(await company.back(gone))
    del company.provider.instead[door]
    company.doors.bench.clock.advance(timedelta(seconds=5))
    company.says(timeout_seconds=PATIENCE)
    assert (await company.come()).status == 200


async def test_a_provider_that_is_down_is_told(company: Company):
    gone = await company.go()
    await company.provider.stop()
    assert "cannot be used just now" in away(await company.back(gone))
    company.doors.bench.clock.advance(60 * MINUTE)
    assert "cannot be reached" in away(await company.ask("/session/openid"))


async def test_a_provider_in_a_closed_network_is_not_asked(company: Company):
    company.says(issuer=company.provider.issuer.replace("127.0.0.1", "10.0.0.1"))
    says = away(await company.ask("/session/openid"))
    assert "10.0.0.1 is not on the public internet, and egress_allow does not name it" in says


@pytest.mark.parametrize(
    ("itself", "says"),
    [
        ({"issuer": "https://evil.example"}, "They must be the same to the letter"),
        ({"token_endpoint": "http://evil.example/token"}, "without https"),
        ({"jwks_uri": "file:///etc/passwd"}, "without https"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "without https"),
        ({"authorization_endpoint": "https://a.example/\r\nset-cookie: a=b"}, "without https"),
        ({"userinfo_endpoint": "//evil.example"}, "without https"),
        ({"token_endpoint": None}, "is not OpenID Connect"),
    ],
)
async def test_what_a_provider_says_of_itself_is_not_followed_anywhere(company: Company, itself, says):
    company.provider.itself = itself
    assert says in away(await company.ask("/session/openid"))


async def test_a_provider_that_does_not_know_us_is_told_to_whoever_looks_after_it(company: Company):
    company.provider.instead["token"] = answering(401, {"error": "invalid_client"})
    assert "does not take us for its client" in await company.not_let_in(await company.come(), 400)


@pytest.mark.parametrize("mode", [0o644, 0o000])
async def test_a_secret_that_others_may_read_or_that_is_gone_is_not_used(company: Company, mode):
    secret = company.doors.bench.app.root / "secrets" / "openid"
    secret.chmod(mode) if mode else secret.unlink()
    says = away(await company.come())
    assert ("can be read by others" in says) == bool(mode)
    assert "the-secret" not in says
    assert company.provider.forms == []


async def test_a_browser_must_say_who_sent_it_where_the_provider_says_so(company: Company):
    company.provider.itself["authorization_response_iss_parameter_supported"] = True
    assert "You were not sent by" in await company.not_let_in(await company.come(), 400)
    assert (await company.back(await company.go(), iss=company.provider.issuer)).status == 200


async def test_nothing_secret_is_in_the_log(company: Company):
    begun = await company.go()
    with capture_logs() as logs:
        assert session_of(await company.back(begun, code="the-code"))
        for answer in (answering(500, {"error": "the-secret"}), answering(200, {"id_token": "a-token"})):
            company.provider.instead["token"] = answer
            await company.back(await company.go(), code="the-code")
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == [
        "the company's sign-in cannot be used",
        "not signed in",
    ]
    for secret in ("the-code", "the-secret", "a-token", begun.state, begun.cookie.split("=")[1]):
        assert secret not in str(logs), secret
