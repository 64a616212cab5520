"""People come through the company's own sign-in; whoever is not let in is told why, and it is on record."""

import base64
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

import pytest
from msgspec.structs import replace
from tests.oidc.company import ANA, Company, Gone, away, said, session_of
from tests.oidc.false_provider import answering

from tradelane.protocols.openid.way import Way
from tradelane.store.port import StoreUnavailable

pytestmark = pytest.mark.anyio


async def test_a_page_without_a_session_is_told_how_to_come(company: Company):
    nobody = (await company.ask("/session")).json
    assert nobody["company"] == {"title": "Contoso", "at": "http://localhost:8080/session/openid"}
    company.says(title="")
    assert (await company.ask("/session")).json["company"]["title"] == company.provider.issuer.removeprefix("http://")
    company.says(issuer="")
    assert (await company.ask("/session")).json["company"] is None
    for path in ("/session/openid", "/session/openid/callback"):
        assert (await company.ask(path)).status == 404


async def test_whoever_comes_is_signed_in_and_led_to_the_page_that_was_wanted(company: Company):
    heard = await company.come("/orders?state=late&more")
    assert heard.status == 200
    assert 'content="0;url=/orders?state=late&amp;more"' in heard.body.decode()
    assert "sandbox" not in heard.headers["content-security-policy"], "in a sandbox no page leads on"
    me = (await company.ask("/session", session_of(heard))).json
    assert (me["name"], me["title"], me["role"], me["company"]) == (ANA, "Ana", "Administration", None)
    assert await company.record() == [(ANA, "company", 200, "")]


async def test_what_was_begun_is_kept_by_the_browser_until_it_is_back(company: Company):
    begun = await company.ask("/session/openid")
    [kept] = begun.cookies
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(kept.split("; "))
    heard = await company.back(Gone(company.provider.sent(begun.headers["location"]), kept.split(";")[0]))
    gone, session = sorted(heard.cookies)
    assert gone.startswith('tradelane-way=""; ')
    assert "Max-Age=0" in gone
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(session.split("; "))


async def test_with_https_no_neighbour_can_put_a_cookie_there(company: Company):
    company.says(address="https://tradelane.example.com/")
    heard = await company.ask("/session/openid")
    [kept] = heard.cookies
    assert kept.startswith("__Host-tradelane-way=")
    assert "Secure" in kept
    sent = company.provider.sent(heard.headers["location"])
    assert sent["redirect_uri"] == "https://tradelane.example.com/session/openid/callback"
    back = await company.back(Gone(sent, kept.split(";")[0]))
    assert all("Secure" in cookie for cookie in back.cookies)


async def test_the_code_is_taken_to_the_provider_with_what_only_we_know(company: Company):
    gone = await company.go()
    assert (gone.sent["response_type"], gone.sent["scope"]) == ("code", "openid profile email")
    assert (await company.back(gone, code="from-there")).status == 200
    [(headers, form)] = company.provider.forms
    assert (form["code"], form["redirect_uri"]) == ("from-there", "http://localhost:8080/session/openid/callback")
    challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (gone.sent["code_challenge"], gone.sent["code_challenge_method"]) == (challenge, "S256")
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'tradelane:the-secret%3A+%26%2B').decode()}"
    assert "client_secret" not in form
    assert form["code_verifier"] not in str(gone.sent)


async def test_a_provider_hears_who_we_are_in_the_way_it_wants(company: Company):
    company.provider.itself["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert (await company.come()).status == 200
    company.says(client_secret="", scopes="openid email")
    assert (await company.come()).status == 200
    forms = [(form.get("client_secret"), form["client_id"]) for _, form in company.provider.forms]
    assert forms == [("the-secret: &+", "tradelane"), (None, "tradelane")]


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f/evil.example",
        "/orders/..//evil.example",
        "/orders\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "/orders/1?\u2028",
        "/session/openid",
        "/process/v1/orders",
        "orders",
        "/orders?" + "x" * 1000,
        "",
    ],
)
async def test_nobody_is_led_elsewhere(company: Company, to):
    heard = await company.come(to)
    assert 'content="0;url=/"' in heard.body.decode(), heard.body
    gone = await company.go("/orders")
    forged = f"tradelane-way={Way(secret=gone.cookie.split('=')[1].split('.')[0], to=to).written()}"
    heard = await company.back(gone, cookie=forged)
    assert (heard.status, b'content="0;url=/"' in heard.body) == (200, True), "nor by what the browser kept"
    company.provider.instead["openid-configuration"] = answering(500)
    company.doors.bench.clock.advance(timedelta(hours=1))
    heard = await company.ask(f"/session/openid?to={quote(to)}")
    assert (heard.status, b'href="/"' in heard.body) == (503, True), "nor where it does not work"


@pytest.mark.parametrize("to", ["/", "/orders", "/orders/4711~12", "/orders/a%20b?x=%C3%A4&y='1'", "/exceptions/1?a=1"])
async def test_every_page_of_ours_can_be_wanted(company: Company, to):
    assert to in said_html(await company.come(to))


def said_html(heard) -> str:
    return heard.body.decode().replace("&#x27;", "'").replace("&amp;", "&")


async def test_a_sign_in_that_this_browser_did_not_begin_is_refused(company: Company):
    gone = await company.go()
    for kept in ("", "tradelane-way=", "tradelane-way=short.L28", f"other={gone.cookie}"):
        heard = await company.back(gone, cookie=kept)
        assert (heard.status, heard.cookies) == (400, [])
        assert "began no sign-in" in said(heard)
    assert company.provider.forms == [], "nobody was asked about it"


@pytest.mark.parametrize("state", ["", "0" * 64, "ü"])
async def test_a_sign_in_begun_elsewhere_is_refused_and_ours_goes_on(company: Company, state):
    gone = await company.go()
    heard = await company.back(gone, state=state)
    assert "begun elsewhere" in await company.not_let_in(heard, 400)
    assert heard.cookies == [], "a page elsewhere cannot end what is on its way here"
    twice = await company.ask(f"/session/openid/callback?code=c&state={gone.state}&state=x", gone.cookie)
    assert twice.status == 400
    other = await company.go()
    crossed = await company.back(gone, cookie=other.cookie)
    assert (crossed.status, session_of(crossed)) == (400, "")
    company.provider.nonce = gone.sent["nonce"]
    assert (await company.back(gone)).status == 200


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"error": "access_denied"}, "did not let you in (access_denied)."),
        ({"error": "<script>alert(1)</script>"}, "did not let you in."),
        ({"code": ""}, "did not say that you are signed in"),
        ({"code": "x" * 5000}, "did not say that you are signed in"),
        ({"iss": "https://evil.example"}, "You were not sent by"),
    ],
)
async def test_what_comes_back_without_a_sign_in_is_refused(company: Company, more, says):
    heard = await company.back(await company.go(), **more)
    assert says in await company.not_let_in(heard, 400)
    assert "<script>" not in heard.body.decode()
    assert company.provider.forms == []


async def test_a_code_that_was_used_before_is_refused(company: Company):
    company.provider.instead["token"] = answering(400, {"error": "invalid_grant", "error_description": "used"})
    says = await company.not_let_in(await company.come(), 400)
    assert "The sign-in was used before, or took too long. Sign in again." in says


async def test_whoever_does_not_work_here_is_told_so(company: Company):
    company.provider.claims["email"] = "ben@example.com"
    says = await company.not_let_in(await company.come(), 403)
    assert "Nobody called ben@example.com works here. Whoever manages people here adds you" in says


async def test_whoever_is_shut_out_is_told_so_and_it_is_on_record_by_name(company: Company):
    store = company.doors.bench.store
    await store.keep_person(replace(await store.person(ANA), disabled=True))
    says = await company.not_let_in(await company.come(), 403, ANA)
    assert "may no longer sign in here" in says


async def test_an_account_stays_somebodys_whatever_it_is_called(company: Company):
    session = session_of(await company.come())
    company.provider.claims["email"] = "ana.bauer@example.com"
    assert (await company.ask("/session", session_of(await company.come()))).json["name"] == ANA
    company.provider.claims |= {"sub": "2", "email": ANA}
    heard = await company.come()
    assert (heard.status, session_of(heard)) == (403, "")
    assert "another account" in said(heard)
    assert (await company.ask("/session", session)).json["name"] == ANA


async def test_with_roles_somebody_new_is_made_and_what_is_not_in_the_token_is_asked_for(company: Company):
    company.says(roles={"Buyers": "procurement"})
    company.provider.claims |= {"email": None}
    company.provider.more = {"sub": "1", "email": "ben@example.com", "name": "Ben Kim", "groups": ["Buyers"]}
    me = (await company.ask("/session", session_of(await company.come()))).json
    assert (me["name"], me["title"], me["role"]) == ("ben@example.com", "Ben Kim", "Procurement")
    assert {(each.deed.action, each.deed.who, each.deed.by) for each in await company.doors.bench.store.deeds()} == {
        ("add a person", "ben@example.com", "company"),
        ("sign in", "ben@example.com", "company"),
    }
    company.provider.more = {"sub": "2", "email": ANA}
    heard = await company.come()
    assert (heard.status, session_of(heard)) == (400, "")
    assert "speaks of two people" in said(heard)


async def test_whoever_has_no_password_can_only_come_that_way(company: Company):
    for password in ("", "x", "correct-horse-battery"):
        body = f'{{"name": "{ANA}", "password": "{password}"}}'.encode()
        sent = {"content-type": "application/json"}
        heard = await company.doors.call("POST", "/session", body=body, headers=sent)
        assert heard.status in (401, 422)
    assert [each[1:] for each in await company.record()] == [
        ("password", 401, "Comes through the company's own sign-in alone.")
    ] * 2
    assert (await company.come()).status == 200


async def test_the_record_cannot_be_filled(company: Company):
    gone = await company.go()
    for _ in range(40):
        await company.back(gone, cookie="")
    assert len(await company.record()) == 5, "then ever fewer"
    company.doors.bench.clock.advance(timedelta(seconds=2))
    await company.back(gone, cookie="")
    assert len(await company.record()) == 6
    company.provider.claims["email"] = "ben@example.com"


async def test_without_the_database_nobody_is_let_in(company: Company, monkeypatch):
    async def gone(*_, **__):
        raise StoreUnavailable("away")

    way = await company.go()
    monkeypatch.setattr(company.doors.bench.store, "person", gone)
    assert "cannot look up anybody" in away(await company.back(way))
