"""Names of files that cross the boundary: which are finished, which every system takes, what a file is known by."""

import os
from urllib.parse import quote_from_bytes, unquote_to_bytes

NAME_BYTES_MAX = 255
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
WHY = ".why.txt"
"""What is added to a refused file's name for the text beside it that says why."""


def is_plain(name: str) -> bool:
    """Say whether every system takes this as one name of a finished file: a step of a path, printable, not too long."""
    fits = name.isprintable() and 0 < len(name.encode("utf-8")) <= NAME_BYTES_MAX
    return fits and not set("/\\:") & set(name) and not is_unfinished(name)


def is_unfinished(name: str) -> bool:
    """Say whether a name is that of a file that is still being written, or hidden."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def shown(name: str) -> str:
    """Return a name as people may see it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def id_of(digest: str, name: str) -> str:
    """Return what stands for this name with these bytes."""
    quoted = quote_from_bytes(os.fsencode(name), safe=" ()+,;=@!'~&$")
    return f"{digest}:{quoted}"


def parted(id: str) -> tuple[str, str]:
    """Return the digest and the name of an id; no name where it holds none that is one step of a path."""
    digest, _, quoted = id.partition(":")
    name = os.fsdecode(unquote_to_bytes(quoted))
    return digest, "" if name in ("", ".", "..") or "/" in name or "\0" in name else name
