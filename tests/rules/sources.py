"""The files of this repository, as the house rules look at them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED = {
    ".git", ".hypothesis", ".import_linter_cache", ".pytest_cache", ".ruff_cache", ".tradelane", ".venv", "__pycache__",
    "dist", "node_modules", "out",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root, and what it says."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, without their ends."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.text)

    @property
    def is_python(self) -> bool:
        """Say whether it is a Python file."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Say whether it stands among the tests."""
        return self.path.startswith("tests/")

    @property
    def is_shipped(self) -> bool:
        """Say whether it is part of what we ship."""
        return self.path.startswith("src/")


@cache
def all_sources() -> tuple[Source, ...]:
    """Return every text file that is, or could be, under version control."""
    return tuple(
        Source(path, text) for path in _paths() if (ROOT / path).is_file() and (text := _text(ROOT / path)) is not None
    )


def python_sources() -> tuple[Source, ...]:
    """Return the Python files."""
    return tuple(source for source in all_sources() if source.is_python)


def _paths() -> list[str]:
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        return sorted(set(listing.stdout.strip("\0").split("\0")))
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if not SKIPPED.intersection(path.parts))


def _text(path: Path) -> str | None:
    body = path.read_bytes()
    if b"\0" in body:
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
