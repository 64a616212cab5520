"""Maps: list them, read what one says, start one, test one, write the guide that a partner is sent."""

import json as json_text
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from tradelane import maps
from tradelane.cli import map_start, map_trial
from tradelane.cli.options import Json
from tradelane.cli.sample import Name, named_map, sample_of
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.library.guide import Guide, Section, guide
from tradelane.library.guide_markdown import markdown
from tradelane.library.shelf import document_of
from tradelane.model.finding import Unreadable
from tradelane.testing.schemas import schemas
from tradelane.views.glossary import counted, document_words

app = App(name="maps", help="Maps: list them, read what one says, start one, test one, write its guide.")
Family = Annotated[str, Parameter(help="Only those whose name holds this: x12, ubl, 855, invoice.")]
Folder = Annotated[Path, Parameter(name=["--out", "-o"], help="The folder to write to.")]
Names = Annotated[str, Parameter(help="A map or a family of maps (x12/004010); all without it.")]


@app.command(name="list")
def list_(family: Family = "", /, *, json: Json = False) -> None:
    """List the maps we ship: what each reads and writes, and what that means."""
    rows = [
        {"name": name, "reads": _reads(name), "document": document_of(name)}
        for name in maps.shipped_names()
        if family.casefold() in name.casefold() or family.casefold() in document_of(name)
    ]
    if json:
        as_json(rows)
        return
    if not rows:
        raise Trouble(f"No map has {family!r} in its name.")
    table = Table("Map", "Reads and writes", "Means", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for row in rows:
        table.add_row(row["name"], row["reads"], document_words(row["document"]))
    out.print(table)
    out.print(f"[dim]{counted(len(rows), 'map')}; `tradelane maps show {rows[0]['name']}` reads one aloud[/]")


@app.command
def show(map: Name, /, *, json: Json = False) -> None:
    """Show what a map says: which value stands where, what it means, which codes it knows."""
    found = guide(named_map(map))
    if json:
        as_json(found)
        return
    out.print(f"[bold]{found.kind}: {document_words(found.document)}[/]  [dim]{found.name} {found.version}[/]")
    for section in found.sections:
        out.print()
        out.print(_section(section))
    for codes in found.codes:
        said = "  ".join(f"[bold]{plain(code)}[/] {plain(word)}" for code, word in codes.meanings)
        other = f"  [dim]any other: {plain(codes.other)}[/]" if codes.other else ""
        out.print(f"\n[dim]{plain(codes.name)}[/]  {said}{other}")


@app.command
def docs(map: Names = "", /, *, to: Folder = Path("map-guides")) -> None:
    """Write a guide for each map (Markdown, with an example that was read) and the JSON Schema of its document."""
    chosen = [map] if Path(map).is_file() else [name for name in maps.shipped_names() if _within(name, map)]
    if not chosen:
        raise Trouble(f"There is no map {map!r}. `tradelane maps list` names those we ship.")
    known = schemas()
    for name in chosen:
        found = guide(named_map(name))
        _write(to / f"{_file_name(found)}.md", _guide_of(name, found))
        schema = known[f"documents/{found.document}"]
        _write(to / "schemas" / f"{found.document}.json", json_text.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    out.print(f"[green]✓[/] {counted(len(chosen), 'guide')} in {to}, the JSON Schemas beside them in schemas/")


app.command(map_trial.try_samples, name="test")
app.command(map_start.new)


def _guide_of(name: str, found: Guide) -> str:
    try:
        return markdown(found, sample_of(named_map(name)))
    except (Trouble, Unreadable):
        return markdown(found, None)


def _file_name(found: Guide) -> str:
    return found.name or found.kind


def _within(name: str, chosen: str) -> bool:
    return not chosen or name == chosen or name.startswith(f"{chosen.rstrip('/')}/")


def _reads(name: str) -> str:
    """Return what a map reads, as its name says it."""
    family, *rest = name.split("/")
    words = {"x12": "X12", "edifact": "EDIFACT", "ubl": "UBL", "cxml": "cXML", "csv": "CSV, XLSX", "idoc": "IDoc"}
    return " ".join((words.get(family, family), *(part.upper() if family == "edifact" else part for part in rest)))


def _section(section: Section) -> Table:
    stands = f" ({plain(section.stands_at)})" if section.stands_at else ""
    table = Table(
        title=f"[bold]{plain(section.title)}[/][dim]{stands}[/]", title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    for name in ("What", "Stands at", "Must", "Written as"):
        table.add_column(name, overflow="fold", header_style="dim")
    for line in section.lines:
        codes = f"code ({line.codes})" if line.codes else ""
        written = "; ".join(filter(None, (codes, line.form, line.note)))
        table.add_row(plain(line.called), plain(", ".join(line.places)), line.must, plain(written))
    return table


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}.") from None
