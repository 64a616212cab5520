"""The console is built where the machine has no Node, too."""

import subprocess

from scripts import build_console


def test_without_a_node_of_its_own_the_machine_takes_the_one_that_python_brings(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    tools = build_console._tools()  # pyright: ignore[reportPrivateUsage]
    assert tools is not None
    for command in ([str(tools.folder / "node")], list(tools.npm)):
        said = subprocess.run(
            [*command, "--version"], env={"PATH": str(tools.folder)}, check=False, capture_output=True, text=True
        )
        assert said.returncode == 0, said.stderr
