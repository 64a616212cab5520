"""What we ship is whole: the package carries its maps, migrations and templates, and the command."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from scripts.compile_c import compile_all
from tests.rules.sources import ROOT, all_sources


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env=os.environ | {"HATCH_BUILD_HOOKS_ENABLE": "0"},
        check=True,
        capture_output=True,
        timeout=100,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_everything_under_src_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    shipped = {source.path.removeprefix("src/") for source in all_sources() if source.is_shipped}
    missing = shipped - set(wheel.namelist())
    assert not missing, f"not in the wheel: {sorted(missing)}; is it ignored by .gitignore?"


def test_the_console_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    page = wheel.read("tradelane/api/console_files/index.html").decode()
    assert any(f"tradelane/api/console_files{part}" in wheel.namelist() for part in re.findall(r'src="([^"]+)"', page))


def test_nothing_but_the_package_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    beside = [name for name in wheel.namelist() if not Path(name).parts[0].startswith("tradelane")]
    assert not beside


def test_the_wheel_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (listing,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "tradelane = tradelane.cli:main" in wheel.read(listing).decode()


def test_a_wheel_says_for_which_machines_it_is(wheel: zipfile.ZipFile) -> None:
    compiled = [name for name in wheel.namelist() if name.endswith(".so")]
    assert Path(str(wheel.filename)).stem.endswith("-py3-none-any") == (not compiled)
    if compiled:
        assert "-cp311-abi3-" in str(wheel.filename)
        homes = ["formats/x12/_scan", "formats/xml/_nodes", "maps/_lift"]
        assert sorted(compiled) == [f"tradelane/{home}.abi3.so" for home in homes]


def test_without_a_compiler_nothing_is_compiled_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    said: list[str] = []
    assert compile_all(ROOT, tmp_path, said.append) == []
    assert "slower but the same" in said[0]
    assert not list(tmp_path.rglob("*.so*"))


def test_whoever_wants_it_pure_gets_it_pure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADELANE_PURE", "1")
    assert compile_all(ROOT, tmp_path, pytest.fail) == []
