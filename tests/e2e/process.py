"""Tradelane as its users meet it: a command line, processes, an address, a folder."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any

COMMAND = (sys.executable, "-m", "tradelane")
SECONDS = 45


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user without settings of ours, on a wide terminal that shows no colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADELANE_")}
    return kept | {"COLUMNS": "160", "NO_COLOR": "1"} | dict(extra or {})


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def key(self) -> str:
        """The API key it showed."""
        (found,) = re.findall(r"^API key, shown this once: (\S+)$", self.out, re.MULTILINE)
        return found


def run(*arguments: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run one command to its end."""
    command = [*COMMAND, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment(env), cwd=cwd, timeout=SECONDS)
    return Ran(ended.returncode, ended.stdout, ended.stderr)


@dataclass
class Started:
    """A command that keeps running, and what it said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.changed:
                self.said.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.said.append("(it ended)")
            self.changed.notify_all()

    def hear(self, pattern: str, seconds: float = SECONDS) -> re.Match[str]:
        """Wait until it says *pattern*."""
        deadline = monotonic() + seconds
        with self.changed:
            while True:
                found = re.search(pattern, "\n".join(self.said))
                if found:
                    return found
                ended = self.said[-1:] == ["(it ended)"]
                assert not ended, (pattern, self.said)
                assert self.changed.wait(deadline - monotonic()), (pattern, self.said)

    def end(self, how: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Signal it, and return its exit code."""
        self.process.send_signal(how)
        return self.process.wait(seconds)


@contextmanager
def started(
    *arguments: object, env: Mapping[str, str] | None = None, before: Sequence[str] = (), cwd: Path | None = None
) -> Iterator[Started]:
    """Start a command; whatever becomes of the test, it does not outlive it. *before* is what it is started by."""
    process = subprocess.Popen(
        [*before, *COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment({"PYTHONUNBUFFERED": "1"} | dict(env or {})),
        cwd=cwd,
    )
    begun = Started(process)
    reader = Thread(target=begun.read, daemon=True)
    reader.start()
    try:
        yield begun
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join(5)


def until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Return what *condition* says as soon as it says something."""
    deadline, pause = monotonic() + seconds, Event()
    while not (found := condition()):
        assert monotonic() < deadline, "it did not happen in time"
        pause.wait(0.05)
    return found


def ask(method: str, url: str, key: str = "", body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    """Ask an address; return status and body. A server that is gone answers 0."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if kind:
        headers["Content-Type"] = kind
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def fetch(url: str, key: str = "") -> Any:
    """Return what an address answers, as JSON; None when it has nothing yet."""
    status, body = ask("GET", url, key)
    return json.loads(body) if status == 200 else None


def send(url: str, key: str, body: bytes) -> Any:
    """Send a file as a partner does; it is acknowledged or the test fails."""
    kind = "application/edi-x12" if body.startswith(b"ISA") else "application/json"
    status, answer = ask("POST", f"{url}/partner/v1/transmissions", key, body, kind)
    assert status == 202, (status, answer)
    return json.loads(answer)
