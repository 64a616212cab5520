"""Where does a value come from? Back from the meaning to the bytes, the rule and the map that read them."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from tradelane.cli.options import Home, Json
from tradelane.cli.say import as_json, out, plain
from tradelane.cli.source import File, Maps, Partner, opened, trouble
from tradelane.library.where import Where, where

Path = Annotated[str, Parameter(help="Which value, such as lines[0].quantity; without it every value is listed.")]
Number = Annotated[int, Parameter(help="Which document of the file, when it holds several; the first without it.")]
CLOSE_MAX = 4
"""Up to so many values are shown one by one, with an excerpt; more become a table."""


def explain(
    file: File,
    path: Path = "",
    /,
    *,
    document: Number = 1,
    map: Maps = (),
    partner: Partner = None,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Show where a value of a document comes from: its bytes, the rule that read them, the map and its version."""
    with trouble():
        found = where(opened(file, map, partner, home_), path, document)
    if json:
        as_json(found)
    elif len(found) <= CLOSE_MAX:
        for one in found:
            _closely(one)
    else:
        out.print(_table(found))
        out.print(_map(found[0]), soft_wrap=True)


def _closely(one: Where) -> None:
    out.print(f"[bold]{plain(one.path)}[/]  {plain(one.value)}", soft_wrap=True)
    if one.excerpt:
        out.print(f"  [dim]{_place(one)}[/]", soft_wrap=True)
        begin, end = one.caret, one.caret + one.width
        shown = plain(one.excerpt[:begin]), plain(one.excerpt[begin:end]), plain(one.excerpt[end:])
        out.print(f"  {shown[0]}[bold blue]{shown[1]}[/]{shown[2]}", soft_wrap=True)
        out.print(f"  {' ' * begin}[bold blue]{'^' * max(1, one.width)}[/]", soft_wrap=True)
    else:
        out.print("  [dim]stands nowhere in the file[/]")
    if one.written and one.written != one.value:
        out.print(f"  written as [bold]{plain(one.written)}[/]", soft_wrap=True)
    if one.rule:
        out.print(f"  rule   {plain(one.rule)}", soft_wrap=True)
        out.print(f"  {_map(one)}", soft_wrap=True)
    out.print()


def _place(one: Where) -> str:
    end = one.place.end - 1 if one.place.end > one.place.start else one.place.start
    spot = f"{one.place}, " if one.place.segment or one.place.path else ""
    return plain(f"{spot}bytes {one.place.start:,} to {end:,}" if end != one.place.start else f"{spot}byte {end:,}")


def _map(one: Where) -> str:
    if not one.map:
        return "[dim]our own JSON, read as it is[/]"
    return f"map    {plain(one.map)} [dim]version {plain(one.version)}[/]"


def _table(found: Sequence[Where]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Value", overflow="fold", style="bold")
    table.add_column("Is", overflow="fold")
    table.add_column("From", overflow="fold", style="dim")
    table.add_column("Written", overflow="fold", style="dim")
    for one in found:
        written = one.written if one.written != one.value else ""
        table.add_row(plain(one.path), plain(one.value), plain(str(one.place)) if one.excerpt else "", plain(written))
    return table
