"""The console where people work: it asks who it is, by a password or through the company's own sign-in (a real
provider), offers what the person may do, and leaves out what it may not.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from tests.console.conftest import free_port
from tests.e2e.process import run, send, started, until
from tests.oidc.real_provider import SECRET, running

SETTINGS = """
egress_allow = ["127.0.0.0/8"]
[company.x12]
id = "US"
[openid_connect]
issuer = "{issuer}"
client_id = "tradelane"
client_secret = "openid"
title = "Contoso"
address = "{address}"
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A house of its own where two people work who have passwords, and one who comes through the company alone."""
    home, ours, theirs = Path(tempfile.mkdtemp(prefix="tradelane-people-")), free_port(), free_port()
    address = f"http://127.0.0.1:{ours}"
    with running(theirs, f"{address}/session/openid/callback") as issuer:
        furnish(home, SETTINGS.format(issuer=issuer, address=address))
        acme = run("partner", "new", "acme", "--home", home).key
        with started("up", "--home", home, "--port", ours) as house:
            house.hear(rf"http://127\.0\.0\.1:{ours}")
            for name, role in (("pru", "procurement"), ("wes", "warehouse")):
                (password,) = re.findall(r"\b(\w{5}-\w{5}-\w{5}-\w{5})\b", added(home, name, role, name.title()))
                PASSWORDS[name] = password
            assert "Password" not in added(home, "ana@example.com", "procurement", "Ana Bauer", "--company")
            send(address, acme, (home / "partners" / "acme" / "samples" / "810-invoice.edi").read_bytes())
            yield address
            house.end()
    shutil.rmtree(home, ignore_errors=True)


def furnish(home: Path, settings: str) -> None:
    home.chmod(0o755)
    (home / "tradelane.toml").write_text(settings)
    (home / "secrets").mkdir()
    (home / "secrets" / "openid").write_text(f"{SECRET}\n")
    (home / "secrets" / "openid").chmod(0o600)


def added(home: Path, name: str, role: str, title: str, *more: str) -> str:
    made = run("user", "add", name, "--role", role, "--title", title, *more, "--home", home)
    assert made.code == 0, made.err
    return made.out


ORDER = {
    "key": "4711",
    "number": "4711",
    "version": 1,
    "at": "2026-09-01T08:00:00Z",
    "state": "confirmed",
    "says": "Everything is promised.",
    "lines": [{"number": "1", "unit": "EA", "ordered": "10", "promised": "10"}],
}
"""An order as the server shows it to people who may not see prices."""

PASSWORDS: dict[str, str] = {}


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    window = browser.new_context()
    window.set_default_timeout(20_000)
    # The provider's own page asks for a font elsewhere.
    window.route(lambda url: not re.match("http://(127.0.0.1|localhost):", url), lambda route: route.abort())
    yield window.new_page()
    window.close()


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_to_be_asked_who_it_is_is_no_fault(page: Page, address: str):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is it?")
    assert not complaints


def test_a_person_signs_in_sees_their_name_and_signs_out(page: Page, address: str):
    sign_in(page, address, "pru", "not-her-password")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    sign_in(page, address, "pru", PASSWORDS["pru"])
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs me today?")
    expect(page.get_by_text("Procurement")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs me today?")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is it?")


def test_who_may_not_see_prices_is_shown_none(page: Page, address: str):
    sign_in(page, address, "wes", PASSWORDS["wes"])
    expect(page.get_by_text("at stake")).to_be_hidden()
    page.route("**/process/v1/orders?*", lambda route: route.fulfill(json={"items": [ORDER]}))
    page.get_by_role("link", name="Orders").first.click()
    expect(page.get_by_role("columnheader", name="Where every unit is")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Value")).to_have_count(0)


def test_who_is_signed_in_may_drop_a_file(page: Page, address: str):
    sign_in(page, address, "pru", PASSWORDS["pru"])
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("button", name="Drop a file to try").click()
    file = {"name": "note.csv", "mimeType": "text/plain", "buffer": b"Order,Line\n4711-ONLY-LOOKED-AT,1\n"}
    page.get_by_label("Choose a file").set_input_files(file)
    expect(page.frame_locator("iframe[name=tried]").locator("#raw")).to_contain_text("4711-ONLY-LOOKED-AT")


def come_as(page: Page, name: str) -> None:
    """Click the button, and sign in at the provider's own page."""
    page.get_by_role("link", name="Sign in with Contoso").click()
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("whatever")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_comes_through_the_company_back_to_the_page_they_wanted(page: Page, address: str):
    cookies: list[str] = []

    def note(request: Request) -> None:
        if request.is_navigation_request() and request.url.startswith(f"{address}/orders"):
            cookies.append(request.all_headers().get("cookie", ""))

    complaints: list[str] = []
    page.on("requestfinished", note)
    page.goto(f"{address}/orders?state=late")
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    come_as(page, "ana")
    expect(page).to_have_url(f"{address}/orders?state=late")
    expect(page.get_by_text("Ana Bauer")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Ana Bauer")).to_be_visible()
    assert ["tradelane=" in kept for kept in cookies] == [False, True, True], "the page itself is asked for as hers"
    assert "tradelane-way" not in cookies[-1]
    assert not [each for each in complaints if address in each]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in with Contoso")).to_be_visible()


def test_a_way_back_from_the_company_leads_in_but_once(page: Page, address: str):
    seen: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if "/session/openid/callback" in request.url:
            seen.append((request.url, request.all_headers()["cookie"].partition("tradelane-way=")[2]))

    page.on("requestfinished", note)
    page.goto(address)
    come_as(page, "ana")
    expect(page.get_by_text("Ana Bauer")).to_be_visible()
    [(way_back, kept)] = seen
    page.goto(way_back)
    expect(page.get_by_role("alert")).to_contain_text("This browser began no sign-in")
    page.context.add_cookies([{"name": "tradelane-way", "value": kept, "url": address}])
    page.goto(way_back)
    expect(page.get_by_role("alert")).to_contain_text("The sign-in was used before, or took too long.")


def test_whoever_does_not_work_here_reads_why_and_can_go_back(page: Page, address: str):
    page.goto(address)
    come_as(page, "ben")
    expect(page.get_by_role("alert")).to_contain_text("Nobody called ben@example.com works here.")
    page.get_by_role("link", name="Back to the sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is it?")
    expect(page.get_by_label("Password")).to_be_visible()


def test_what_a_role_may_not_see_is_said_in_a_sentence(page: Page, address: str):
    sign_in(page, address, "wes", PASSWORDS["wes"])
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs me today?")
    bills = f"{address}/process/v1/documents?document_type=invoice"
    (bill,) = until(lambda: page.request.get(bills).json()["items"])
    page.goto(f"{address}/documents/{bill['id']}")
    told = page.get_by_role("note").filter(has_text="This is not for your role")
    expect(told).to_contain_text("prices")
    expect(told).to_contain_text("Ask Ana Bauer.")
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    expect(page.locator("iframe")).to_have_count(0)
