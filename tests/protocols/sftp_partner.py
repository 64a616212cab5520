"""A partner with an SFTP server of its own, on loopback: a folder it is shut into, one user, one key."""

from pathlib import Path

import asyncssh

from tradelane.protocols.sftp_server import SftpAccess

LOOPBACK = ("127.0.0.0/8", "::1/128")
USER, PASSWORD = "tradelane", "correct horse"


class _Door(asyncssh.SSHServer):
    def __init__(self, key: asyncssh.SSHKey) -> None:
        self._key = key.convert_to_public()

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._key


class Partner:
    """Its folders are ``in`` (what we lay down) and ``out`` (what it lays down)."""

    def __init__(self, root: Path) -> None:
        self.root, self.secrets = root / "partner", root / "secrets"
        for folder in (self.root / "in", self.root / "out", self.secrets):
            folder.mkdir(parents=True)
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        key = asyncssh.generate_private_key("ssh-ed25519")
        self.keep_secret("key", key.export_private_key().decode())
        self.keep_secret("password", f"{PASSWORD}\n")
        self._key, self._listener, self._port = key, None, 0
        self.commands: list[str] = []

    def keep_secret(self, name: str, text: str, mode: int = 0o600) -> Path:
        path = self.secrets / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def access(self, **more) -> SftpAccess:
        said = {
            "host": "127.0.0.1",
            "port": self._port,
            "user": USER,
            "host_key": self.host_key.export_public_key().decode().strip(),
            "key": self.secrets / "key",
            "allow": LOOPBACK,
            "timeout_seconds": 5.0,
        }
        return SftpAccess(**{**said, **more})

    async def start(self) -> None:
        self._listener = await asyncssh.listen(
            "127.0.0.1",
            self._port,
            server_host_keys=[self.host_key],
            server_factory=lambda: _Door(self._key),
            sftp_factory=self._served,
        )
        self._port = self._listener.get_port()

    def _served(self, channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        return _Watched(channel, str(self.root).encode(), self.commands)

    async def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener.abort() if hasattr(self._listener, "abort") else None
            await self._listener.wait_closed()
            self._listener = None


class _Watched(asyncssh.SFTPServer):
    """Notes what it is asked to rename, so that a test can see in which order things come."""

    def __init__(self, channel: asyncssh.SSHServerChannel, root: bytes, commands: list[str]) -> None:
        super().__init__(channel, chroot=root)
        self._commands = commands

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._commands.append(f"rename {oldpath.decode()} {newpath.decode()}")
        super().rename(oldpath, newpath)
