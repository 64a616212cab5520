"""A real OpenID Connect provider in a process of its own, installed from its lock when it is first asked for."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from scripts import build_console

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
SECRET = "known to the provider and to us: +&/%"


@contextmanager
def running(port: int, redirect_uri: str) -> Iterator[str]:
    """A provider at which everybody may sign in for us; yields its issuer."""
    said = json.dumps({"port": port, "redirect_uri": redirect_uri, "client_secret": SECRET})
    command = [str(_node()), "provider.mjs", said]
    with subprocess.Popen(
        command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert "listening" in process.stdout.readline(), "the provider did not start"
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def _node() -> Path:
    """Return the node that runs the provider, once the provider is installed; one test process installs it."""
    found = build_console.tools()
    if found is None:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave(build_console.ADVICE)
    wanted, stamp = sha256((HERE / "package-lock.json").read_bytes()).hexdigest(), MODULES / ".installed-from"
    with (Path(tempfile.gettempdir()) / f"tradelane-provider-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            shutil.rmtree(MODULES, ignore_errors=True)
            done = build_console.npm(found, HERE, ("ci", "--silent", "--no-progress"))
            assert done.returncode == 0, done.stderr[-2000:]
            stamp.write_text(wanted)
    return found.folder / "node"
