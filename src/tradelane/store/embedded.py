"""Run PostgreSQL beside us, on a laptop as in a test: made when missing, back after kill -9, never root."""

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import asyncpg

from tradelane.store.binaries import (
    EmbeddedRefused,
    find_binaries,
    major,
    reachable,
    readable_binaries,
    runs_as,
    shared_folder,
)
from tradelane.store.postmaster import Postmaster, family, find_postmaster, is_running

USER = "tradelane"
READY_SECONDS_MAX = 60.0
CONNECT_SECONDS_MAX = 10
ORPHANS_SECONDS_MAX = 15.0
STOP_SECONDS_MAX = 30.0
POLL_SECONDS = 0.03
BUILTIN_LOCALES_SINCE = 17


class Embedded:
    """A PostgreSQL of our own in *directory*. What outlived a killed parent is taken over, not started twice."""

    def __init__(
        self, directory: Path, *, bin_dir: Path | None = None, settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.directory = directory.absolute()
        self._settings = settings
        self._user = runs_as()
        self._bin_dir = bin_dir
        self._home = self.directory
        self._child: subprocess.Popen[Any] | None = None
        self._owner: IO[str] | None = None

    @property
    def cluster(self) -> Path:
        """The data directory proper."""
        return self._home / "data"

    @property
    def note(self) -> Path:
        """Where it is noted, beside the folder and not in it, which start of it was the last one."""
        return self.directory.with_name(f"{self.directory.name}.seen")

    @property
    def log(self) -> Path:
        """What the server says."""
        return self._home / "postgres.log"

    async def start(self) -> str:
        """Return the address of a database that answers."""
        self._home = self._reachable_home()
        self._lock()
        binaries = readable_binaries(self._bin_dir or find_binaries(), self._user)
        if not (self.cluster / "PG_VERSION").exists():
            await asyncio.to_thread(self._initdb, binaries)
        self._check_version(binaries)
        running = find_postmaster(self.cluster)
        if running is None or not await self._until_ready(running):
            # None there, or one just killed that was still to be seen: it is gone, and ours begins.
            await self._clear_stale_lock()
            running = self._spawn(binaries)
            if not await self._until_ready(running):
                raise EmbeddedRefused(f"PostgreSQL did not start; {self.log} ends with:\n{self._last_words()}")
        return self._dsn(running.port, USER)

    async def stop(self, *, at_once: bool = False) -> None:
        """Shut down, if it is ours to shut down: another live process may use the same directory.

        ``at_once`` leaves out the tidying, which the next start then makes up for: for a directory that is thrown away.
        """
        running = find_postmaster(self.cluster)
        if running is not None and self._owner is not None:
            os.kill(running.pid, signal.SIGQUIT if at_once else signal.SIGINT)
            gone = await until(lambda: self._gone(running.pid), STOP_SECONDS_MAX)
            if not gone:
                os.kill(running.pid, signal.SIGQUIT)
                await until(lambda: self._gone(running.pid), STOP_SECONDS_MAX)
        if self._owner is not None:
            self._owner.close()
            self._owner = None

    def _reachable_home(self) -> Path:
        """Return where the data goes: *directory*, unless the user we run as cannot come there (root's 0700 home)."""
        home = self.directory
        self.directory.mkdir(parents=True, exist_ok=True)
        if not reachable(home, self._user):
            home = self._elsewhere()
        if self._user is not None:
            os.chown(home, self._user, self._user)
        return home

    def _elsewhere(self) -> Path:
        """Return the place noted in *directory*, or a new one: who removes the directory never meets its old rows."""
        note = self.directory / "LOCATION"
        if not note.exists():
            name = sha256(str(self.directory).encode()).hexdigest()[:12]
            note.write_text(f"{shared_folder('lib') / f'{name}-{secrets.token_hex(4)}'}\n")
        home = Path(note.read_text().strip())
        home.mkdir(parents=True, exist_ok=True)
        return home

    def _lock(self) -> None:
        """Become the owner, unless another live process is: then we are its guest and leave the server running."""
        handle = (self.directory / "owner").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return
        self._owner = handle

    def _initdb(self, binaries: Path) -> None:
        """Make the data directory under another name first: a half-made one is never mistaken for a whole."""
        half = self._home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        password = self._private("password", secrets.token_hex(16))
        locale = ["--locale=C.UTF-8"]
        if major(binaries) >= BUILTIN_LOCALES_SINCE:
            locale.append("--locale-provider=builtin")
        chosen = ["--username", USER, "--pwfile", str(password), "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
        command = [str(binaries / "initdb"), "-D", str(half), *chosen, *locale]
        options = {"capture_output": True, "text": True, "cwd": self._home, **self._identity()}
        made = subprocess.run(command, check=False, **options)  # noqa: S603
        if made.returncode != 0:
            raise EmbeddedRefused(f"initdb failed in {self._home}: {made.stderr.strip() or made.stdout.strip()}")
        half.rename(self.cluster)

    def _check_version(self, binaries: Path) -> None:
        kept, ours = int((self.cluster / "PG_VERSION").read_text()), major(binaries)
        if kept != ours:
            raise EmbeddedRefused(
                f"{self.cluster} was made by PostgreSQL {kept}, {binaries} holds {ours}. Set TRADELANE_PG_BIN "
                f"to a PostgreSQL {kept}, or move the data with pg_upgrade, or export it and start in an empty folder."
            )

    async def _clear_stale_lock(self) -> None:
        """Remove the lock of a dead server, once none of its processes is left.

        Where nobody reaps, a killed server stays a zombie that PostgreSQL takes for alive; while its children live,
        its lock is what protects the data.
        """
        if not await until(lambda: not family(self.cluster), ORPHANS_SECONDS_MAX):
            raise EmbeddedRefused(
                f"processes {family(self.cluster)} of a dead server still use {self.cluster}: end them."
            )
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _spawn(self, binaries: Path) -> Postmaster:
        port = self._port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
            "log_line_prefix": "%m [%p] ",
        }
        if sys.platform == "linux":
            # Still durable (O_DSYNC), and half the price of fdatasync for small commits.
            settings["wal_sync_method"] = "open_datasync"
        settings.update(self._settings)
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(self.cluster), *chosen]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must reach us first, and our kill -9 must not take it along.
            self._child = child = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.cluster,
                start_new_session=True,
                **self._identity(),
            )
        return Postmaster(pid=child.pid, port=port)

    async def _until_ready(self, running: Postmaster) -> bool:
        """Ask by connecting until it answers, and make our database the first time; False when it is gone."""
        said = "nothing"
        loop = asyncio.get_running_loop()
        deadline = loop.time() + READY_SECONDS_MAX
        while loop.time() < deadline:
            if self._gone(running.pid):
                return False
            try:
                await self._make_database(running.port)
                return True
            except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, TimeoutError) as not_yet:
                said = str(not_yet)
            await asyncio.sleep(POLL_SECONDS)
        raise EmbeddedRefused(
            f"PostgreSQL {running.pid} in {self.cluster} does not answer on {running.port} ({said}): stop it."
        )

    async def _make_database(self, port: int) -> None:
        connection = await asyncpg.connect(self._dsn(port, "postgres"), timeout=CONNECT_SECONDS_MAX)
        try:
            if not await connection.fetchval("select 1 from pg_database where datname = $1", USER):
                await connection.execute(f"create database {USER}")
        finally:
            await connection.close()

    def _dsn(self, port: int, database: str) -> str:
        password = (self._home / "password").read_text().strip()
        return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{database}"

    def _port(self) -> int:
        """Return the port of last time if it is free, else a free one, kept for next time."""
        kept = self._home / "port"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(kept.read_text())))
            except (OSError, ValueError):
                probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kept.write_text(f"{port}\n")
        return port

    def _private(self, name: str, text: str) -> Path:
        path = self._home / name
        path.touch(mode=0o600)
        path.write_text(text)
        if self._user is not None:
            os.chown(path, self._user, self._user)
        return path

    def _identity(self) -> dict[str, Any]:
        return {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}

    def _gone(self, pid: int) -> bool:
        """Say whether the server ended; asking also reaps it where it is our child."""
        if self._child is not None and self._child.pid == pid:
            return self._child.poll() is not None
        return not is_running(pid)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:]) if self.log.exists() else "(no log)"


async def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until *holds*, looking often; say whether it did within so many seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not holds():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
