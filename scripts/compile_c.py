"""Compile the optional core, where a C compiler and Python's headers are at hand; without them nothing is lost but
speed.

A build hook: the editable install gets the extensions beside their sources, a wheel gets them inside and a tag that
says for which machines it is. `TRADELANE_PURE=1` builds without. Run as a script it compiles them in place. A wheel
gets the console's pages, too (`build_console.py`).
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXTENSIONS = {
    "src/tradelane/formats/x12/_scan": "src/tradelane/formats/x12/compiled",
    "src/tradelane/formats/xml/_nodes": "src/tradelane/formats/xml/compiled",
    "src/tradelane/maps/_lift": "src/tradelane/maps/compiled",
}
"""Each extension, without its suffix, and the folder of its sources."""

SUFFIX = ".abi3.so"
FLAGS = ("-std=c11", "-O3", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra")
SECONDS_MAX = 120


class ExtensionBuildHook(BuildHookInterface[Any]):
    """Gives a wheel its extensions; the name it is found by is in pyproject.toml."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before anything is packed."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        if version == "editable":
            compile_all(root, root, self.app.display_warning)
            return
        pages = [sys.executable, str(root / "scripts" / "build_console.py")]
        if subprocess.run(pages, check=False).returncode:  # noqa: S603
            self.app.display_warning("The wheel goes without the console's pages.")
        self._made = tempfile.TemporaryDirectory()
        made = compile_all(root, Path(self._made.name), self.app.display_warning)
        if made:
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform}"
            build_data["force_include"] |= {str(Path(self._made.name) / one): one.removeprefix("src/") for one in made}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what was compiled for the wheel alone."""
        if version != "editable" and self.target_name == "wheel":
            self._made.cleanup()


def compile_all(root: Path, into: Path, warn: Callable[[str], None]) -> list[str]:
    """Compile every extension of *root* to its place under *into*; return their paths, none if any cannot be made."""
    if os.environ.get("TRADELANE_PURE") == "1":
        return []
    made: list[str] = []
    for target, sources in EXTENSIONS.items():
        path = f"{target}{SUFFIX}"
        said = _compile(sorted((root / sources).glob("*.c")), into / path)
        if said:
            warn(f"Tradelane goes without its compiled core, which is slower but the same: {said}")
            return []
        made.append(path)
    return made


def _compile(sources: list[Path], target: Path) -> str:
    """Compile *sources*; return what went wrong, if anything. The file comes whole: somebody may be reading the old."""
    target.parent.mkdir(parents=True, exist_ok=True)
    being_made = target.with_name(f"{target.name}.{os.getpid()}")
    command = [*_linker(), *FLAGS, f"-I{sysconfig.get_path('include')}", *map(str, sources), "-o", str(being_made)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)  # noqa: S603
        if done.returncode == 0:
            being_made.replace(target)
            return ""
        return f"{command[0]} says: {done.stderr.strip()[-300:]}"
    except (OSError, subprocess.TimeoutExpired) as wrong:
        return str(wrong)
    finally:
        being_made.unlink(missing_ok=True)


def _linker() -> list[str]:
    """Return the command that makes an extension, by the compiler named in CC, or Python's own, or any.

    Python's own flags are left out: they would write where this machine keeps things into the extension.
    """
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    found = shlex.split(compiler)[:1] if shutil.which(shlex.split(compiler)[0]) else ["cc"]
    return [*found, *(("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared",))]


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    sys.exit(not compile_all(here, here, lambda said: print(said, file=sys.stderr)))
