"""The console is built where the machine has no Node, too."""

import subprocess

from scripts import build_console


def test_without_a_node_of_its_own_the_machine_takes_the_one_that_python_brings(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = build_console.tools()
    assert found is not None
    for command in ([str(found.folder / "node")], list(found.npm)):
        said = subprocess.run(
            [*command, "--version"], env={"PATH": str(found.folder)}, check=False, capture_output=True, text=True
        )
        assert said.returncode == 0, said.stderr


def test_pages_that_could_not_be_built_anew_are_not_taken_for_those_of_today(monkeypatch, tmp_path, capsys):
    (tmp_path / "index.html").write_text("of yesterday")
    monkeypatch.setattr(build_console, "STAMP", tmp_path / ".built-from")
    monkeypatch.setattr(build_console, "tools", lambda: None)
    assert not build_console.build()
    assert "Install it" in capsys.readouterr().err


def test_pages_are_of_today_as_long_as_sources_and_contracts_are(monkeypatch, tmp_path):
    for name in ("ui/app.tsx", "contracts/glossary.json", "contracts/openapi.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(build_console, "ROOT", tmp_path)
    monkeypatch.setattr(build_console, "UI", tmp_path / "ui")
    seen = [build_console._fingerprint()]  # pyright: ignore[reportPrivateUsage]
    for name in ("ui/app.tsx", "contracts/glossary.json", "contracts/openapi.json"):
        (tmp_path / name).write_text("{ }")
        seen.append(build_console._fingerprint())  # pyright: ignore[reportPrivateUsage]
    assert len(set(seen)) == len(seen)
