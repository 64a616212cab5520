"""What happened to an order, a document, a transmission: the whole story on one screen."""

from rich.table import Table

from tradelane.cli.door import get, quoted
from tradelane.cli.options import Json, Url
from tradelane.cli.say import as_json, out, plain


def trace(key: str, /, *, url: Url = "", json: Json = False) -> None:
    """Tell the story of an order number, document number, control number or transmission id.

    Parameters
    ----------
    key
        Any of these numbers, as it stands in the document.

    """
    found = get(f"/process/v1/trace/{quoted(key)}", url)
    if json:
        as_json(found)
        return
    table = Table(
        title=f"What happened to {plain(key)}", title_justify="left", show_lines=False, box=None, padding=(0, 2, 0, 0)
    )
    table.add_column("When (UTC)", style="dim", no_wrap=True)
    table.add_column("What", no_wrap=True)
    table.add_column("Says")
    for entry in found["timeline"]:
        table.add_row(entry["at"][:19].replace("T", " "), entry["what"], plain(entry.get("says", "")))
    out.print(table)
