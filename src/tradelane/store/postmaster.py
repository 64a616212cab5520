"""Which processes of a data directory really run: its lock file names one, the process table knows."""

import os
import subprocess
from pathlib import Path

from msgspec import Struct

_PORT_LINE = 3
_PROC = Path("/proc")


class Postmaster(Struct, frozen=True, kw_only=True):
    """A server that runs, and its port."""

    pid: int
    port: int


def find_postmaster(data: Path) -> Postmaster | None:
    """Return the live server of *data*: named in its lock file, no zombie, no stranger that got the same number."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        found = Postmaster(pid=int(lines[0]), port=int(lines[_PORT_LINE]))
    except (OSError, ValueError, IndexError):
        return None
    return found if is_running(found.pid) and str(data) in _command(found.pid) else None


def is_running(pid: int) -> bool:
    """Say whether *pid* runs: a zombie answers signals but does nothing any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) not in ("Z", "X", "")


def family(data: Path) -> list[int]:
    """Return the live processes that work in *data*: every PostgreSQL process of a server does."""
    if not _PROC.exists():
        return []
    return sorted(int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit() and _works_in(entry, data))


def _works_in(entry: Path, data: Path) -> bool:
    try:
        return (entry / "cwd").readlink() == data and is_running(int(entry.name))
    except OSError:
        return False


def _state(pid: int) -> str:
    """Return the process state letter. In stat it follows the name, which is in brackets and may hold anything."""
    if not _PROC.exists():
        return _ask_ps(pid, "stat=")[:1]
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _command(pid: int) -> str:
    if not _PROC.exists():
        return _ask_ps(pid, "command=")
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _ask_ps(pid: int, what: str) -> str:
    command = ["ps", "-p", str(pid), "-o", what]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return said.stdout.strip()
