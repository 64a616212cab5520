"""Look at a file without a server: what is in it, what is wrong with it, what it means."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tradelane.cli.meaning import meaning
from tradelane.cli.options import Home, Json
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.cli.source import File, Maps, Partner, all_is_well, large, opened, problems, shelf, stop_if_refused
from tradelane.cli.strict import Strict, codes_of
from tradelane.cli.tally import Tally
from tradelane.cli.tree import tree
from tradelane.library import ReadFile
from tradelane.library.page import page
from tradelane.library.syntax import title
from tradelane.model.finding import Finding
from tradelane.model.tolerance import fatal
from tradelane.views.glossary import counted

Full = Annotated[bool, Parameter(help="Every element on a line of its own, and every segment of a long file.")]

Html = Annotated[Path | None, Parameter(help="Write one page for a browser to this file: as sent, beside its meaning.")]


def inspect(
    file: File,
    /,
    *,
    full: Full = False,
    html: Html = None,
    map: Maps = (),
    partner: Partner = None,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Show what is in a file as a tree, with every problem where it stands, and what it means."""
    found = opened(file, map, partner, home_)
    if html is not None:
        _page(found, file, html)
    elif json:
        as_json({"tree": found.tree(), "findings": found.findings, "documents": found.documents})
    else:
        _show(found, full)
    stop_if_refused(found.findings)


def validate(
    file: File,
    /,
    *,
    strict: Strict = (),
    map: Maps = (),
    partner: Partner = None,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Say everything that is wrong with a file, and end with 1 if any of it must be corrected."""
    own = shelf(map, partner, home_)
    if (found_large := large(file, own)) is not None:
        tally = Tally(codes_of(strict))
        for _ in tally.read(found_large.chunks, own, file.name):
            pass
        _say_large(file, found_large.syntax, tally, json)
        return
    found = opened(file, map, partner, home_)
    findings = fatal(found.findings, codes_of(strict))
    if json:
        valid = all(finding.severity != "error" for finding in findings)
        as_json({"valid": valid, "documents": len(found.documents), "findings": findings})
    else:
        said = counted(len(found.documents), "document")
        out.print(f"{plain(file.name)}: {title(found.syntax)}, {said} read", soft_wrap=True)
        _well(found, findings)
        problems(findings)
    stop_if_refused(findings)


def _say_large(file: Path, syntax: str, tally: Tally, json: bool) -> None:
    """Say what was wrong with a file that was read as it came: as much as anybody reads."""
    if json:
        as_json({"valid": not tally.refused, "documents": tally.documents, "findings": tally.findings})
    else:
        out.print(f"{plain(file.name)}: {title(syntax)}, {counted(tally.documents, 'document')} read", soft_wrap=True)
        all_is_well(tally.findings)
        problems(tally.findings)
        if more := tally.found - len(tally.findings):
            out.print(f"... and {more} more")
    stop_if_refused(tally.findings)


def _page(found: ReadFile, file: Path, html: Path) -> None:
    try:
        html.write_text(page(found, file.name), "utf-8")
    except OSError as error:
        raise Trouble(f"{html} cannot be written: {error.strerror}.") from None
    out.print(f"[green]✓[/] {plain(str(html))}: open it in a browser; it needs no network.", soft_wrap=True)


def _show(found: ReadFile, full: bool) -> None:
    branch = found.tree()
    if branch is not None:
        out.print(tree(branch, full))
        out.print()
    for document in found.documents:
        out.print(meaning(document))
        out.print()
    _well(found, found.findings)
    problems(found.findings)


def _well(found: ReadFile, findings: Sequence[Finding]) -> None:
    """Say that nothing is wrong, or that nothing was read: a file that means nothing to us is not a good one."""
    if found.documents or any(finding.severity != "note" for finding in findings):
        all_is_well(findings)
    else:
        out.print("[yellow]![/] Nothing is wrong with its syntax, but we have no map that says what it means.")
