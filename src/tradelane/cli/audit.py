"""Who did what, when and why."""

from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from tradelane.cli.home import home
from tradelane.cli.options import Home, Json
from tradelane.cli.say import as_json, out, plain
from tradelane.cli.user import with_store

LIMIT_MAX = 500


def audit(
    *,
    who: Annotated[str, Parameter(help="Only what this person did.")] = "",
    about: Annotated[str, Parameter(help="Only what was done to this, e.g. person/ana.")] = "",
    after: Annotated[str, Parameter(help="The id of the last one on the page before.")] = "",
    limit: Annotated[int, Parameter(help="How many, 1 to 500.")] = 50,
    home_: Home = None,
    json: Json = False,
) -> None:
    """Say who did what, when and why, newest first."""
    shown = min(max(limit, 1), LIMIT_MAX)
    found = with_store(home(home_), lambda store: store.deeds(who=who, about=about, after=after, limit=shown))
    if json:
        as_json(found)
        return
    if not found:
        out.print("Nothing was done yet that fits.")
        return
    table = Table("When (UTC)", "Who", "What", "By", "About", "Why", "How it ended", title="Who did what?")
    table.title_justify = "left"
    for each in found:
        deed = each.deed
        end = "done" if each.status in (0, 200, 201, 204) else each.says or f"answer {each.status}"
        when = f"{deed.at:%Y-%m-%d %H:%M}"
        table.add_row(
            when, plain(deed.who), plain(deed.action), plain(deed.by), plain(deed.about), plain(deed.why), plain(end)
        )
    out.print(table)
