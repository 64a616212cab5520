"""The file a command is about: its bytes, what is in it, and the maps that read it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from tradelane import maps
from tradelane.cli.home import home, settings
from tradelane.cli.say import Trouble, err, out, plain
from tradelane.cli.tree import MARKS
from tradelane.library import ReadFile, Shelf, large_syntax, read
from tradelane.maps import BadMap
from tradelane.model.finding import Finding, Unreadable
from tradelane.partners.profile import Registry

FILE_BYTES_MAX = 25 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
HELD_BYTES_MAX = 4 * 1024 * 1024
"""A file larger than this is read as it comes where that can be, for held it would take 25 times its size."""
PROBLEMS_SHOWN_MAX = 200
STDIN = Path("-")
File = Annotated[Path, Parameter(help="The file, in any syntax we read; - is standard input.")]
Maps = Annotated[tuple[Path, ...], Parameter(name="--map", help="A map of your own that goes before the shipped ones.")]
Partner = Annotated[
    Path | None, Parameter(help="A partner's folder (or its name in --home): read the file as this partner's.")
]


def opened(file: Path, own: Sequence[Path] = (), partner: Path | None = None, at: Path | None = None) -> ReadFile:
    """Read *file* by the maps in *own*, then by the *partner*'s, then by the shipped ones."""
    return read(contents(file), file_name=file.name, shelf=shelf(own, partner, at))


class Large(NamedTuple):
    """A file that has to be read as it comes: its syntax, and what yields its bytes, each time anew."""

    syntax: str
    chunks: Callable[[], Iterator[bytes]]


def large(file: Path, shelf: Shelf) -> Large | None:
    """Return a file that is too large to hold; None for one that fits into memory, or cannot be read otherwise."""
    try:
        if file == STDIN or file.stat().st_size <= HELD_BYTES_MAX:
            return None
        with file.open("rb") as begun:
            syntax = large_syntax(begun.read(CHUNK_BYTES), file.name, shelf)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None
    return Large(syntax, partial(_chunks, file)) if syntax else None


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk


def contents(file: Path) -> bytes:
    """Return the bytes of *file*; a file that cannot be looked at is said in a sentence."""
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(FILE_BYTES_MAX)
        if file.stat().st_size > FILE_BYTES_MAX:
            most = FILE_BYTES_MAX // 1024 // 1024
            what = "only X12, EDIFACT, CSV and fixed-width files are, by `validate` and `translate` to json"
            raise Trouble(f"{file} is larger than {most} MB; {what}.")
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None


def shelf(own: Sequence[Path] = (), partner: Path | None = None, at: Path | None = None) -> Shelf:
    """Return the maps to read with: those named, then those of a partner."""
    loaded = [load_map(path) for path in own]
    if partner is not None:
        registry, name = _partner(partner, at)
        loaded += [maps.load(text) for text in registry.overlays.get(name, {}).values()]
    return Shelf(own=tuple(loaded))


def load_map(path: Path) -> maps.Map:
    """Load the map in *path*; everything wrong with it is said at once, with its lines."""
    try:
        return maps.load(contents(path).decode("utf-8"))
    except UnicodeDecodeError as wrong:
        raise Trouble(f"{path} is not UTF-8 at byte {wrong.start}; save it as UTF-8.") from None
    except BadMap as bad:
        lines = "\n".join(f"  {finding}" for finding in bad.findings)
        raise Trouble(f"{path} is no map we can use:\n{lines}") from None


def _partner(partner: Path, at: Path | None) -> tuple[Registry, str]:
    """Return the settings a partner's folder belongs to, and its name in them."""
    folder = partner.resolve()
    root = folder.parent.parent if (folder / "profile.toml").is_file() else home(at)
    registry = settings(root)
    if folder.name not in registry.partners:
        known = ", ".join(registry.partners) or "none yet"
        raise Trouble(f"There is no partner {folder.name!r} in {root}. Known are: {known}.")
    return registry, folder.name


@contextmanager
def trouble() -> Iterator[None]:
    """Say what cannot be done as the trouble it is, instead of as a refused file."""
    try:
        yield
    except Unreadable as unreadable:
        raise Trouble("\n".join(str(finding) for finding in unreadable.findings)) from None


def problems(findings: Sequence[Finding], *, aside: bool = False) -> None:
    """Say what is wrong, one line each; *aside* on the error stream, so that output stays what was asked for."""
    console = err if aside else out
    for finding in findings[:PROBLEMS_SHOWN_MAX]:
        console.print(f"{MARKS[finding.severity]} {plain(str(finding))}", soft_wrap=True)
    if (more := len(findings) - PROBLEMS_SHOWN_MAX) > 0:
        console.print(f"... and {more} more; `--json` has them all")


def all_is_well(findings: Sequence[Finding]) -> bool:
    """Say in one line that nothing is wrong, if so."""
    well = all(finding.severity == "note" for finding in findings)
    if well:
        out.print("[green]✓[/] No problems found.")
    return well


def stop_if_refused(findings: Sequence[Finding]) -> None:
    """End with 1 when something could not be taken."""
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)
