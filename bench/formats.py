"""What translating and validating a file of each kind costs, beside what other libraries need to parse the same bytes.

Each job takes one file from its bytes to canonical JSON, all findings included, as `tradelane translate` does. CPU time
counts; the jobs take turns, so a busy machine slows all alike. The peers parse and do no more: pyx12 and pydifact here,
node-x12 and edifact in node where node and npm are at hand (installed by the lock in ``bench/node`` on the first run).
"""

import io
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import msgspec
from documents import interchange
from translate import ENVELOPE, LINES, TOKENISER, order_850, order_edifact, tokens

from tradelane import library
from tradelane.library import Envelope

NODE = Path(__file__).parent / "node"
CSV_BYTES = 1_000_000


def files() -> dict[str, bytes]:
    """Return the files to read, by the name of their kind: our own, written by our maps from the same orders."""
    order, notice, invoice = (library.read(body).documents for body in (order_850(), ship_notice_856(), invoice_810()))
    envelope = Envelope(at=ENVELOPE.at)
    long = library.read(order_850(lines=CSV_BYTES // 250)).documents
    return {
        "X12 850": order_850(),
        "X12 856": ship_notice_856(),
        "X12 810": invoice_810(),
        "EDIFACT ORDERS": library.write(order, "edifact/d96a/orders", envelope).body,
        "EDIFACT DESADV": library.write(notice, "edifact/d96a/desadv", envelope).body,
        "EDIFACT INVOIC": library.write(invoice, "edifact/d96a/invoic", envelope).body,
        "UBL Order": library.write(order, "ubl/Order", envelope).body,
        "CSV orders, 1 MB": library.write(long, "csv", envelope).body,
    }


def ship_notice_856(lines: int = LINES) -> bytes:
    """Return one 856: a pallet for every ten lines of one order."""
    segments = ["BSN*00*ASN-77*20261209*0930*0001", "HL*1**S", "TD1*PLT94*5****G*120.5*LB", "REF*BM*BOL-5"]
    segments += ["DTM*011*20261209", "N1*SF*Example Supplier*92*SUP-7", "N1*ST*Warehouse East*92*WH-1"]
    segments += ["HL*2*1*O", "PRF*4500012345***20261120"]
    number = tare = 2
    for line in range(1, lines + 1):
        if line % 10 == 1:
            number += 1
            tare = number
            segments += [f"HL*{number}*2*T", f"MAN*GM*{_sscc(line)}"]
        number += 1
        segments += [
            f"HL*{number}*{tare}*I",
            f"LIN*{line}*BP*SKU-{line:05d}*UP*{line:012d}",
            f"SN1**{line % 40 + 1}*EA",
        ]
    segments.append(f"CTT*{number}")
    return interchange(segments, "856", "SH", "SUP-7", 1)


def _sscc(number: int) -> str:
    digits = f"0034012345{number:07d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return f"00{digits}{-total % 10}"


def invoice_810(lines: int = LINES) -> bytes:
    """Return one 810 over a whole order."""
    segments = ["BIG*20261212*INV-9*20261120*4500012345***DI", "CUR*SE*USD", "N1*SU*Example Supplier*92*SUP-7"]
    segments += ["N1*BY*Example Distribution*92*1000"]
    cents = 0
    for line in range(1, lines + 1):
        quantity, price = line % 40 + 1, 100 + line
        cents += quantity * price
        segments += [f"IT1*{line}*{quantity}*EA*{price / 100:.2f}**BP*SKU-{line:05d}*UP*{line:012d}"]
        segments += [f"PID*F****Article number {line} in blue"]
    segments += [f"TDS*{cents}", f"CTT*{lines}"]
    return interchange(segments, "810", "IN", "SUP-7", 1)


def run(seconds: float = 10.0) -> dict[str, object]:
    """Measure every kind in turn for about *seconds*; what cannot be measured here is said."""
    bodies = files()
    jobs: dict[str, tuple[int, Callable[[], object]]] = {
        TOKENISER: (len(order_850()), lambda: tokens(bodies["X12 850"]))
    }
    for name, body in bodies.items():
        found = library.read(body)
        assert not found.refused, (name, [str(finding) for finding in found.findings][:3])
        assert found.documents, name
        jobs[name] = (len(body), lambda body=body: _translated(body))
    jobs |= _peers(bodies)
    costs: dict[str, list[float]] = {name: [] for name in jobs}
    end = perf_counter() + seconds
    while perf_counter() < end or min(map(len, costs.values())) < 3:
        for name, (_, job) in jobs.items():
            start = process_time()
            job()
            costs[name].append(process_time() - start)
    unit = median(costs[TOKENISER])
    rows = {name: _row(median(spent), jobs[name][0], unit) for name, spent in costs.items()}
    return {"files": rows | _node_peers(bodies, seconds, unit)}


def _translated(body: bytes) -> list[bytes]:
    return [msgspec.json.encode(document) for document in library.read(body).documents]


def _row(cost: float, size: int, unit: float) -> dict[str, float]:
    return {
        "documents_per_second": round(1 / cost, 1),
        "mb_per_second": round(size / cost / 1e6, 2),
        "times_tokeniser": round(cost / unit, 2),
    }


def _peers(bodies: dict[str, bytes]) -> dict[str, tuple[int, Callable[[], object]]]:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    found: dict[str, tuple[int, Callable[[], object]]] = {}
    edifact, x12 = order_edifact(), bodies["X12 850"].decode("latin-1")
    try:
        from pydifact.segmentcollection import Interchange

        found["pydifact: parse ORDERS"] = (len(edifact), lambda: list(Interchange.from_str(edifact).segments))
    except ImportError:
        print("pydifact is not installed here: left out", file=sys.stderr)
    try:
        from pyx12.x12file import X12Reader

        found["pyx12: segments of the 850"] = (len(x12), lambda: list(X12Reader(io.StringIO(x12))))
    except ImportError:
        print("pyx12 is not installed here: left out", file=sys.stderr)
    return found


def _node_peers(bodies: dict[str, bytes], seconds: float, unit: float) -> dict[str, dict[str, float]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("node and npm are not here: node-x12 and edifact are left out", file=sys.stderr)
        return {}
    if not (NODE / "node_modules").exists():
        install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        if subprocess.run(install, cwd=NODE, check=False).returncode:
            print("npm cannot install node-x12 and edifact here: left out", file=sys.stderr)
            return {}
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("order.x12", "order.edifact")]
        paths[0].write_bytes(bodies["X12 850"])
        paths[1].write_text(order_edifact().upper(), "latin-1")  # It takes no small letters under UNOA.
        asked = [node, str(NODE / "peers.js"), *map(str, paths), str(max(seconds / 10, 0.5))]
        said = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    for name, one in said.items():
        if "failed" in one:
            print(f"{name} failed: {one['failed']}", file=sys.stderr)
    return {
        name: _row(one["microseconds"] / 1e6, one["bytes"], unit) for name, one in said.items() if "failed" not in one
    }


if __name__ == "__main__":
    outcome = run(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
    for name, row in outcome["files"].items():  # pyright: ignore[reportAttributeAccessIssue]
        print(f"{name:40} {row}")
