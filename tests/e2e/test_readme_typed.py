"""What the README tells a newcomer to type, typed."""

import re
import shutil
import signal
import subprocess

import pytest
from tests.e2e.process import environment, run, started, until
from tests.rules.sources import ROOT

from tradelane.testing.rehearsal import free_port

SAMPLE = ROOT / "src/tradelane/partners/templates/x12-supplier/samples/855-partial.edi"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
COMMANDS = [line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
RUN_BELOW = {"make demo", "make demo ORDERS=50", "make test", "tradelane up"}
NEED_A_SERVER = ("tradelane trace", "tradelane cases")
MAKE_A_HISTORY = "make demo"


def made_by(command: str) -> str:
    """What make would run last for *command*."""
    words = command.split()
    alone = {name: value for name, value in environment().items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    ended = subprocess.run([words[0], "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, env=alone)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()[-1].strip()


def test_every_command_of_the_readme_is_typed_somewhere_in_this_file():
    others = {c for c in COMMANDS if not c.startswith(("tradelane ", "make "))}
    assert not others, f"a kind of command nobody tries: {others}"
    assert set(COMMANDS) >= RUN_BELOW


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("tradelane ") and c not in RUN_BELOW])
def test_a_command_of_the_readme_works_as_it_stands(tmp_path, command):
    """Where it needs a server there is none, and it says so and what to do; the others do what they are to do."""
    (tmp_path / "some-file.edi").write_bytes(SAMPLE.read_bytes())
    ran = run(*command.split()[1:], cwd=tmp_path, env={"TRADELANE_URL": f"http://127.0.0.1:{free_port()}"})
    if command.startswith(NEED_A_SERVER):
        assert ran.code == 1
        assert "Start it with `tradelane up`" in ran.err
    else:
        assert (ran.code, ran.err) == (0, "")
        assert ran.out


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_what_make_runs_is_what_is_tested_here():
    assert made_by("make demo") == ".venv/bin/tradelane demo"
    assert made_by("make demo ORDERS=4") == ".venv/bin/tradelane demo --orders 4 --exit"
    assert made_by("make test").endswith("-m pytest -n 2 --dist loadfile")


def test_a_few_orders_run_to_their_end_and_the_sums_are_right(folder):
    """Whatever database an installation here uses: practice orders never get into it."""
    env = {"TRADELANE_DATABASE_URL": "postgresql://real:secret@127.0.0.1:1/real"}
    ran = run("demo", "--orders", 4, "--exit", "--home", folder, env=env)
    assert ran.code == 0, ran.err
    assert "quantities add up: yes" in ran.out
    assert "What became of the orders?" in ran.out


def test_your_own_installation_starts_stops_and_is_found_again(folder):
    """`tradelane up` as it stands: a folder and a database of its own, here."""
    port = free_port()
    with started("up", "--port", port, cwd=folder) as first:
        key = first.hear(r"Operator key, shown this once: (\S+)").group(1)
        first.hear(f"Listening on http://127.0.0.1:{port}")
        assert run("cases", "--url", f"http://127.0.0.1:{port}", env={"TRADELANE_KEY": key}).code == 0
        assert first.end(signal.SIGINT) == 0
    assert (folder / ".tradelane" / "tradelane.toml").exists()
    with started("up", "--port", port, cwd=folder) as second:
        second.hear(f"Listening on http://127.0.0.1:{port}")
        assert not [line for line in second.said if "Operator key" in line]
        assert second.end(signal.SIGINT) == 0


def test_a_demo_stopped_while_it_makes_its_history_stops_cleanly(folder):
    with started("demo", "--home", folder, "--port", free_port()) as begun:
        begun.hear("Starting the database")
        until(lambda: (folder / "live/data/postgres/data/postmaster.pid").exists())
        assert begun.end(signal.SIGINT) == 0
        assert "Traceback" not in "\n".join(begun.said)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_live_demo_shows_its_address_stops_and_goes_on(folder):
    """Long because of the ninety days before it; what it does then takes seconds."""
    port = free_port()
    with started("demo", "--home", folder, "--port", port) as first:
        first.hear("days of history: ", 400)
        address = first.hear(rf"http://127.0.0.1:{port}").group(0)
        first.hear(r"orders: .*\d+ closed", 60)
        assert run("cases", "--url", address).code == 0
        assert first.end(signal.SIGINT, 60) == 0
        assert "Stopped. make demo goes on from here" in "\n".join(first.said)
    with started("demo", "--home", folder, "--port", port) as second:
        second.hear("Found what was here before", 60)
        second.hear(r"orders: .*\d+ closed", 60)
        assert second.end(signal.SIGINT, 60) == 0
        assert "Traceback" not in "\n".join([*first.said, *second.said])
        assert "error" not in (folder / "demo.log").read_text()
