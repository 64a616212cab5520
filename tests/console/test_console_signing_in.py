"""The console where people work: it asks who it is, offers what the person may do, and leaves out what it may not."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.conftest import free_port
from tests.e2e.process import run, started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A house of its own where two people work."""
    home, port = Path(tempfile.mkdtemp(prefix="tradelane-people-")), free_port()
    home.chmod(0o755)
    with started("up", "--home", home, "--port", port) as house:
        house.hear(rf"http://127\.0\.0\.1:{port}")
        for name, role in (("pru", "procurement"), ("wes", "warehouse")):
            made = run("user", "add", name, "--role", role, "--title", name.title(), "--home", home)
            assert made.code == 0, made.err
            (password,) = re.findall(r"\b(\w{5}-\w{5}-\w{5}-\w{5})\b", made.out)
            PASSWORDS[name] = password
        yield f"http://127.0.0.1:{port}"
        house.end()
    shutil.rmtree(home, ignore_errors=True)


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
