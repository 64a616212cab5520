"""Memory: one file of inventory reports (846, INVRPT, CSV) or of goods receipts (fixed-width), 10 MB to 1 GB, validated
and translated by the command line.

The files are made here, of many small documents. Peak memory is what the system says of each process at its end; flat
means that a hundred times the file takes no more of it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import tradelane.maps

SIZES_MB = (10, 100, 1_000)
LINES = 40
AT_ONCE = 100
PEAK_MB_MAX, FLAT_MB_MAX = 300, 30
FIXED_MAP = Path(tradelane.maps.__file__).parent / "fixed" / "goods_receipt.toml"


def inventory_846(megabytes: float, sender: str = "ACME", receiver: str = "US") -> Iterator[bytes]:
    """Yield one interchange of so many megabytes of inventory reports, some sets at a time."""
    yield f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*261120*0930*U*00401*000000001*0*P*>~\n".encode()
    yield f"GS*IB*{sender}*{receiver}*20261120*0930*1*X*004010~\n".encode()
    count = 0
    for count, body in _filled(megabytes, _report):  # noqa: B007
        yield body
    yield f"GE*{count}*1~\nIEA*1*000000001~\n".encode()


def _report(number: int) -> bytes:
    lines = [f"BIA*00*SI*INV{number:08d}*20261120*0900", "N1*WH*Main warehouse*92*W1"]
    for line in range(1, LINES + 1):
        item = (number * 7 + line) % 90_000
        lines += [f"LIN*{line}*VN*V-{item:05d}*UP*{item:012d}", f"QTY*33*{item % 500}*EA", f"QTY*QH*{item % 7}*EA"]
    lines.append(f"CTT*{LINES}")
    control = f"{number:09d}"
    return "~\n".join([f"ST*846*{control}", *lines, f"SE*{len(lines) + 2}*{control}", ""]).encode()


def inventory_invrpt(megabytes: float, sender: str = "ACME", receiver: str = "TRADELANE") -> Iterator[bytes]:
    """Yield one EDIFACT interchange of so many megabytes of inventory reports."""
    yield f"UNA:+.? '\nUNB+UNOC:3+{sender}:ZZZ+{receiver}:ZZZ+261120:0930+1'\n".encode()
    count = 0
    for count, body in _filled(megabytes, _invrpt):  # noqa: B007
        yield body
    yield f"UNZ+{count}+1'\n".encode()


def _invrpt(number: int) -> bytes:
    lines = [f"BGM+35+INV{number:08d}+9", "DTM+137:20261120:102", "DTM+366:202611200900:203", "NAD+WH+5412345000020::9"]
    for line in range(1, LINES + 1):
        item = (number * 7 + line) % 90_000
        lines += [f"LIN+{line}", f"PIA+1+V-{item:05d}:SA", f"QTY+145:{item % 500}", f"QTY+66:{item % 7}"]
    control = f"ME{number:09d}"
    return "'\n".join([f"UNH+{control}+INVRPT:D:96A:UN", *lines, f"UNT+{len(lines) + 2}+{control}", ""]).encode()


def inventory_csv(megabytes: float) -> Iterator[bytes]:
    """Yield rows of so many megabytes of inventory reports, each report's together."""
    yield b"Report Number,As Of,Warehouse,Warehouse Name,Item,Unit,On Hand,Available\n"
    yield from (body for _, body in _filled(megabytes, _rows))


def _rows(number: int) -> bytes:
    at = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=number)
    told = f"INV{number:08d},{at:%Y-%m-%dT%H:%M:%SZ},W1,Main warehouse"
    items = [(number * 7 + line) % 90_000 for line in range(1, LINES + 1)]
    return "".join(f"{told},V-{item:05d},EA,{item % 500},{item % 7}\n" for item in items).encode()


def receipts_fixed(megabytes: float) -> Iterator[bytes]:
    """Yield records of so many megabytes of goods receipts."""
    yield from (body for _, body in _filled(megabytes, _receipt))


def _receipt(number: int) -> bytes:
    lines = [f"RL {line:<4}{4500000000 + number:<10}{line:<6}V-{line:<18}{10:07}EA" for line in range(1, LINES + 1)]
    return "".join(f"{each}\r\n" for each in (f"RH {number:<9}20261120  {'':12}", *lines)).encode()


def _filled(megabytes: float, document: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield documents, many at a time, until there are so many megabytes; with them how many there are by then."""
    count, size = 0, 0
    while size < megabytes * 1_000_000:
        body = b"".join(document(count + n) for n in range(1, AT_ONCE + 1))
        count, size = count + AT_ONCE, size + len(body)
        yield count, body


FORMATS: dict[str, tuple[Callable[[float], Iterator[bytes]], str, tuple[str, ...]]] = {
    "x12": (inventory_846, "inventory.x12", ()),
    "edifact": (inventory_invrpt, "inventory.edi", ()),
    "csv": (inventory_csv, "inventory.csv", ()),
    "fixed": (receipts_fixed, "receipts.txt", ("--map", str(FIXED_MAP))),
}


def run(
    seconds: float = 0.0, sizes: tuple[float, ...] = SIZES_MB, formats: tuple[str, ...] = tuple(FORMATS)
) -> dict[str, object]:
    """Measure each size of each format; *seconds* only keeps the shape of the other benches."""
    rows: dict[str, object] = {}
    for name in formats:
        rows[name] = _format(sizes, *FORMATS[name])
    met = all(isinstance(each, dict) and each["met"] for each in rows.values())
    return {"formats": rows, "goal_mb": PEAK_MB_MAX, "met": met}


def _format(
    sizes: tuple[float, ...], made: Callable[[float], Iterator[bytes]], file_name: str, more: tuple[str, ...]
) -> dict[str, object]:
    rows: dict[str, object] = {}
    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name
        for size in sizes:
            with path.open("wb") as file:
                file.writelines(made(size))
            for command in (("validate", str(path), *more), ("translate", str(path), *more, "--out", os.devnull)):
                peak, took = _measured(command)
                peaks.append(peak)
                rows[f"{command[0]} {size:g} MB"] = {"peak_mb": peak, "mb_per_second": round(size / took, 1)}
    spread = max(peaks) - min(peaks)
    met = max(peaks) <= PEAK_MB_MAX and spread <= FLAT_MB_MAX
    return {"files": rows, "peak_mb_max": max(peaks), "spread_mb": round(spread, 1), "met": met}


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
    named = tuple(word for word in sys.argv[1:] if word in FORMATS)
    wanted = tuple(float(word) for word in sys.argv[1:] if word not in FORMATS)
    print(run(sizes=wanted or SIZES_MB, formats=named or tuple(FORMATS)))
