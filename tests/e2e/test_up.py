"""A whole installation from the command line: begin, trade, ask, get killed, go on."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.process import Ran, Started, ask, fetch, run, send, started, until

from tradelane.store.embedded import Embedded
from tradelane.testing.rehearsal import free_port

TAKEOVER_SECONDS = 10


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
        """A sample as `partner new` wrote it, about the order *number* that ACME is to supply."""
        text = (self.root / "partners" / partner / "samples" / name).read_text()
        control = f"{abs(hash((name, number))) % 10**9:09d}"
        old = text.split("*")[13]
        text = text.replace(old, control) if text.startswith("ISA") else text
        text = text.replace("*92*PARTNER~", "*92*ACME~").replace('"PARTNER"', '"ACME"')
        return text.replace("4711", number).encode()

    def sent_by_supplier(self) -> str:
        """What has waited in the supplier's mailbox, fetched and taken."""
        got = []
        for each in (fetch(f"{self.url}/partner/v1/waiting", self.acme) or {"items": []})["items"]:
            status, body = ask("GET", self.url + each["link"], self.acme)
            assert status == 200
            assert ask("POST", self.url + each["taken"], self.acme, b"")[0] in (200, 202)
            got.append(body.decode())
        return "".join(got)

    def order(self, number: str) -> dict | None:
        return fetch(f"{self.url}/process/v1/orders/{number}")


@pytest.fixture
def installation(tmp_path: Path, fresh_database: str) -> Installation:
    made = Installation(tmp_path / "home", fresh_database, free_port())
    made.erp = made.tradelane("partner", "new", "erp", "--template", "erp").key
    made.acme = made.tradelane("partner", "new", "acme", "--template", "x12-supplier", "--title", "Acme [Ltd]").key
    return made


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    """What a test starts ends with it."""
    with ExitStack() as stack:
        yield stack


def up(stack: ExitStack, at: Installation, *arguments: object) -> Started:
    begun = stack.enter_context(started(*(arguments or ("up",)), "--port", at.port, env=at.env))
    begun.hear(rf"Listening on {at.url}")
    return begun


def test_an_order_is_told_answered_traced_and_survives_a_kill(installation, processes):
    at = installation
    assert at.tradelane("partner", "certify", "acme").code == 0
    assert "Acme [Ltd]" in at.tradelane("partner", "list").out
    first = up(processes, at)

    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    until(lambda: at.order("4711"))
    assert "BEG*00*SA*4711" in until(at.sent_by_supplier)
    trace = at.tradelane("trace", "4711")
    assert trace.code == 0
    assert "What happened to 4711" in trace.out
    assert json.loads(at.tradelane("trace", "4711", "--json").out)["timeline"]

    first.process.kill()
    first.process.wait()
    assert "Nothing answers" in at.tradelane("trace", "4711").err
    second = up(processes, at)
    send(at.url, at.acme, at.sample("acme", "855-partial.edi"))
    assert "AK9*A*1*1*1" in until(at.sent_by_supplier), "their 855 is acknowledged with a 997 in their mailbox"
    until(lambda: at.order("4711")["state"] != "awaiting_answer")
    assert "SO998" in str(fetch(f"{at.url}/process/v1/orders/4711")) or at.order("4711")
    assert at.sent_by_supplier() == "", "what was taken waits no more"

    assert second.end() == 0
    assert "Traceback" not in "\n".join(second.said)


def test_an_exception_is_listed_given_to_a_person_and_ended(installation, processes):
    at = installation
    begun = up(processes, at)
    assert "Nothing needs a person" in at.tradelane("cases").out
    send(at.url, at.erp, at.sample("erp", "850-two-lines.edi"))
    until(lambda: at.order("4711"))
    send(at.url, at.acme, at.sample("acme", "855-partial.edi"))
    (case,) = until(lambda: json.loads(at.tradelane("cases", "--json").out))
    assert case["id"][:8] in at.tradelane("cases").out

    said = at.tradelane("cases", "assign", case["id"][:8], "Ada [Buyer]")
    assert (said.code, said.out) == (0, "✓ Ada [Buyer] has it.\n")
    until(lambda: "Ada [Buyer]" in at.tradelane("cases", "--state", "assigned").out)
    assert at.tradelane("cases", "resolve", case["id"][:8], "accepted", "--note", "agreed by phone").code == 0
    until(lambda: json.loads(at.tradelane("cases", "--json").out) == [])
    assert case["id"] in at.tradelane("cases", "--state", "resolved", "--json").out
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
    for number in range(8):
        send(at.url, at.erp, at.sample("erp", "purchase-order.json", f"48{number:02d}"))
    until(lambda: all(at.order(f"48{number:02d}") for number in range(8)), TAKEOVER_SECONDS)
    assert workers[1].end() == 0
    assert door.end() == 0


@pytest.mark.parametrize("arguments", [("up",), ("serve",), ("demo",)])
def test_a_port_in_use_is_said_in_one_sentence_with_what_to_do(tmp_path, arguments):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run(*arguments, "--port", port, "--home", tmp_path)
    assert ran.code == 1
    assert ran.err == f"✗ Port {port} is in use, perhaps by another Tradelane: stop that, or choose another with --port.\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nothing_of_root(tmp_path_factory, processes):
    nobody = 65534
    root = tmp_path_factory.mktemp("ordinary")
    port = free_port()
