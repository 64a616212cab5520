"""Measure it on this machine, each figure beside something to compare it with."""

import subprocess
import sys
from pathlib import Path

from tradelane.cli.say import Trouble


def bench(*names: str, seconds: float = 3.0) -> None:
    """Run the benchmarks of a checkout and print their table; `bench/out/` holds them as JSON.

    Parameters
    ----------
    names
        Which of translate, formats, inbound, latency, flatness, memory, large, lists; without any, those of
        seconds.
    seconds
        How long each measurement runs.

    """
    script = Path("bench/run.py")
    if not script.exists():
        raise Trouble("The benchmarks live beside the source: run this in a checkout.")
    sys.exit(subprocess.call([sys.executable, str(script), *names, "--seconds", str(seconds)]))  # noqa: S603
