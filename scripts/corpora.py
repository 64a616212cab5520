"""Measure what becomes of real documents nobody here wrote. Usage: python -m scripts.corpora CORPORA COUNTS.

CORPORA holds ``MANIFEST.tsv`` and the files it names; they are not in a clone. COUNTS, a JSON file, is: the page
``docs/reference/corpora.md`` is made from it, and a test measures again where the documents are.
"""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Struct

from tradelane.library import ReadFile, read

CLEAN = ("valid-envelope", "well-formed", "json-ok", "")
REASONS_SHOWN = 4
FIGURES = re.compile(r"(?:MOA|PRI|QTY|UCS)\+(?:\w+:)?X(?=['+:])")
"""A figure that is the letter X: such a message is a form, printed from a description, and no document."""


class Count(Struct, kw_only=True):
    """What became of the files of one format.

    ``clean`` are those the manifest finds nothing wrong with, ``decoded`` those of them that are read without an error
    in their syntax; ``defective`` all others, ``named`` those of them in which something is found. Of the messages in
    clean files ``mapped`` are those we have a map for, ``lifted`` those that come to a document; ``why`` counts by its
    code the first error of each of the others, ``unmapped`` the kinds that have no map. ``forms`` are those of the
    mapped that come to none because their figures are the letter X.
    """

    files: int = 0
    clean: int = 0
    decoded: int = 0
    defective: int = 0
    named: int = 0
    messages: int = 0
    mapped: int = 0
    lifted: int = 0
    forms: int = 0
    why: dict[str, int] = {}
    unmapped: dict[str, int] = {}


def measure(corpora: Path) -> dict[str, Count]:
    """Return what becomes of every file of the manifest, by its format."""
    counts: dict[str, Count] = {}
    with (corpora / "MANIFEST.tsv").open(newline="", encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            found = read((corpora / row["path"]).read_bytes(), file_name=Path(row["path"]).name)
            count = counts.setdefault(row["format"], Count())
            count.files += 1
            if row["validity"].partition(";")[0] in CLEAN and "negative" not in row["validity"]:
                _clean(count, found)
            else:
                count.defective += 1
                count.named += any(one.severity != "note" for one in found.findings)
    return {name: _settled(count) for name, count in sorted(counts.items())}


def _clean(count: Count, found: ReadFile) -> None:
    wrong = [one for one in found.opened.findings if one.severity == "error"]
    wrong += [one for each in found.messages for one in each.piece.findings if one.severity == "error"]
    count.clean += 1
    count.decoded += bool(found.messages) and not wrong
    why, unmapped = Counter(count.why), Counter(count.unmapped)
    if wrong and not found.messages:
        why[wrong[0].code] += 1
    for each in found.messages:
        count.messages += 1
        if each.document is None and each.map is None:
            unmapped[each.message.kind or "(none)"] += 1
            continue
        count.mapped += 1
        count.lifted += each.document is not None
        if each.document is None:
            count.forms += bool(FIGURES.search(getattr(each.message, "text", "")))
            why[next((one.code for one in each.findings if one.severity == "error"), "unreadable envelope")] += 1
    count.why, count.unmapped = dict(why), dict(unmapped)


def _settled(count: Count) -> Count:
    """Return *count* with what is counted by name in one order: the most first."""
    for name in ("why", "unmapped"):
        setattr(count, name, dict(sorted(getattr(count, name).items(), key=lambda one: (-one[1], one[0]))))
    return count


def written(counts: dict[str, Count]) -> str:
    """Return the JSON file of *counts*."""
    return msgspec.json.format(msgspec.json.encode(counts), indent=1).decode() + "\n"


def read_counts(file: Path) -> dict[str, Count]:
    """Return the counts that *file* holds."""
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Count])


def page(counts: dict[str, Count]) -> str:
    """Return what the page of *counts* says below its heading."""
    rows = [
        "".join(
            f"| {said} "
            for said in (
                name,
                one.files,
                _share(one.decoded, one.clean),
                _share(one.named, one.defective),
                one.messages,
                one.mapped,
                one.forms or "",
                _share(one.lifted, one.mapped - one.forms),
                _shown(one.why),
                _shown(one.unmapped),
            )
        )
        + "|"
        for name, one in counts.items()
    ]
    total = sum(one.files for one in counts.values())
    mapped, forms, lifted = (
        sum(getattr(one, name) for one in counts.values()) for name in ("mapped", "forms", "lifted")
    )
    return "\n".join(
        [
            f"{total:,} documents of public repositories, read as `tradelane validate` reads them. They are not in "
            "this repository; a test counts again where they are. *Clean* is what a check of counts, references and "
            "widths finds nothing wrong with. That is a hint: such a file may lack what its document cannot do "
            "without, and a file called defective may be so only for a map that is not ours. A file that we cannot "
            "tell from any other (`file.unknown`), such as a page of text, is refused in a sentence. None makes a "
            "reader raise.\n",
            f"Of {mapped} messages with a map {lifted} come to a document. {forms} of the others are *forms*, printed "
            "from a description of a message with the letter X for every figure, so there is nothing to lift; of the "
            f"remaining {mapped - forms}, {lifted / (mapped - forms):.1%}. What each of the rest lacks is said in a "
            "finding.\n",
            "| format | files | clean ones decoded | defects named | messages in clean ones | with a map | forms "
            "| lifted of the others | first error of the rest | kinds without a map |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _share(some: int, all_of: int) -> str:
    return f"{some} of {all_of}" if all_of else ""


def _shown(counted: dict[str, int]) -> str:
    first = [f"{name} {amount}" for name, amount in counted.items()][:REASONS_SHOWN]
    more = len(counted) - len(first)
    return ", ".join(first) + (f" and {more} more" if more else "")


def main(arguments: list[str]) -> int:
    """Measure, and write the counts."""
    corpora, counts = (*map(Path, arguments), Path("../shared/corpora"), Path("docs/reference/corpora.json"))[:2]
    if not (corpora / "MANIFEST.tsv").is_file():
        print(f"{corpora} holds no MANIFEST.tsv; the counts stay as they are.")
        return 0
    counts.write_text(written(measure(corpora)), "utf-8")
    print(f"{counts} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
