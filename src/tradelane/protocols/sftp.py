"""SFTP: files a partner lays down for us on its server, and files we lay down there.

A file that has stopped growing is claimed by a rename before it is read, so that nobody writes to it or takes it
meanwhile; a document of ours is written under a hidden name and renamed when it is whole.
"""

import asyncio
import contextlib
import re
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import asyncssh

from tradelane.model.transmission import Delivery
from tradelane.protocols.egress import Blocked
from tradelane.protocols.folder import BYTES_MAX, LARGE_BYTES_MAX, again, faults_of
from tradelane.protocols.names import NAME_BYTES_MAX, WHY, id_of, is_plain, is_unfinished, parted, shown
from tradelane.protocols.port import Delivered, Received
from tradelane.protocols.sftp_server import Refused, SftpServer, why

_CLAIMED = re.compile(rb"\.claimed-([0-9]{1,9})-(.+)", re.DOTALL)
_DONE, _REFUSED = b"done", b"refused"
_CHUNK_BYTES = 1024 * 1024
_BATCH_BYTES_MAX = 64 * 1024 * 1024
_WATCHED_MAX = 100_000
_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPPermissionDenied)


class _Look(NamedTuple):
    """How a file looked, and since when it looks so; ``claimed`` is its name while it is ours to read, if it is."""

    name: bytes
    size: int
    modified: int
    claimed: bytes = b""
    since: datetime | None = None


class _Claim(NamedTuple):
    """A file that was handed out: where it lies and how it looked."""

    look: _Look
    received: Received


class SftpPickup:
    """One partner's way in: files in a folder of its server, oldest first.

    It looks every *poll_seconds*; a file is taken when it has looked the same for *settle_seconds*. Settled files move
    to ``done/<day>/`` there, or are removed; refused ones to ``refused/<day>/``, each with the reason beside it. What
    is too large to hold is fetched once into *spool*, a folder of ours, and read from there.
    """

    def __init__(
        self,
        server: SftpServer,
        folder: str,
        spool: Path,
        *,
        bytes_max: int = BYTES_MAX,
        large_bytes_max: int = LARGE_BYTES_MAX,
        settle_seconds: float = 0.0,
        poll_seconds: float = 0.0,
        remove: bool = False,
    ) -> None:
        self._server, self._folder, self._spool = server, folder.encode("utf-8"), spool
        self._bytes_max, self._large_bytes_max = bytes_max, max(bytes_max, large_bytes_max)
        self._settle_seconds, self._remove = settle_seconds, remove
        self._poll, self._quiet_until = timedelta(seconds=poll_seconds), datetime.min.replace(tzinfo=timezone.utc)
        self._seen: dict[bytes, _Look] = {}
        self._claims: dict[str, _Claim] = {}
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, limit: int, at: datetime) -> list[Received]:
        """Return what waits; the same again until it is settled. Raises `Unavailable`.

        After a look that brought nothing it is some time before the next.
        """
        async with self._one_at_a_time:
            if at < self._quiet_until:
                return []
            self._quiet_until = at + self._poll
            found = await self._server.or_unavailable(lambda client: self._receive(client, limit, at))
            self._quiet_until = at if found else self._quiet_until
            return found

    async def settle(self, id: str, at: datetime, why: str = "") -> None:
        """Move the file away, if it is one that was handed out. Raises `Unavailable`."""
        async with self._one_at_a_time:
            await self._server.or_unavailable(lambda client: self._settle(client, id, at, why))

    async def _receive(self, client: asyncssh.SFTPClient, limit: int, at: datetime) -> list[Received]:
        found: list[Received] = []
        unreadable: asyncssh.SFTPError | None = None
        listed = await self._listed(client)
        for look in self._still(listed, at):
            if len(found) >= limit or sum(len(one.body) for one in found) >= _BATCH_BYTES_MAX:
                break
            try:
                found.append(await self._read(client, await self._claimed(client, look, listed)))
            except _GONE as error:
                unreadable = error
        if unreadable is not None and not found and not isinstance(unreadable, asyncssh.SFTPNoSuchFile):
            raise unreadable
        return found

    async def _listed(self, client: asyncssh.SFTPClient) -> list[_Look]:
        """Return the plain files that may be documents, and those that we claimed."""
        found: list[_Look] = []
        async for entry in _bounded(self._server, client.scandir(self._folder)):
            name, attrs = _as_bytes(entry.filename), entry.attrs
            ours = _CLAIMED.fullmatch(name)
            if attrs.permissions is not None and not stat.S_ISREG(attrs.permissions):
                continue
            if ours or not is_unfinished(_text(name)):
                claimed, named = (name, ours[2]) if ours else (b"", name)
                found.append(_Look(named, attrs.size or 0, attrs.mtime or 0, claimed))
            if len(found) >= _WATCHED_MAX:
                break
        return found

    def _still(self, listed: list[_Look], at: datetime) -> list[_Look]:
        """Return what was claimed before, then what has looked the same for long enough, oldest first."""
        kept: dict[bytes, _Look] = {}
        for look in listed:
            if not look.claimed:
                before = self._seen.get(look.name)
                since = before.since if before is not None and before[:3] == look[:3] else at
                kept[look.name] = look._replace(since=since or at)
        self._seen = kept
        waits = (one for one in kept.values() if (at - (one.since or at)).total_seconds() >= self._settle_seconds)
        ready = [*(one for one in listed if one.claimed), *waits]
        return sorted(ready, key=lambda one: (not one.claimed, one.modified, one.name))

    async def _claimed(self, client: asyncssh.SFTPClient, look: _Look, listed: list[_Look]) -> _Look:
        if look.claimed:
            return look
        taken = {one.claimed for one in listed}
        number = 1
        while (claimed := b".claimed-%d-%b" % (number, look.name)) in taken:
            number += 1
        await self._server.soon(client.rename(self._at(look.name), self._at(claimed)))
        ours = look._replace(claimed=claimed, since=None)
        listed.append(ours)
        return ours

    async def _read(self, client: asyncssh.SFTPClient, look: _Look) -> Received:
        known = next((one for one in self._claims.values() if one.look == look and one.received.pieces), None)
        if known is not None:
            return known.received
        fetched = await self._fetched(client, look)
        name = _text(look.name)
        findings = faults_of(fetched.size, self._large_bytes_max)
        large = fetched.path is not None and not findings
        received = Received(
            id=id_of(fetched.digest, name),
            file_name=shown(name),
            body=fetched.body,
            sha256=fetched.digest,
            size=fetched.size,
            findings=findings,
            pieces=partial(_pieces, fetched.path) if large and fetched.path else None,
        )
        self._claims[received.id] = _Claim(look, received)
        return received

    async def _fetched(self, client: asyncssh.SFTPClient, look: _Look) -> "_Fetched":
        """Fetch a file: into memory while it fits, then into the spool, and no further than anything is taken."""
        digest, size, held = sha256(), 0, bytearray()
        path: Path | None = None
        async with contextlib.AsyncExitStack() as stack:
            file = await self._server.soon(client.open(self._at(look.claimed), "rb"))
            stack.push_async_callback(file.close)
            while size <= self._large_bytes_max:
                chunk = await self._server.soon(file.read(_CHUNK_BYTES))
                if not chunk:
                    break
                chunk = _as_bytes(chunk)
                digest.update(chunk)
                size += len(chunk)
                held += chunk
                if size > self._bytes_max:
                    path = path or await asyncio.to_thread(self._spooled)
                    await asyncio.to_thread(_append, path, bytes(held))
                    held.clear()
        return _Fetched(digest.hexdigest(), size, bytes(held), path)

    def _spooled(self) -> Path:
        self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._spool)
        with open(handle, "wb"):
            return Path(name)

    async def _settle(self, client: asyncssh.SFTPClient, id: str, at: datetime, why: str) -> None:
        digest, name = parted(id)
        claim = self._claims.pop(id, None)
        if claim is None and name:
            claim = await self._found_again(client, digest, name)
        if claim is None:
            return
        try:
            await self._moved_away(client, claim, at, why)
        except asyncssh.SFTPNoSuchFile:
            if await self._server.soon(client.lexists(self._at(claim.look.claimed))):
                raise  # It is the folder it should go to that is not there.
        if isinstance(claim.received.pieces, partial):
            await asyncio.to_thread(claim.received.pieces.args[0].unlink, missing_ok=True)

    async def _found_again(self, client: asyncssh.SFTPClient, digest: str, name: str) -> _Claim | None:
        """Return what was handed out before we were started anew."""
        for look in await self._listed(client):
            if look.claimed and _text(look.name) == name:
                received = await self._read(client, look)
                claim = self._claims.pop(received.id)
                if received.sha256 == digest:
                    return claim
        return None

    async def _moved_away(self, client: asyncssh.SFTPClient, claim: _Claim, at: datetime, why: str) -> None:
        source = self._at(claim.look.claimed)
        if self._remove and not why:
            await self._server.soon(client.remove(source))
            return
        above = self._at(_REFUSED if why else _DONE)
        day = above + b"/" + at.strftime("%Y-%m-%d").encode()
        for folder in (above, day):
            with contextlib.suppress(asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                await self._server.soon(client.mkdir(folder))
        target = await self._free(client, day, claim.look.name, why)
        await self._server.soon(client.rename(source, target))
        if why:
            # It lies safe; where we may move files but write none, the exception alone says why.
            with contextlib.suppress(asyncssh.SFTPError):
                await self._write(client, target + WHY.encode(), why.encode("utf-8", "replace"))

    async def _free(self, client: asyncssh.SFTPClient, day: bytes, name: bytes, why: str) -> bytes:
        """Return the first of ``name``, ``name~2`` that is free, with what stands beside it."""
        number, room = 1, NAME_BYTES_MAX - (len(WHY) if why else 0)
        while True:
            suffix = b"~%d" % number if number > 1 else b""
            target = day + b"/" + name[: room - len(suffix)] + suffix
            taken = [await self._server.soon(client.lexists(each)) for each in (target, target + WHY.encode())]
            if not any(taken[: 2 if why else 1]):
                return target
            number += 1

    async def _write(self, client: asyncssh.SFTPClient, path: bytes, body: bytes) -> None:
        file = await self._server.soon(client.open(path, "xb"))
        try:
            await self._server.soon(file.write(body))
        finally:
            await self._server.soon(file.close())

    def _at(self, name: bytes) -> bytes:
        return self._folder.rstrip(b"/") + b"/" + name


class _Fetched(NamedTuple):
    digest: str
    size: int
    body: bytes
    path: Path | None


class SftpDrop:
    """One partner's way out: each document appears in a folder of its server whole, under its name, or not at all.

    What was delivered is remembered in *sent*, a folder of ours, so that a repeat does nothing even after the partner
    has taken the file.
    """

    def __init__(self, server: SftpServer, folder: str, sent: Path) -> None:
        self._server, self._folder, self._sent = server, folder.encode("utf-8").rstrip(b"/"), sent

    async def deliver(self, delivery: Delivery) -> Delivered:
        """Drop it. A server that fails is tried again later; the same name for other bytes is refused."""
        if not is_plain(delivery.file_name):
            return Delivered(result="refused", says=f"{delivery.file_name[:100]!r} is no name for a file.")
        seen: list[str] = []
        try:
            return await self._drop(delivery, seen)
        except Refused as refused:
            return Delivered(result="retry", says=str(refused))
        except Blocked as blocked:
            return Delivered(result="refused", says=f"We do not connect there: {blocked.strerror}.")
        except (OSError, asyncssh.Error, TimeoutError) as error:
            await self._server.close()
            # What may stand under its name may have been seen; the name stands for these bytes, so a repeat settles it.
            result = "unknown" if seen else "retry"
            return Delivered(result=result, says=f"The SFTP server does not take it: {why(error)}")

    async def _drop(self, delivery: Delivery, seen: list[str]) -> Delivered:
        name, digest = delivery.file_name, sha256(delivery.body).hexdigest()
        client, soon = await self._server.client(), self._server.soon
        marker = self._sent / sha256(name.encode("utf-8")).hexdigest()
        if (stands := await asyncio.to_thread(_marked, marker)) is not None:
            return again(stands, digest)
        target = self._folder + b"/" + name.encode("utf-8")
        if await soon(client.lexists(target)):
            standing = again(await self._digest(client, target, len(delivery.body)), digest)
            if standing.result != "accepted":
                return standing
        else:
            part = self._folder + b"/." + sha256(target).hexdigest()[:32].encode() + b".part"
            await self._write(client, part, delivery.body)
            seen.append(name)
            await soon(client.rename(part, target))
        seen.append(name)
        await asyncio.to_thread(_mark, marker, digest)
        return Delivered(result="accepted", says=f"Dropped as {name}.")

    async def _write(self, client: asyncssh.SFTPClient, path: bytes, body: bytes) -> None:
        soon = self._server.soon
        file = await soon(client.open(path, "wb"))
        try:
            for place in range(0, len(body), _CHUNK_BYTES):
                await soon(file.write(body[place : place + _CHUNK_BYTES]))
            with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                await soon(file.fsync())
        finally:
            await soon(file.close())

    async def _digest(self, client: asyncssh.SFTPClient, path: bytes, most: int) -> str:
        """Return the SHA-256 of what stands there; of no more than tells it from our own bytes."""
        file = await self._server.soon(client.open(path, "rb"))
        digest, size = sha256(), 0
        try:
            while size <= most and (chunk := await self._server.soon(file.read(_CHUNK_BYTES))):
                digest.update(_as_bytes(chunk))
                size += len(chunk)
        finally:
            await self._server.soon(file.close())
        return digest.hexdigest()


async def _bounded(server: SftpServer, entries: AsyncIterator[asyncssh.SFTPName]) -> AsyncIterator[asyncssh.SFTPName]:
    while True:
        try:
            yield await server.soon(anext(entries))
        except StopAsyncIteration:
            return


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)


def _marked(marker: Path) -> str | None:
    try:
        return marker.read_text("ascii")
    except FileNotFoundError:
        return None


def _mark(marker: Path, digest: str) -> None:
    marker.parent.mkdir(parents=True, exist_ok=True)
    part = marker.with_suffix(".part")
    part.write_text(digest, "ascii")
    part.rename(marker)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _as_bytes(said: bytes | str) -> bytes:
    return said.encode("utf-8", "surrogateescape") if isinstance(said, str) else bytes(said)
