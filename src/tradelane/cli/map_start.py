"""Start a map from a file that a partner sends, or from a map that is nearly right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tradelane import maps
from tradelane.cli.say import Trouble, err, out, plain
from tradelane.cli.source import contents
from tradelane.cli.translate import Out
from tradelane.library import ReadFile, read
from tradelane.library.start import extending, fresh
from tradelane.model.document import Document
from tradelane.model.registry import DOCUMENTS, tag

Sample = Annotated[Path | None, Parameter(help="A file of the partner's: what a shipped map does not read is listed.")]
Called = Annotated[str, Parameter(help="What the map is called, such as acme/855.")]
Extends = Annotated[str, Parameter(help="The map it differs from; without it the one that reads the sample.")]
Means = Annotated[str, Parameter(help="The document it means, where we ship no map for the sample: purchase_order.")]


def new(name: Called, sample: Sample = None, /, *, extends: Extends = "", document: Means = "", to: Out = None) -> None:
    """Start a map: from a sample, stating what differs from the map that reads it, or from scratch."""
    text = "\n".join(_lines(name, sample, extends, document)).rstrip() + "\n"
    if to is None:
        out.print(plain_text(text), soft_wrap=True)
        return
    if to.exists():
        raise Trouble(f"{to} is there already; name another file.")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(text, "utf-8")
    except OSError as error:
        raise Trouble(f"{to} cannot be written: {error.strerror}.") from None
    err.print(f"[green]✓[/] {to}", soft_wrap=True)
    err.print(f"Next: edit it, then [bold]tradelane maps test {plain(str(to))}[/]", soft_wrap=True)


def plain_text(text: str) -> str:
    """Return a map's text safe to print."""
    return "\n".join(plain(line) for line in text.splitlines())


def _lines(name: str, sample: Path | None, extends: str, document: str) -> Iterator[str]:
    if sample is None:
        if not extends:
            raise Trouble("Name a sample to start from, or the map that is nearly right with --extends.")
        if extends not in maps.shipped_names():
            raise Trouble(f"There is no map {extends!r}. `tradelane maps list` names those we ship.")
        yield f"# What differs from {extends}; nothing else need be said."
        yield from ("", f'name = "{name}"', f'extends = "{extends}"', "", "[fields]")
        return
    found = read(contents(sample), file_name=sample.name)
    if not found.messages:
        raise Trouble("\n".join(["There is no message in it that we can open.", *map(str, found.findings)]))
    each = found.messages[0]
    by = maps.shipped(extends) if extends in maps.shipped_names() else each.map
    if by is not None:
        yield from extending(found, each, by, name)
    else:
        yield from fresh(each, _document(found, document), name)


def _document(found: ReadFile, named: str) -> type[Document]:
    known = {tag(kind): kind for kind in DOCUMENTS}
    if named not in known:
        what = found.messages[0].message.kind
        raise Trouble(f"We ship no map for {what}. Say with --document what it means: {', '.join(known)}.")
    return known[named]
