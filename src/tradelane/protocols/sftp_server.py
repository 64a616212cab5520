"""A partner's SFTP server: one connection, made when it is needed, to the machine whose key is agreed on.

No settings of the machine we run on play a part: no configuration file, no agent, no list of known hosts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TypeVar

import asyncssh
from msgspec import Struct

from tradelane.model.finding import Finding, Place, Unavailable
from tradelane.protocols import egress
from tradelane.protocols.secret import Withheld, read_secret

KEEPALIVE_SECONDS = 15
_T = TypeVar("_T")
_WORLD = (OSError, asyncssh.Error, TimeoutError)


class Refused(Exception):
    """Trying again will not help: the settings have to be changed first."""


class SftpAccess(Struct, frozen=True, kw_only=True):
    """Where the server is, which key it has ("ssh-ed25519 AAAA..."), and as whom we come.

    ``key`` and ``password`` are files of ours that nobody else may read; they are read for each connection, so a new
    secret needs no restart. ``allow``: networks that may be dialled although they are private.
    """

    host: str
    port: int = 22
    user: str
    host_key: str
    key: Path | None = None
    password: Path | None = None
    timeout_seconds: float = 30.0
    allow: tuple[str, ...] = ()


class SftpServer:
    """One partner's server. Every wait on it is bounded; what fails lets the connection go."""

    def __init__(self, access: SftpAccess) -> None:
        self.access = access
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._making = asyncio.Lock()

    async def client(self) -> asyncssh.SFTPClient:
        """Return the client; raises `Refused`, `OSError`, `asyncssh.Error` or `TimeoutError`."""
        async with self._making:
            if self._client is None or self._connection is None or self._connection.is_closed():
                await self.close()
                async with asyncio.timeout(self.access.timeout_seconds):
                    self._client = await self._connected()
            return self._client

    async def soon(self, waited: Awaitable[_T]) -> _T:
        """Wait, but not for ever."""
        async with asyncio.timeout(self.access.timeout_seconds):
            return await waited

    async def close(self) -> None:
        """Let go of the connection; the next use makes a new one."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()

    async def or_unavailable(self, act: Callable[[asyncssh.SFTPClient], Awaitable[_T]]) -> _T:
        """Do *act*; whatever the world does wrong is `Unavailable`."""
        try:
            return await act(await self.client())
        except Refused as refused:
            raise Unavailable(str(refused)) from refused
        except _WORLD as error:
            await self.close()
            raise Unavailable(f"The SFTP server does not answer as it should: {why(error)}") from error

    async def _connected(self) -> asyncssh.SFTPClient:
        access = self.access
        if not access.host_key:
            raise Refused("No key of the server is agreed on, so we do not connect: sftp.host_key.")
        keys = [asyncssh.import_private_key(_secret(access.key))] if access.key else None
        password = _secret(access.password).rstrip("\r\n") if access.password else None
        made = await egress.dial(access.host, access.port, access.allow)
        try:
            self._connection = await asyncssh.connect(
                sock=made,
                config=None,
                username=access.user,
                known_hosts=([asyncssh.import_public_key(access.host_key)], [], []),
                client_keys=keys,
                password=password,
                agent_path=None,
                kbdint_auth=False,
                gss_host=None,
                gss_auth=False,
                gss_kex=False,
                host_based_auth=False,
                x509_trusted_certs=None,
                keepalive_interval=KEEPALIVE_SECONDS,
                login_timeout=access.timeout_seconds,
            )
        except BaseException:
            made.close()
            raise
        return await self._connection.start_sftp_client(path_encoding=None)


async def reach(access: SftpAccess, folders: Iterable[str]) -> tuple[Finding, ...]:
    """Return what keeps us from using a server and these *folders* on it; nothing is written there."""
    server = SftpServer(access)
    try:
        client = await server.client()
        return tuple([_absent(folder) for folder in folders if not await server.soon(client.isdir(folder.encode()))])
    except Refused as refused:
        return (_unreached(str(refused), await _key_shown(access)),)
    except _WORLD as error:
        shown = await _key_shown(access) if isinstance(error, asyncssh.HostKeyNotVerifiable) else ""
        return (_unreached(f"We cannot use it: {why(error)}", shown),)
    finally:
        await server.close()


async def _key_shown(access: SftpAccess) -> str:
    """Return the public key that the server shows, if it shows one."""
    try:
        async with asyncio.timeout(access.timeout_seconds):
            made = await egress.dial(access.host, access.port, access.allow)
            key = await asyncssh.get_server_host_key(sock=made, config=None)
    except _WORLD:
        return ""
    return " ".join(key.export_public_key().decode("ascii").split()[:2]) if key is not None else ""


def _unreached(says: str, shown: str) -> Finding:
    fix = "Compare the settings in [sftp] with what the partner says of its server."
    if shown:
        fix = f"It shows {shown!r}. If the partner says that this is its key, write it into sftp.host_key."
    return Finding(code="sftp.unreached", says=says, fix=fix, where=Place(path="sftp"))


def _absent(folder: str) -> Finding:
    says, fix = f"There is no folder {folder!r} on it that we can see.", "Ask the partner for its name, or to make it."
    return Finding(code="sftp.no-folder", says=says, fix=fix, where=Place(path="sftp"))


def why(error: BaseException) -> str:
    """Return in a sentence what went wrong; never what we proved ourselves with."""
    match error:
        case asyncssh.HostKeyNotVerifiable():
            return "its key is not the one agreed on (sftp.host_key)."
        case asyncssh.PermissionDenied():
            return "it does not let us in with the user and secret we have."
        case TimeoutError():
            return "it took too long."
        case asyncssh.Error():
            said = "".join(c if c.isprintable() else " " for c in error.reason)
            return f"{said[:200]}."
        case OSError():
            return f"{error.strerror or type(error).__name__}."
        case _:
            return f"{type(error).__name__}."


def _secret(path: Path) -> str:
    try:
        return read_secret(path)
    except Withheld as withheld:
        raise Refused(str(withheld)) from None
