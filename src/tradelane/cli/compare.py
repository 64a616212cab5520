"""What two files say differently, by meaning: a confirmation and its correction, an 850 and the JSON it came from."""

import sys
from typing import Any

from msgspec import Struct

from tradelane.cli.options import Home, Json
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.cli.source import File, Maps, Partner, opened, problems
from tradelane.library import Difference, ReadFile, compare
from tradelane.library.compare import number_of, pair
from tradelane.model.document import Document
from tradelane.views.glossary import counted, document_words


class Pair(Struct, frozen=True):
    """Two documents about the same thing; one may be missing."""

    before: str
    after: str
    differences: tuple[Difference, ...]


def diff(
    before: File, after: File, /, *, map: Maps = (), partner: Partner = None, home_: Home = None, json: Json = False
) -> None:
    """Say what the documents in two files mean differently, whatever syntax each is in. Ends with 1 if anything."""
    files = tuple(opened(file, map, partner, home_) for file in (before, after))
    for file, read in zip((before, after), files, strict=True):
        if not read.documents:
            problems(read.findings, aside=True)
            raise Trouble(f"There is no document in {file} that we can read.")
    pairs = _pairs(*files)
    if json:
        as_json(pairs)
    else:
        for one in pairs:
            _show(one)
    if any(one.differences or not (one.before and one.after) for one in pairs):
        sys.exit(1)


def _pairs(before: ReadFile, after: ReadFile) -> list[Pair]:
    found: list[Pair] = []
    for left, right in pair(before.documents, after.documents):
        differences = compare(left, right) if left is not None and right is not None else ()
        found.append(Pair(_named(left), _named(right), differences))
    return found


def _named(document: Document | None) -> str:
    if document is None:
        return ""
    return f"{document_words(_tag(document))} {number_of(document)}".strip()


def _tag(document: Document) -> str:
    config: Any = type(document).__struct_config__
    return str(config.tag)


def _show(one: Pair) -> None:
    if not (one.before and one.after):
        said, place = (one.before, "first") if one.before else (one.after, "second")
        out.print(f"[yellow]![/] {plain(said)} is only in the {place} file.", soft_wrap=True)
        return
    names = plain(one.before) if one.before == one.after else f"{plain(one.before)} and {plain(one.after)}"
    if not one.differences:
        out.print(f"[green]✓[/] {names}: the same meaning.", soft_wrap=True)
        return
    out.print(f"[bold]{names}[/]: {counted(len(one.differences), 'difference')}", soft_wrap=True)
    for difference in one.differences:
        out.print(f"  {_sentence(difference)}", soft_wrap=True)


def _sentence(found: Difference) -> str:
    before, after = plain(found.before), plain(found.after)
    if before and after:
        colon = "" if ": " in found.where else ":"
        return f"{plain(found.where)}{colon} [red]{before}[/] -> [green]{after}[/]"
    sign, said = ("[green]+[/]", after) if after else ("[red]-[/]", before)
    return f"{sign} {plain(found.where)}: {said}"
