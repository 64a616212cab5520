"""Run the benchmarks and print one table; every figure stands beside what it was compared with in the same run."""

import argparse
import json
import os
import sys
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import inbound  # noqa: E402
import latency  # noqa: E402
import translate  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

import formats  # noqa: E402

BENCHES = {"translate": translate.run, "formats": formats.run, "inbound": inbound.run, "latency": latency.run}
LONG = ("flatness", "memory", "large", "lists")
"""What takes minutes runs only when it is named."""


def main() -> None:
    """Parse the command line, run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"which: {', '.join([*BENCHES, *LONG])}; all but the last four when none is named"
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in (*BENCHES, *LONG)]:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join([*BENCHES, *LONG])}")
    results = {name: _run(name, given.seconds) for name in given.names or BENCHES}
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
    (out / f"{stamp}.json").write_text(json.dumps({"load": os.getloadavg(), "results": results}, indent=2))
    Console().print(_table(results))


def _run(name: str, seconds: float) -> dict:
    print(f"... {name}", file=sys.stderr)
    if name in LONG:
        return import_module(name).run(seconds)
    return BENCHES[name](seconds)


def _table(results: dict[str, dict]) -> Table:
    table = Table("What", "Figure", "", title=f"Measured here, load {os.getloadavg()[0]:.1f}", title_justify="left")
    for name, figures in results.items():
        for key, value in _flat(figures):
            table.add_row(name, key.replace("_", " "), f"{value:,.3g}" if isinstance(value, float) else str(value))
    return table


def _flat(figures: dict, before: str = "") -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in figures.items():
        rows += _flat(value, f"{before}{key} ") if isinstance(value, dict) else [(before + str(key), value)]
    return rows


if __name__ == "__main__":
    main()
