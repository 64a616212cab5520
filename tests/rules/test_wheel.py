"""What we ship is whole: the package carries its maps, migrations and templates, and the command."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
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


def test_nothing_but_the_package_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    beside = [name for name in wheel.namelist() if not Path(name).parts[0].startswith("tradelane")]
    assert not beside


def test_the_wheel_brings_the_command(wheel: zipfile.ZipFile) -> None:
    (listing,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "tradelane = tradelane.cli:main" in wheel.read(listing).decode()
