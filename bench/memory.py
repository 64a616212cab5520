"""Memory: one X12 interchange of inventory reports (846), 10 MB to 1 GB, validated and translated by the command line.

The files are made here, in one group of many sets. Peak memory is what the system says of each process at its end;
flat means that a hundred times the file takes no more of it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SIZES_MB = (10, 100, 1_000)
LINES = 40
PEAK_MB_MAX, FLAT_MB_MAX = 300, 30


def inventory_846(megabytes: float, sender: str = "ACME", receiver: str = "US") -> Iterator[bytes]:
    """Yield one interchange of so many megabytes of inventory reports, some sets at a time."""
    yield f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*261120*0930*U*00401*000000001*0*P*>~\n".encode()
    yield f"GS*IB*{sender}*{receiver}*20261120*0930*1*X*004010~\n".encode()
    sets, size = 0, 0
    while size < megabytes * 1_000_000:
        body = b"".join(_report(sets + n) for n in range(1, 101))
        sets, size = sets + 100, size + len(body)
        yield body
    yield f"GE*{sets}*1~\nIEA*1*000000001~\n".encode()


def _report(number: int) -> bytes:
    lines = [f"BIA*00*SI*INV{number:08d}*20261120*0900", "N1*WH*Main warehouse*92*W1"]
    for line in range(1, LINES + 1):
        item = (number * 7 + line) % 90_000
        lines += [f"LIN*{line}*VN*V-{item:05d}*UP*{item:012d}", f"QTY*33*{item % 500}*EA", f"QTY*QH*{item % 7}*EA"]
    lines.append(f"CTT*{LINES}")
    control = f"{number:09d}"
    return "~\n".join([f"ST*846*{control}", *lines, f"SE*{len(lines) + 2}*{control}", ""]).encode()


def run(seconds: float = 0.0, sizes: tuple[float, ...] = SIZES_MB) -> dict[str, object]:
    """Measure each size; *seconds* only keeps the shape of the other benches."""
    rows: dict[str, object] = {}
    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / "inventory.x12"
            with path.open("wb") as file:
                file.writelines(inventory_846(size))
            for command in (("validate", str(path)), ("translate", str(path), "--out", os.devnull)):
                peak, took = _measured(command)
                peaks.append(peak)
                rows[f"{command[0]} {size:g} MB"] = {"peak_mb": peak, "mb_per_second": round(size / took, 1)}
    spread = max(peaks) - min(peaks)
    met = max(peaks) <= PEAK_MB_MAX and spread <= FLAT_MB_MAX
    return {"files": rows, "peak_mb_max": max(peaks), "spread_mb": round(spread, 1), "goal_mb": PEAK_MB_MAX, "met": met}


def _measured(command: tuple[str, ...]) -> tuple[float, float]:
    """Run one command; return its peak memory in MB and its CPU seconds."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tradelane", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = child.stderr.read() if child.stderr else b""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}: {said.decode('utf-8', 'replace')[:500]}")
    return round(usage.ru_maxrss / 1024, 1), usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print(run(sizes=tuple(map(float, sys.argv[1:])) or SIZES_MB))
