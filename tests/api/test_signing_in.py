"""People sign in, may do what their role is for and nothing else, and what they did is on record."""

import re
from datetime import timedelta

import pytest
from tests.api.doors import ELSEWHERE, LOOPBACK, OPERATOR, Doors, open_doors
from tests.runtime.bench_house import json_of, order, response_855

from tradelane.api.routes import PROCESS
from tradelane.api.signed_in import word_of
from tradelane.model.person import ABSOLUTE, IDLE
from tradelane.model.role import PERMISSIONS
from tradelane.runtime import password as passwords
from tradelane.runtime import people

pytestmark = pytest.mark.anyio
SECRET = "correct-horse-battery"
SENT = {"content-type": "application/json"}


@pytest.fixture
async def doors(tmp_path) -> Doors:
    made = await open_doors(tmp_path)
    for name, role in (("ana", "admin"), ("wes", "warehouse"), ("pru", "procurement")):
        await people.add(made.bench.store, name, name.title(), role, SECRET, made.bench.app.now())
    return made


def body(name: str, password: str = SECRET) -> bytes:
    return f'{{"name": "{name}", "password": "{password}"}}'.encode()


async def signed_in(doors: Doors, name: str, client=LOOPBACK) -> dict[str, str]:
    """Sign in; return the headers of a page that is."""
    heard = await doors.call("POST", "/session", body=body(name), headers=SENT, client=client)
    assert heard.status == 200, heard.body
    return {"cookie": heard.headers["set-cookie"].split(";")[0], "x-csrf-token": heard.json["word"]}


async def test_whoever_works_here_signs_in_and_is_known_from_then_on(doors):
    nobody = await doors.call("GET", "/session")
    assert (nobody.status, nobody.json["name"], nobody.json["may"]) == (200, "", [])
    page = await signed_in(doors, "pru")
    me = (await doors.call("GET", "/session", headers=page)).json
    assert (me["name"], me["title"], me["role"], me["demo"]) == ("pru", "Pru", "Procurement", False)
    assert "decide.order" in me["may"]
    assert "decide.invoice" not in me["may"]
    assert (await doors.call("GET", "/process/v1/orders", headers=page, client=ELSEWHERE)).status == 200


async def test_as_long_as_nobody_works_here_the_machine_itself_may_do_everything(tmp_path):
    doors = await open_doors(tmp_path)
    me = (await doors.call("GET", "/session")).json
    assert (me["demo"], set(me["may"]), me["title"]) == (True, set(PERMISSIONS), "Operator")
    assert (await doors.call("GET", "/session", client=ELSEWHERE)).json["name"] == ""
    assert (await doors.call("GET", "/session", key="nobody's-key")).status == 401
    assert (await doors.call("GET", "/session", key="acme-key")).codes == ["request.not-an-operator"]


async def test_from_then_on_even_this_machine_is_asked(doors):
    assert (await doors.call("GET", "/process/v1/orders")).codes == ["session.needed"]
    assert (await doors.call("GET", "/process/v1/orders", key=OPERATOR)).status == 200


async def test_the_cookie_cannot_be_read_by_a_page_and_goes_nowhere_else(doors):
    heard = await doors.call("POST", "/session", body=body("pru"), headers=SENT)
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(heard.headers["set-cookie"].split("; "))
    token = heard.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert token not in heard.body.decode()
    assert heard.json["word"] == word_of(token) != token


@pytest.mark.parametrize(
    ("origin", "secure"), [("https://tradelane.example", True), ("http://tradelane.example", False)]
)
async def test_behind_a_proxy_that_speaks_https_the_cookie_goes_by_https_alone(doors, origin, secure):
    here = SENT | {"origin": origin, "host": "tradelane.example"}
    heard = await doors.call("POST", "/session", body=body("pru"), headers=here)
    assert ("Secure" in heard.headers["set-cookie"].split("; "), heard.status) == (secure, 200)


@pytest.mark.parametrize("who", [("pru", "wrong-horse-battery"), ("nobody", SECRET), ("pru", "x")])
async def test_a_wrong_name_and_a_wrong_password_are_the_same_answer(doors, who):
    heard = await doors.call("POST", "/session", body=body(*who), headers=SENT)
    assert (heard.status, heard.codes) == (401, ["session.refused"])
    assert "set-cookie" not in heard.headers


async def test_a_sign_in_that_is_refused_is_on_record_with_why(doors):
    store, now = doors.bench.store, doors.bench.app.now()
    await people.add(store, "kim", "Kim", "finance", "", now)
    await people.change(store, await store.person("wes"), now, disabled=True)
    for who in (("pru", "wrong-horse-battery"), ("my-own-password", SECRET), ("wes", SECRET), ("kim", SECRET)):
        assert (await doors.call("POST", "/session", body=body(*who), headers=SENT)).codes == ["session.refused"]
    page = await signed_in(doors, "ana")
    items = (await doors.call("GET", "/process/v1/audit", headers=page)).json["items"]
    assert {one["deed"]["by"] for one in items} == {"password"}
    assert sorted((one["deed"]["who"], one["status"], one["says"]) for one in items) == [
        ("", 401, "Nobody is called so here."),
        ("ana", 200, ""),
        ("kim", 401, "Comes through the company's own sign-in alone."),
        ("pru", 401, "The password is wrong."),
        ("wes", 401, "Shut out."),
    ]
    assert "my-own-password" not in str(items), "what a stranger types may be a password"


async def test_nobody_can_fill_the_record_with_tries(doors, monkeypatch):
    async def wrong(*_):
        return False

    monkeypatch.setattr(passwords, "matches", wrong)
    for n in range(60):
        said = body("pru" if n % 2 else f"stranger{n}", "guess")
        await doors.call("POST", "/session", body=said, headers=SENT, client=(f"203.0.113.{n}", 1))
    record = [each.deed.who for each in await doors.bench.store.deeds()]
    assert sorted(record) == [""] * 5 + ["pru"] * 5, "by whatever names, from wherever"
    doors.bench.clock.advance(timedelta(minutes=15))
    await doors.call("POST", "/session", body=body("pru", "guess"), headers=SENT)
    assert len(await doors.bench.store.deeds()) == 11


async def test_who_guesses_is_slowed_down_and_nobody_else(doors):
    codes = []
    for _ in range(8):
        heard = await doors.call("POST", "/session", body=body("pru", "guess"), headers=SENT, client=ELSEWHERE)
        codes += heard.codes
    assert codes[:5] == ["session.refused"] * 5
    assert "session.wait" in codes
    assert int(heard.headers["retry-after"]) > 0
    assert await signed_in(doors, "pru"), "from elsewhere the right person still gets in"


async def test_a_change_needs_the_word_that_only_our_page_knows(doors):
    page = await signed_in(doors, "pru")
    path = "/process/v1/cases/none/assign"
    sent = SENT | {"cookie": page["cookie"]}
    for word in ({}, {"x-csrf-token": "0" * 32}):
        heard = await doors.call("POST", path, body=b'{"to": "Pru"}', headers=sent | word)
        assert (heard.status, heard.codes) == (403, ["session.word"])
    heard = await doors.call("POST", path, body=b'{"to": "Pru"}', headers=sent | page)
    assert heard.status == 404, "let through, there is no such exception"


async def test_a_file_that_is_only_looked_at_needs_no_word(doors):
    page = await signed_in(doors, "pru")
    form = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.json"\r\n\r\n{"type": "none"}\r\n--x--\r\n'
    sent = {"content-type": "multipart/form-data; boundary=x", "cookie": page["cookie"]}
    heard = await doors.call("POST", "/process/v1/inspect", body=form, headers=sent)
    assert (heard.status, b"a.json" in heard.body) == (200, True)
    without = {"content-type": sent["content-type"]}
    assert (await doors.call("POST", "/process/v1/inspect", body=form, headers=without)).status == 401


async def test_a_page_elsewhere_cannot_sign_anybody_in(doors):
    sent = SENT | {"origin": "https://evil.example"}
    heard = await doors.call("POST", "/session", body=body("pru"), headers=sent)
    assert (heard.status, heard.codes) == (403, ["session.elsewhere"])


async def test_nobody_else_can_sign_a_person_out_and_who_signs_out_is_on_record(doors):
    page, boss = await signed_in(doors, "pru"), await signed_in(doors, "ana")
    refused = await doors.call("DELETE", "/session", headers={"cookie": page["cookie"]})
    assert (refused.status, refused.codes) == (403, ["session.word"])
    assert (await doors.call("GET", "/process/v1/orders", headers=page)).status == 200, "still signed in"
    for _ in range(2):
        heard = await doors.call("DELETE", "/session", headers=page)
        assert (heard.status, "Max-Age=0" in heard.headers["set-cookie"]) == (204, True)
    items = (await doors.call("GET", "/process/v1/audit?who=pru", headers=boss)).json["items"]
    assert sorted(one["deed"]["action"] for one in items) == ["sign in", "sign out"], "ended once"


async def test_who_signs_out_or_is_shut_out_is_out(doors):
    page = await signed_in(doors, "pru")
    assert (await doors.call("DELETE", "/session", headers=page)).status == 204
    assert (await doors.call("GET", "/process/v1/orders", headers=page)).status == 401
    page = await signed_in(doors, "wes")
    wes = await doors.bench.store.person("wes")
    await people.change(doors.bench.store, wes, doors.bench.app.now(), disabled=True)
    assert (await doors.call("GET", "/process/v1/orders", headers=page)).status == 401
    refused = await doors.call("POST", "/session", body=body("wes"), headers=SENT)
    assert refused.codes == ["session.refused"]


@pytest.mark.parametrize("spent", [IDLE, ABSOLUTE])
async def test_a_session_ends_by_itself(doors, spent, monkeypatch):
    page = await signed_in(doors, "pru")
    later = doors.bench.app.now() + spent + timedelta(minutes=1)
    monkeypatch.setattr(type(doors.bench.app), "now", lambda _: later)
    assert (await doors.call("GET", "/process/v1/orders", headers=page)).status == 401


async def test_what_a_role_may_not_do_is_refused_with_whose_it_is(doors):
    page = await signed_in(doors, "wes")
    sent = SENT | page
    heard = await doors.call("POST", "/process/v1/orders/1/answer/decide", body=b'{"accept": true}', headers=sent)
    assert (heard.status, heard.codes) == (403, ["person.may-not"])
    [told] = heard.json["findings"]
    assert told["says"] == "To decide on orders and on what suppliers answer is for Procurement or Administration."
    assert told["fix"] == "Ask Ana."
    assert (await doors.call("GET", "/process/v1/audit", headers=page)).status == 403
    assert (await doors.call("GET", "/process/v1/invoices/acme/1", headers=page)).status == 403


def test_every_address_of_the_process_api_says_what_it_is_for():
    for handler in PROCESS:
        assert handler.opt.get("may") in PERMISSIONS, handler


async def test_what_somebody_did_is_on_record_with_who_and_why(doors):
    await signed_in(doors, "ana")
    page = await signed_in(doors, "ana")
    items = (await doors.call("GET", "/process/v1/audit", headers=page)).json["items"]
    assert [(one["deed"]["who"], one["deed"]["action"], one["status"]) for one in items] == [
        ("ana", "sign in", 200)
    ] * 2


async def test_who_may_not_see_prices_sees_everything_else(doors):
    await doors.send("erp", json_of(order("4711", quantity="100")))
    await doors.send("acme", response_855("4711", quantity="10"))
    wes, pru = await signed_in(doors, "wes"), await signed_in(doors, "pru")
    seen = {
        who: (await doors.call("GET", "/process/v1/orders/4711", headers=page)).json
        for who, page in (("wes", wes), ("pru", pru))
    }
    assert seen["pru"]["order"]["lines"][0]["price"]
    assert seen["wes"]["order"]["lines"][0]["price"] is None
    assert seen["wes"]["order"]["lines"][0]["ordered"] == seen["pru"]["order"]["lines"][0]["ordered"]
    assert seen["wes"]["order"].get("value", "0") == "0"
    assert float(seen["pru"]["order"]["value"]) > 0
    [paper] = [one["id"] for one in seen["pru"]["documents"] if one["document_type"] == "purchase_order"][:1]
    for part in ("raw", "canonical", "page"):
        path = f"/process/v1/documents/{paper}/{part}"
        assert (await doors.call("GET", path, headers=wes)).codes == ["person.may-not"]
        assert (await doors.call("GET", path, headers=pru)).status == 200
    told = [(await doors.call("GET", f"/process/v1/documents/{paper}", headers=page)).json for page in (wes, pru)]
    assert [(one["raw"] == "", one["canonical"] == "") for one in told] == [(True, True), (False, False)]
    assert told[0]["withheld"].startswith("To see prices and amounts is for Procurement, ")
    assert told[1].get("withheld", "") == ""
    today = (await doors.call("GET", "/process/v1/today", headers=wes)).json
    assert today["amount"] == "0"
    assert not [one for one in today["problems"] if one["case"]["kind"].startswith(("INVOICE_", "ACK_PRICE"))]


async def test_what_is_wrong_in_papers_with_prices_is_told_to_who_may_see_those(doors):
    await doors.send("erp", json_of(order("4711")))
    await doors.send("acme", response_855("4711", quantity="1x"))
    pages = {who: await signed_in(doors, who) for who in ("wes", "pru")}
    told = {}
    for who, page in pages.items():
        items = (await doors.call("GET", "/process/v1/documents", headers=page)).json["items"]
        [paper] = [one for one in items if one["partner"] == "acme" and one["direction"] == "in"]
        one = (await doors.call("GET", f"/process/v1/documents/{paper['id']}", headers=page)).json["document"]
        assert one.get("findings") == paper.get("findings")
        told[who] = paper.get("findings", [])
    assert "'1x' is not a plain number." in [finding["says"] for finding in told["pru"]]
    assert told["wes"] == []
    raw = f"/process/v1/documents/{paper['id']}/raw"
    assert (await doors.call("GET", raw, headers=pages["wes"])).codes == ["person.may-not"]
    assert (await doors.call("GET", raw, headers=pages["pru"])).status == 200


async def test_what_the_supplier_asks_for_the_goods_is_told_nowhere(doors):
    await doors.send("erp", json_of(order("4711")))
    priced = response_855("4711").replace(b"ACK*IA*10*EA*067*20260316", b"ACK*IP*10*EA*067*20260316**BP*SKU-1")
    await doors.send("acme", priced.replace(b"*2.5**BP", b"*37.25**BP"))
    wrong = response_855("4711", control=2).replace(b"*2.5**BP", b"*41.7x**BP")
    await doors.send("acme", wrong)
    paths = ("orders/4711", "trace/4711", "trace/2", "cases", "documents", "orders", "today", "search?q=4711")
    heard = {
        who: [(await doors.call("GET", f"/process/v1/{path}", headers=page)).body.decode() for path in paths]
        for who in ("wes", "pru")
        for page in [await signed_in(doors, who)]
    }
    assert ["37.25" in said for said in heard["pru"][:2]] == [True, True]
    assert ["41.7x" in said for said in heard["pru"][2:5]] == [True, True, True]
    for path, said in zip(paths, heard["wes"], strict=True):
        assert "acme" in said, path
        assert not {"37.25", "41.7x", "2.50"} & set(re.findall(r"[\d.]+x?", said)), path


async def test_who_takes_an_exception_has_it_by_their_own_name(doors):
    await doors.send("erp", json_of(order("4711", quantity="100")))
    await doors.send("acme", response_855("4711", quantity="10"))
    page = await signed_in(doors, "pru")
    [case, *_] = (await doors.call("GET", "/process/v1/cases", headers=page)).json["items"]
    path = f"/process/v1/cases/{case['id']}/resolve"
    said = b'{"action": "Accept", "note": "agreed by phone", "by": "somebody else"}'
    heard = await doors.at_work("POST", path, body=said, headers=SENT | page)
    assert heard.status == 200, heard.body
    after = (await doors.call("GET", f"/process/v1/cases/{case['id']}", headers=page)).json["case"]
    assert after["resolved_by"] == "Pru"
    boss = await signed_in(doors, "ana")
    about = f"/process/v1/audit?about=case/{case['id']}"
    [done] = (await doors.call("GET", about, headers=boss)).json["items"]
    assert (done["deed"]["who"], done["deed"]["why"], done["status"]) == ("pru", "agreed by phone", 200)
