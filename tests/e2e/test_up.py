"""A whole installation from the command line: begin, trade, ask, get killed, go on."""

import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.process import Ran, Started, ask, fetch, run, send, started, until

from tradelane.partners import create
from tradelane.testing.rehearsal import free_port

TAKEOVER_SECONDS = 10
NOBODY = 65534
# The one right it keeps is to read what only root may: the Python that runs the tests may live in root's home.
AS_NOBODY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search", "--bounding-set=-all,+dac_read_search"),
)


@dataclass
class Installation:
    """A folder with an ERP and a supplier, a database, and the port to be listened on."""

    root: Path
    database: str
    port: int
    erp: str = ""
    acme: str = ""

    @property
    def env(self) -> dict[str, str]:
        return {"TRADELANE_DATABASE_URL": self.database, "TRADELANE_URL": self.url, "TRADELANE_HOME": str(self.root)}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tradelane(self, *arguments: object) -> Ran:
        return run(*arguments, env=self.env)

    def sample(self, partner: str, name: str, number: str = "4711") -> bytes:
        """A sample as `partner new` wrote it, but about the order *number*, which ACME is to supply."""
        text = (self.root / "partners" / partner / "samples" / name).read_text()
        text = text.replace("*92*PARTNER~", "*92*ACME~").replace('"PARTNER"', '"ACME"')
        return text.replace("4711", number).encode()

    def taken_by_supplier(self) -> str:
        """What has waited in the supplier's mailbox, fetched and taken."""
        got = []
        for each in (fetch(f"{self.url}/partner/v1/waiting", self.acme) or {"items": []})["items"]:
            status, body = ask("GET", self.url + each["link"], self.acme)
            assert status == 200
            assert ask("POST", self.url + each["taken"], self.acme, b"")[0] in (200, 202)
            got.append(body.decode())
        return "".join(got)

    def trace(self, number: str) -> list[dict]:
        return fetch(f"{self.url}/process/v1/trace/{number}")["timeline"]

    def case(self, id: str) -> dict:
        return fetch(f"{self.url}/process/v1/cases/{id}")["case"]

    def order(self, number: str) -> dict | None:
        return fetch(f"{self.url}/process/v1/orders/{number}")


@pytest.fixture
def installation(tmp_path: Path, fresh_database: str) -> Installation:
    root = tmp_path / "home"
    create.init(root)
    erp, acme = create.new(root, "erp", "erp").key, create.new(root, "acme", "x12-supplier").key
    return Installation(root, fresh_database, free_port(), erp, acme)


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    """What a test starts ends with it."""
    with ExitStack() as stack:
        yield stack


def up(stack: ExitStack, at: Installation, *arguments: object) -> Started:
    begun = stack.enter_context(started(*(arguments or ("up",)), "--port", at.port, env=at.env))
    begun.hear(rf"Listening on {at.url}")
    return begun


def test_from_an_empty_folder_to_an_order_answered_and_a_kill_in_between(tmp_path, fresh_database, processes):
    at = Installation(tmp_path / "home", fresh_database, free_port())
    at.erp = at.tradelane("partner", "new", "erp", "--template", "erp").key
    at.acme = at.tradelane("partner", "new", "acme", "--template", "x12-supplier", "--title", "Acme [Ltd]").key
    assert at.tradelane("partner", "certify", "acme").code == 0
    assert "Acme [Ltd]" in at.tradelane("partner", "list").out
    first = up(processes, at)
    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    assert "BEG*00*SA*4711" in until(at.taken_by_supplier)
    until(lambda: not at.taken_by_supplier())

    first.process.kill()
    first.process.wait()
    assert "Nothing answers" in at.tradelane("trace", "4711").err
    second = up(processes, at)
    send(at.url, at.acme, at.sample("acme", "855-partial.edi"))
    assert "~AK9*A*1*1*1~" in until(at.taken_by_supplier), "their 855 is acknowledged with a 997 in their mailbox"
    until(lambda: not at.taken_by_supplier())
    told = until(lambda: [e["says"] for e in at.trace("4711") if "confirmed the order" in e["says"]])
    assert told
    shown = at.tradelane("trace", "4711")
    assert (shown.code, shown.err) == (0, "")
    assert "What happened to 4711" in shown.out
    assert told[0] in shown.out
    assert (second.end(), "Traceback" in "\n".join(second.said)) == (0, False)


def test_an_exception_is_listed_given_to_a_person_and_ended(installation, processes):
    at = installation
    begun = up(processes, at)
    assert "Nothing needs a person" in at.tradelane("cases").out
    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    until(lambda: at.order("4711"))
    send(at.url, at.acme, at.sample("acme", "855-partial.edi"))
    until(lambda: fetch(f"{at.url}/process/v1/cases")["items"])
    case = json.loads(at.tradelane("cases", "--json").out)[0]
    assert case["id"][:8] in at.tradelane("cases").out

    said = at.tradelane("cases", "assign", case["id"][:8], "Ada [Buyer]")
    assert (said.code, said.out) == (0, "✓ Ada [Buyer] has it.\n")
    until(lambda: at.case(case["id"])["state"] == "assigned")
    assert "Ada [Buyer]" in at.tradelane("cases", "--state", "assigned").out
    said = at.tradelane("cases", "resolve", case["id"][:8], "accepted", "--note", "agreed by phone")
    assert (said.code, said.out) == (0, "✓ Done.\n")
    assert at.case(case["id"])["state"] == "resolved"
    wrong = at.tradelane("cases", "assign", "zzzz", "Ada")
    assert (wrong.code, wrong.err) == (1, "✗ There is no exception zzzz. `tradelane cases` lists them.\n")
    assert begun.end(signal.SIGINT) == 0


def test_the_work_of_a_killed_process_is_taken_over_in_ten_seconds(installation, processes):
    at = installation
    door = up(processes, at, "serve")
    workers = [processes.enter_context(started("work", env=at.env)) for _ in range(2)]
    for worker in workers:
        worker.hear("Ctrl-C stops it cleanly")
    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    until(lambda: at.order("4711"))

    workers[0].process.kill()
    numbers = [f"48{place:02d}" for place in range(8)]
    for number in numbers:
        send(at.url, at.erp, at.sample("erp", "purchase-order.json", number))
    until(lambda: all(at.order(number) for number in numbers), TAKEOVER_SECONDS)
    assert (workers[1].end(), door.end()) == (0, 0)


@pytest.mark.parametrize("arguments", [("up",), ("demo",)])
def test_a_port_in_use_is_said_in_one_sentence_with_what_to_do(tmp_path, arguments):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run(*arguments, "--port", port, "--home", tmp_path)
    assert ran.code == 1
    assert (
        ran.err == f"✗ Port {port} is in use, perhaps by another Tradelane: stop that, or choose another with --port.\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="there is no setpriv")
def test_an_ordinary_user_gets_a_database_of_their_own(folder, processes):
    os.chown(folder, NOBODY, NOBODY)
    port = free_port()
    arguments = ("up", "--home", folder / "home", "--port", port)
    begun = processes.enter_context(started(*arguments, before=AS_NOBODY, cwd=folder))
    begun.hear(f"Listening on http://127.0.0.1:{port}")
    assert fetch(f"http://127.0.0.1:{port}/process/v1/health")["ready"]
    assert begun.end() == 0
    made = list((folder / "home").rglob("*"))
    assert len(made) > 100
    assert {path.lstat().st_uid for path in made} == {NOBODY}
