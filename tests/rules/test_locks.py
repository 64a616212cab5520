"""What we install is pinned and checked, whatever machine it comes from."""

import re

import pytest
from tests.rules.sources import ROOT

LOCKS = ("requirements.lock", "requirements-bench.lock", "requirements-fuzz.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_its_version_and_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
    loose = [
        e.split()[0] for e in entries if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", e) or "--hash=sha256:" not in e
    ]
    assert not loose, f"{name} does not pin {loose}: write it with `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8"), (
        f"{name} names a host: write it with `make lock` (decision 0002)"
    )


def test_the_lock_holds_all_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("\nbench = [")[0]
    wanted = {name.lower() for name in re.findall(r'^\s*"([\w-]+)(?:\[\w+\])?(?:[<>=].*)?",?$', project, re.MULTILINE)}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    missing = sorted(wanted - locked - {"cli", "api"})
    assert wanted
    assert not missing, f"pyproject.toml asks for {missing}, the lock does not: write it with `make lock`"


def test_uv_lock_stays_out_because_it_names_hosts() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text("utf-8").split()
