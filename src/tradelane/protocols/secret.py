"""Secrets of ours lie beside the settings, in ``secrets/``, in files that nobody but us may read."""

import os
import stat
from pathlib import Path

SECRET_BYTES_MAX = 64 * 1024


class Withheld(Exception):
    """The secret cannot be read, or others can read it too; says which file and what to do, never what stands in it."""


def read_secret(path: Path) -> str:
    """Return what stands in a file of ours. It is read each time it is needed, so a new secret needs no restart."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
                raise Withheld(f"{path.name} can be read by others; chmod 600 it.")
            return file.read(SECRET_BYTES_MAX).decode("utf-8")
    except OSError as error:
        raise Withheld(f"The secret {path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Withheld(f"The secret {path.name} is no text.") from None
