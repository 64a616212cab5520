"""The compiled core under sanitizers: no set, however damaged, makes it touch what is not its own."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from tests.rules.sources import ROOT

EXTENSIONS = {
    "_lift": ROOT / "src/tradelane/maps/compiled",
    "_scan": ROOT / "src/tradelane/formats/x12/compiled",
    "_nodes": ROOT / "src/tradelane/formats/xml/compiled",
}
STRICT = (
    "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wshadow", "-Wcast-align", "-fPIC", "-shared",
)  # fmt: skip
SANITIZED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None or not Path(sysconfig.get_path("include"), "Python.h").exists(),
    reason="no gcc, or no Python headers, on this machine",
)


def _compiled(name: str, folder: Path, *flags: str) -> Path:
    """Return the extension compiled with *flags*; a warning is an error."""
    made = folder / f"{name}.so"
    sources = map(str, sorted(EXTENSIONS[name].glob("*.c")))
    command = ["gcc", *STRICT, *flags, f"-isystem{sysconfig.get_path('include')}", *sources, "-o", str(made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return made


def _sanitizer() -> str:
    found = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout
    if not Path(found.strip()).is_absolute():
        pytest.skip("gcc here has no address sanitizer")
    return found.strip()


def _read(folder: Path, how_many: int) -> int:
    """Read damaged sets in a process of its own; return how many were taken."""
    made = [str(_compiled(name, folder, *SANITIZED)) for name in EXTENSIONS]
    env = os.environ | {
        "LD_PRELOAD": _sanitizer(),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONMALLOC": "malloc",
    }
    command = [sys.executable, str(ROOT / "tests/maps/hostile_sets.py"), *made, str(how_many)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = re.fullmatch(r"(\d+) sets read, (\d+) taken\n", done.stdout)
    assert told is not None
    assert int(told[1]) == how_many
    return int(told[2])


@pytest.mark.parametrize("name", EXTENSIONS)
def test_it_compiles_without_a_warning(name, tmp_path):
    _compiled(name, tmp_path, "-O3")


def test_two_thousand_damaged_sets_touch_nothing_that_is_not_theirs(tmp_path):
    assert 100 < _read(tmp_path, 2000) < 1900


@pytest.mark.long
def test_two_hundred_thousand_damaged_sets_touch_nothing_that_is_not_theirs(tmp_path):
    assert 10_000 < _read(tmp_path, 200_000) < 190_000
