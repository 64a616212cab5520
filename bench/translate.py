"""What reading an order costs: a 50-line X12 850, from bytes to canonical JSON, in units of a hand-written tokeniser.

The jobs run in turn, round after round in one process, and CPU time is what counts: so a busy machine slows all of
them alike and the ratios stand. The tokeniser, too, starts from the bytes: it decodes them, splits them into segments
and each segment into elements, and holds all of it at once. No job meets a document again until it has seen
`DIFFERENT` others, so what is remembered of one is worth no more than it is between different orders. The garbage
collector is on, for every job; only what the bench itself keeps is frozen out of its sight.

Peers read their own way of saying the same order: pyx12 splits the same 850 into segments and does no more; pydifact
parses an EDIFACT ORDERS with the same lines. The documents are made here.
"""

import gc
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from itertools import cycle
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

from tradelane.formats import x12
from tradelane.maps import compiled, lift, lift_exact, lower, shipped
from tradelane.model.message import SegmentMessage

LINES = 50
DIFFERENT = 256
GOAL, GOAL_OUTBOUND = 3.5, 1.5
TOKENISER = "hand tokeniser (decode, split + split)"
TRANSLATE = "translate: decode, validate, lift, JSON"
LOWER = "lower and encode, envelopes and all"
ENVELOPE = x12.Envelope(
    sender_qualifier="ZZ",
    sender="TRADELANE",
    receiver_qualifier="ZZ",
    receiver="SUP-7",
    interchange=1,
    group=1,
    at=datetime(2026, 11, 20, 9, 30, tzinfo=timezone.utc),
)


def order_850(lines: int = LINES, seed: int = 0) -> bytes:
    """Return one 850 in its envelopes, five segments to the line; quantities, prices and items differ by *seed*."""
    chance = Random(seed)
    body = [
        "ST*850*0001",
        "BEG*00*SA*4500012345**20261120",
        "CUR*BY*USD",
        "REF*DP*DEPT-42",
        "DTM*002*20261210",
        "N1*BY*Example Distribution*92*1000",
        "N3*1 Dock Street",
        "N4*Springfield*IL*62701*US",
        "N1*SU*Example Supplier*92*SUP-7",
        "N1*ST*Warehouse East*92*WH-1",
        "N3*9 Harbor Road",
        "N4*Newark*NJ*07101*US",
    ]
    for n in range(1, lines + 1):
        quantity, item, cents, day = (chance.randrange(1, most) for most in (500, 20_000, 50_000, 29))
        price, on = f"{cents // 100}.{cents % 100:02d}", f"202612{day:02d}"
        body += [
            f"PO1*{n}*{quantity}*EA*{price}*PE*BP*SKU-{item:05d}*UP*{item:012d}*VN*V-{item:06d}",
            f"PID*F****Industrial widget no {item} in blue",
            f"REF*LI*{n:06d}",
            f"DTM*002*{on}",
            f"SCH*{quantity}*EA***002*{on}",
        ]
    body += [f"CTT*{lines}"]
    body.append(f"SE*{len(body) + 1}*0001")
    isa = "ISA*00*          *00*          *ZZ*ERP            *ZZ*TRADELANE      *261120*0930*U*00401*000000001*0*P*>"
    return "~".join(
        [isa, "GS*PO*ERP*TRADELANE*20261120*0930*1*X*004010", *body, "GE*1*1", "IEA*1*000000001", ""]
    ).encode()


def order_edifact(lines: int = LINES) -> str:
    """Return one EDIFACT ORDERS with as many lines."""
    body = [
        "UNH+1+ORDERS:D:96A:UN",
        "BGM+220+4500012345+9",
        "DTM+137:20261120:102",
        "NAD+BY+1000::92",
        "NAD+SU+SUP-7::92",
    ]
    for n in range(1, lines + 1):
        body += [
            f"LIN+{n}++{n:013d}:EN",
            f"PIA+1+SKU-{n:05d}:IN",
            f"IMD+F++:::Industrial widget no {n} in blue",
            f"QTY+21:{n * 3 + 1}:PCE",
            f"DTM+2:202612{n % 28 + 1:02d}:102",
            f"PRI+AAA:{n}.50",
        ]
    body += ["UNS+S", f"CNT+2:{lines}"]
    body.append(f"UNT+{len(body) + 1}+1")
    return "'".join(["UNA:+.? 'UNB+UNOA:2+ERP:ZZ+TRADELANE:ZZ+261120:0930+1", *body, "UNZ+1+1", ""])


def tokens(body: bytes) -> list[list[str]]:
    """Return the elements of every segment: the least that anybody who reads X12 in Python has to do."""
    return [segment.split("*") for segment in body.decode("latin-1").split("~")]


def jobs() -> dict[str, Callable[[], object]]:
    """Return the jobs to be compared, by name; the tokeniser first. Peers that are not installed are left out."""
    bodies = [order_850(seed=seed) for seed in range(DIFFERENT)]
    purchase_order = shipped("x12/004010/850")

    def message(body: bytes) -> SegmentMessage:
        (_, _, received), *_ = x12.decode(body).accepted
        return received.message

    messages = [message(body) for body in bodies]
    documents = [lift(one, purchase_order).document for one in messages]
    found: dict[str, Callable[[], object]] = {
        TOKENISER: _in_turn(bodies, tokens),
        TRANSLATE: _in_turn(bodies, lambda body: lift(message(body), purchase_order).canonical),
        "  of which opening the envelopes": _in_turn(bodies, message),
        "  of which validate, lift, JSON": _in_turn(messages, lambda one: lift(one, purchase_order)),
        "lift by the explaining path": _in_turn(messages, lambda one: lift_exact(one, purchase_order)),
        LOWER: _in_turn(documents, lambda one: x12.encode(ENVELOPE, [lower(one, purchase_order)])),
        "  of which lower to segments": _in_turn(documents, lambda one: lower(one, purchase_order)),
    }
    return found | _peers(bodies[0])


def _in_turn(things: list[Any], work: Callable[[Any], object]) -> Callable[[], object]:
    """Return the job of doing *work* on the next of *things*, so that no job sees the same document over and over."""
    turn = cycle(things)
    return lambda: work(next(turn))


def _peers(body: bytes) -> dict[str, Callable[[], object]]:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    edifact, found = order_edifact(), {}
    try:
        from pydifact.segmentcollection import Interchange

        found["pydifact: parse ORDERS"] = lambda: list(Interchange.from_str(edifact).segments)
    except ImportError:
        pass
    try:
        from pyx12.x12file import X12Reader

        text = body.decode("latin-1")
        found["pyx12: segments of the 850"] = lambda: list(X12Reader(io.StringIO(text)))
    except ImportError:
        pass
    return found


def run(seconds: float = 10.0) -> dict[str, object]:
    """Run all jobs in turn for about *seconds*; return documents/s and cost per job, the tokeniser being 1."""
    todo = jobs()
    costs: dict[str, list[float]] = {name: [] for name in todo}
    repeats = {name: 8 if _once(job) < 0.002 else 1 for name, job in todo.items()}
    gc.collect()
    gc.freeze()
    end = perf_counter() + seconds
    while perf_counter() < end or min(map(len, costs.values())) < 3:
        for name, job in todo.items():
            start = process_time()
            for _ in range(repeats[name]):
                job()
            costs[name].append((process_time() - start) / repeats[name])
    unit = costs[TOKENISER]
    rows = {
        name: {
            "per_second": round(1 / median(spent), 1),
            "microseconds": round(median(spent) * 1e6, 1),
            "times_tokeniser": round(median(one / base for one, base in zip(spent, unit, strict=True)), 2),
        }
        for name, spent in costs.items()
    }
    ratio = rows[TRANSLATE]["times_tokeniser"]
    outbound = median(one / base for one, base in zip(costs[LOWER], costs[TRANSLATE], strict=True))
    return {
        "lines": LINES,
        "bytes": len(order_850()),
        "compiled_core": compiled(),
        "rounds": len(unit),
        "jobs": rows,
        "translate_ratio": ratio,
        "goal": GOAL,
        "met": ratio <= GOAL,
        "outbound_ratio": round(outbound, 2),
        "outbound_goal": GOAL_OUTBOUND,
        "outbound_met": outbound <= GOAL_OUTBOUND,
    }


def _once(job: Callable[[], object]) -> float:
    """Return what a job costs once it is warm: a map is compiled when it is first used."""
    job()
    start = process_time()
    job()
    return process_time() - start


def table(result: dict) -> str:
    """Return the result as a table to read."""
    core = "yes" if result["compiled_core"] else "no"
    lines = [
        f"{result['lines']}-line 850, {result['bytes']} bytes, {result['rounds']} rounds; CPU time, median",
        f"compiled core: {core}",
        "",
    ]
    lines.append(f"{'job':44}{'documents/s':>14}{'us':>10}{'x tokeniser':>13}")
    for name, row in result["jobs"].items():
        lines.append(f"{name:44}{row['per_second']:>14,}{row['microseconds']:>10,}{row['times_tokeniser']:>13}")
    verdict, outbound = ("met" if result[one] else "NOT met" for one in ("met", "outbound_met"))
    return "\n".join(
        [
            *lines,
            "",
            f"goal: translate at most {result['goal']} x the tokeniser: {result['translate_ratio']} ({verdict})",
            f"goal: outbound at most {result['outbound_goal']} x inbound: {result['outbound_ratio']} ({outbound})",
        ]
    )


if __name__ == "__main__":
    outcome = run(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
    print(table(outcome))
    print(json.dumps(outcome))
