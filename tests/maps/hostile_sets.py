"""Runs a core compiled with sanitizers over damaged sets: python hostile_sets.py LIFT SCAN NODES HOW_MANY [SEED].

A process of its own, for a sanitizer ends it at the first fault. It prints how many sets were read, and how many taken.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from types import ModuleType

from tests.formats.xml_bytes import broken
from tests.maps.damage import JUNK, damaged
from tests.maps.messages import message_of
from tests.maps.sets import cut

from tradelane.maps import Map, shipped, shipped_names
from tradelane.maps.native import FORMAT, Native, NativeTree
from tradelane.model.message import Delimiters, Node, NodeMessage, PackedNodes, SegmentMessage

GOLDEN = Path(__file__).parents[1] / "golden"


def golden_cases() -> list[Path]:
    """Return our own documents that the maps of 004010 read."""
    kinds = {name.rpartition("/")[2] for name in shipped_names() if name.startswith("x12/004010/")}
    return [case for case in sorted(GOLDEN.glob("[0-9]*_*.edi")) if case.stem.partition("_")[0] in kinds]


def edifact_cases() -> list[tuple[str, SegmentMessage, Map]]:
    """Return our own EDIFACT messages, by name, each with the map that reads it."""
    found: list[tuple[str, SegmentMessage, Map]] = []
    for case in sorted((GOLDEN / "edifact").glob("*.edi")):
        kind, text = case.stem.partition("_")[0], case.read_text("utf-8").encode().decode("latin-1")
        name = next(name for name in (f"edifact/{one}/{kind}" for one in ("d96a", "d01b")) if name in shipped_names())
        found.append((case.stem, message_of(kind.upper(), text, name.split("/")[1].upper()), shipped(name)))
    return found


def tree_cases() -> list[tuple[bytes, Map]]:
    """Return our own UBL documents, each with the map that reads it."""
    cases = sorted((GOLDEN / "trees").glob("ubl_*.xml"))
    maps = [(case.read_bytes(), f"ubl/2.1/{case.stem.split('_')[1]}") for case in cases]
    found = [(body, shipped(name)) for body, name in maps if name in shipped_names()]
    return [(body, its_map) for body, its_map in found if its_map.native is not None]


def loaded(name: str, path: str) -> ModuleType:
    """Return the extension at *path*."""
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(lift: ModuleType, scan: ModuleType, nodes: ModuleType, how_many: int, seed: int) -> int:
    """Read *how_many* damaged sets; return how many were taken."""
    assert lift.FORMAT == FORMAT
    chance, taken = Random(seed), 0
    cases = []
    for case in golden_cases():
        lines = [line for line in case.read_text("utf-8").splitlines() if not line.startswith("#")]
        message = cut(case.stem.partition("_")[0], "\n".join(lines))
        its_map = shipped(f"x12/004010/{message.kind}")
        if its_map.native is not None:
            cases.append((message, Native(its_map.plan, lift.lift)))
    for _, message, its_map in edifact_cases():
        if its_map.native is not None:
            cases.append((message, Native(its_map.plan, lift.lift)))
    trees = [(body, NativeTree(its_map.plan, lift.lift_nodes)) for body, its_map in tree_cases()]
    for _ in range(how_many):
        message, native = chance.choice(cases)
        hostile = _hostile(message, chance)
        taken += native.lift(hostile) is not None
        raw = hostile.text.encode("latin-1", "replace")
        end, separator = ord(hostile.delimiters.segment), ord(hostile.delimiters.element)
        place = raw.find(hostile.delimiters.segment.encode("latin-1"))
        scan.pass_over(raw, place, end, separator, chance.choice((0, 10, 100_000)))
        scan.clean_pieces(raw, end, separator, b"\x00\x1f>^")
        body, tree = chance.choice(trees)
        found = nodes.read_nodes(broken(body, chance))
        if found is not None:
            packed = PackedNodes(names=found[0], rows=found[1], texts=found[2], start=0, end=0)
            tree.lift(NodeMessage("xml", tree.kind, Node(""), packed=packed))
    return taken


def _hostile(message: SegmentMessage, chance: Random) -> SegmentMessage:
    """Return a damaged set, at times cut off, repeated very often, or nothing but what breaks sets."""
    made = damaged(message, chance)
    match chance.randrange(24):
        case 0:
            made.text = made.text[: chance.randrange(len(made.text) + 1)]
        case 1:
            made.text = "".join(chance.choice(JUNK) for _ in range(chance.randrange(60)))
        case 2:
            end = made.delimiters.segment
            made.text += end + end.join(made.text.split(end)[1:-1] * chance.randrange(30))
        case 3:
            signs = [chr(chance.randrange(128)) for _ in range(4)]
            made.delimiters = Delimiters(*signs[:3], release=signs[3] if made.delimiters.release else "")
        case _:
            pass
    return made


if __name__ == "__main__":
    at_lift, at_scan, at_nodes, count, *rest = sys.argv[1:]
    extensions = loaded("_lift", at_lift), loaded("_scan", at_scan), loaded("_nodes", at_nodes)
    was_taken = run(*extensions, int(count), int(rest[0]) if rest else 1)
    print(f"{count} sets read, {was_taken} taken")
