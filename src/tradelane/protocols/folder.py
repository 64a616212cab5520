"""Folders: files a partner lays down for us, and files we lay down for it.

What an SFTP drop looks like once it is mounted.

Names are data: they are never joined into a path unseen. A file is taken from an open handle, so whoever replaces it
meanwhile makes a new document and spoils nothing.
"""

import asyncio
import errno
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from tradelane.model.finding import Finding, Place, Unavailable
from tradelane.model.transmission import Delivery
from tradelane.protocols.names import NAME_BYTES_MAX, WHY, id_of, is_plain, is_unfinished, parted, shown
from tradelane.protocols.port import Delivered, Received

BYTES_MAX = 25 * 1024 * 1024
LARGE_BYTES_MAX = 8 * 1024**3
"""What is larger than the first is handed over in pieces; nothing is taken that is larger than this."""
_DONE, _REFUSED = "done", "refused"
_OURS = (_DONE, _REFUSED)
"""Folders of ours: no file may stand in their place."""
_SENT = ".sent"
_READ_BYTES = 1024 * 1024
_BATCH_BYTES_MAX = 64 * 1024 * 1024
_WATCHED_MAX = 100_000
_T = TypeVar("_T")


def prepare(folder: Path) -> None:
    """Make a partner's folder, at start-up.

    Later an absent folder means an absent disk, and nothing is made in its place.
    """
    folder.mkdir(parents=True, exist_ok=True)


class _Seen(Struct, frozen=True):
    """How a file looked, and since when it looks so."""

    inode: int
    size: int
    modified: int
    since: datetime

    def same_as(self, other: "_Seen") -> bool:
        """Say whether nothing has changed between two looks."""
        return (self.inode, self.size, self.modified) == (other.inode, other.size, other.modified)


class FolderPickup:
    """One partner's way in: files that lie in a folder, oldest first.

    A file is taken when it has looked the same for *settle_seconds*. Unfinished names (``.part`` and the like, names
    that begin with a dot), links and anything that is not a plain file are left alone. Settled files move to
    ``done/<day>/``; refused ones to ``refused/<day>/``, each with the reason beside it in ``<name>.why.txt``.
    """

    def __init__(
        self,
        folder: Path,
        bytes_max: int = BYTES_MAX,
        settle_seconds: float = 0.0,
        large_bytes_max: int = LARGE_BYTES_MAX,
    ) -> None:
        self._folder, self._bytes_max, self._settle_seconds = folder, bytes_max, settle_seconds
        self._large_bytes_max = max(bytes_max, large_bytes_max)
        self._seen: dict[str, _Seen] = {}
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, limit: int, at: datetime) -> list[Received]:
        """Return what waits; the same again until it is settled.

        Raises `Unavailable` when the folder cannot be read.
        """
        async with self._one_at_a_time:
            return await asyncio.to_thread(_or_unavailable, lambda: self._receive(limit, at))

    async def settle(self, id: str, at: datetime, why: str = "") -> None:
        """Move the file away, if it still holds the bytes that were handed out; a newer file of that name stays."""
        async with self._one_at_a_time:
            await asyncio.to_thread(_or_unavailable, lambda: self._settle(id, at, why))

    def _receive(self, limit: int, at: datetime) -> list[Received]:
        found: list[Received] = []
        unreadable: OSError | None = None
        for name in self._still(at):
            if len(found) >= limit or sum(len(one.body) for one in found) >= _BATCH_BYTES_MAX:
                break
            try:
                received = _read(self._folder / name, name, self._bytes_max, self._large_bytes_max)
            except OSError as error:
                unreadable = error
                continue
            if received is not None:
                found.append(received)
        if unreadable is not None and not found:
            # One bad file must not stop the good ones, but when it alone is left it has to be heard.
            raise unreadable
        return found

    def _still(self, at: datetime) -> list[str]:
        """Return the names that have looked the same for long enough, oldest first."""
        looks = {
            name: _Seen(status.st_ino, status.st_size, status.st_mtime_ns, at) for name, status in _files(self._folder)
        }
        kept: dict[str, _Seen] = {}
        for name, look in looks.items():
            before = self._seen.get(name)
            kept[name] = before if before is not None and before.same_as(look) else look
        self._seen = dict(list(kept.items())[:_WATCHED_MAX])
        ready = [name for name, seen in kept.items() if (at - seen.since).total_seconds() >= self._settle_seconds]
        # A file in the place of our folders goes first: until it is away nothing can be settled.
        return sorted(ready, key=lambda name: (name not in _OURS, kept[name].modified, name))

    def _settle(self, id: str, at: datetime, why: str) -> None:
        digest, name = parted(id)
        if not name:
            return
        source = self._folder / name
        try:
            handed_out, now = _look(source), _digest(source, self._bytes_max)[0]
            if now != digest:
                return
            if name in _OURS:
                source = _free(self._folder, f"{name}.file", lambda target: _move(self._folder / name, target))
            day = _day(self._folder, _REFUSED if why else _DONE, at)
            moved = _free(day, name, lambda target: _move(source, target, why), len(WHY) if why else 0)
        except FileNotFoundError:
            self._folder.stat()  # Gone with the whole folder is not gone.
            return
        if _look(moved) != handed_out:
            # Another file came under this name at this very moment: it was not ours to take away.
            _free(self._folder, name, lambda target: _move(moved, target))
            if why:
                _beside(moved).unlink()
        _sync(day)
        _sync(self._folder)


class FolderDrop:
    """One partner's way out: each document appears in the folder whole, under its name, or not at all.

    What was delivered is remembered in ``.sent/``, so that a repeat does nothing even after the partner has taken the
    file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Drop it. A full or absent disk is tried again later; the same name for other bytes is refused."""
        return await asyncio.to_thread(self._deliver, delivery)

    def _deliver(self, delivery: Delivery) -> Delivered:
        name = delivery.file_name
        if not is_plain(name):
            return Delivered(result="refused", says=f"{name[:100]!r} is no name for a file.")
        try:
            return self._drop(delivery)
        except OSError as error:
            # What stands under its name may have been seen; the name stands for these bytes, so a repeat settles it.
            seen = os.path.lexists(self._folder / name)
            says = f"The folder cannot be written: {error.strerror}."
            return Delivered(result="unknown" if seen else "retry", says=says)

    def _drop(self, delivery: Delivery) -> Delivered:
        name, digest = delivery.file_name, sha256(delivery.body).hexdigest()
        self._folder.stat()
        marker = self._folder / _SENT / sha256(os.fsencode(name)).hexdigest()[:2] / name
        if marker.exists():
            return again(marker.read_text("ascii"), digest)
        target = self._folder / name
        if target.exists():
            standing = again(_digest(target, len(delivery.body))[0], digest)
            if standing.result != "accepted":
                return standing
        else:
            _write(delivery.body, target)
        marker.parent.mkdir(parents=True, exist_ok=True)
        _write(digest.encode("ascii"), marker)
        return Delivered(result="accepted", says=f"Dropped as {name}.")


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the plain files that may be documents. A file that vanishes while we look is no longer there."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_unfinished(entry.name):
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                yield entry.name, status


def _read(path: Path, name: str, bytes_max: int, large_bytes_max: int) -> Received | None:
    """Return one file as it is now, from one handle; None when it is gone or has become something else than a file."""
    try:
        digest, size, body = _digest(path, bytes_max)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO):
            return None
        raise
    pieces = None
    if bytes_max < size <= large_bytes_max:
        pieces = partial(_pieces, path)
    findings = faults_of(size, large_bytes_max)
    if name in _OURS:
        pieces, findings = None, (_in_the_way(name),)
    return Received(
        id=id_of(digest, name),
        file_name=shown(name),
        body=body,
        sha256=digest,
        size=size,
        findings=findings,
        pieces=pieces,
    )


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a plain file that is no link, piece by piece; raises `Unavailable` when it cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            while stat.S_ISREG(os.fstat(handle).st_mode) and (piece := file.read(_READ_BYTES)):
                yield piece
    except OSError as error:
        raise Unavailable(f"The folder does not answer: {error.strerror}.") from error


def _in_the_way(name: str) -> Finding:
    says = f"A file is called {name!r}, which is the name of a folder of ours: no file could be settled beside it."
    fix = "Lay it down again under another name."
    return Finding(code="transmission.reserved-name", says=says, fix=fix, where=Place(start=0))


def faults_of(size: int, bytes_max: int) -> tuple[Finding, ...]:
    """Say that a file is empty, or larger than anything that is taken."""
    where = Place(start=0)
    if size == 0:
        says, fix = "The file is empty.", "Send it again with its content."
        return (Finding(code="transmission.empty", says=says, fix=fix, where=where),)
    if size > bytes_max:
        says = f"The file has {size} bytes; {bytes_max} are the most we take."
        return (Finding(code="transmission.too-large", says=says, fix="Send it in several files.", where=where),)
    return ()


def _digest(path: Path, bytes_max: int) -> tuple[str, int, bytes]:
    """Return SHA-256, size and bytes of a plain file that is no link.

    A larger one is measured, but its bytes are not kept.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.ENXIO, "not a plain file")
        digest, size, pieces = sha256(), 0, []
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
            size += len(piece)
            if size <= bytes_max:
                pieces.append(piece)
    return digest.hexdigest(), size, b"".join(pieces) if size <= bytes_max else b""


def _write(body: bytes, target: Path) -> None:
    """Write *body* beside *target* and move it there when it is safe on disk."""
    part = target.with_name(f".{sha256(os.fsencode(target.name)).hexdigest()[:32]}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o660)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(handle)
    part.rename(target)
    _sync(target.parent)


def again(stands: str, digest: str) -> Delivered:
    """Say what becomes of a document whose name stands for bytes already."""
    if stands == digest:
        return Delivered(result="accepted", says="It was dropped before.")
    return Delivered(result="refused", says="Another document was dropped under this name before.")


def _move(source: Path, target: Path, why: str = "") -> None:
    """Rename without overwriting: take the free name first, then move over it; *why*, if any, stands beside it."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        if why:
            _say(why, _beside(target))
        try:
            source.rename(target)
        except OSError:
            _beside(target).unlink(missing_ok=True)
            raise
    except OSError:
        target.unlink()
        raise


def _say(why: str, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660)
    with os.fdopen(handle, "wb") as file:
        file.write(why.encode("utf-8", "replace"))
        file.flush()
        os.fsync(handle)


def _beside(target: Path) -> Path:
    """Return where stands why a file was refused."""
    return target.with_name(target.name + WHY)


def _free(folder: Path, name: str, place: Callable[[Path], None], room: int = 0) -> Path:
    """Put something under *name*, or under the first free ``name~2``, ``name~3``, and return where it stands.

    *room*: so many bytes a name has to spare, for what stands beside it.
    """
    number = 1
    while True:
        suffix = f"~{number}".encode() if number > 1 else b""
        target = folder / os.fsdecode(os.fsencode(name)[: NAME_BYTES_MAX - room - len(suffix)] + suffix)
        try:
            place(target)
        except FileExistsError:
            number += 1
            continue
        return target


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _day(folder: Path, kind: str, at: datetime) -> Path:
    """Return the folder of the day's files of one *kind*, made if need be; never through a link."""
    above = folder / kind
    day = above / at.date().isoformat()
    for step in (above, day):
        if step.is_symlink():
            raise OSError(errno.ELOOP, f"{step} is a link")
        step.mkdir(exist_ok=True)
    return day


def _look(path: Path) -> tuple[int, int, int]:
    status = path.stat(follow_symlinks=False)
    return status.st_ino, status.st_size, status.st_mtime_ns


def _or_unavailable(act: Callable[[], _T]) -> _T:
    try:
        return act()
    except OSError as error:
        raise Unavailable(f"The folder does not answer: {error.strerror}.") from error
