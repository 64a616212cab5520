"""The console in a real browser, against the demo: a running system with ninety days of orders behind it."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.e2e.process import started

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WARM_SECONDS = 240


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a demo of our own, once its history is there."""
    home, port = Path(tempfile.mkdtemp(prefix="tradelane-console-")), free_port()
    home.chmod(0o755)
    with started("demo", "--home", home, "--port", port) as demo:
        demo.hear(r"exceptions open: \d+", WARM_SECONDS)
        yield f"http://127.0.0.1:{port}"
        demo.end()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of this machine; where there is none, the tests say so and are left out; on a build server they fail.

    It goes with its module: while it is there, nothing else can run an event loop in this process.
    """
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])


def chromium() -> str:
    """Return where Chromium is."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave("There is no Chromium here. On Debian: apt-get install chromium.")
    return found


class Console:
    """A window of the browser at the console; whatever it complains about is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.page.get_by_role("heading", level=1).wait_for()
        return self.page

    def ask(self, path: str):
        answer = self.page.request.get(f"{self.address}/process/v1{path}")
        assert answer.ok, answer.text()
        return answer.json()


@pytest.fixture(params=["light"])
def console(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Console]:
    window = browser.new_context(color_scheme=request.param, viewport={"width": 1440, "height": 900})
    window.set_default_timeout(20_000)
    shown = Console(window.new_page(), address)
    yield shown
    window.close()
    assert not shown.complaints
