"""Exceptions: what needs a person, most urgent first."""

import getpass
import os
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.table import Table

from tradelane.cli.door import get, post, quoted
from tradelane.cli.options import Json, Url
from tradelane.cli.say import Trouble, as_json, out, plain

ID_SHOWN = 8
PAGE = 500

app = App(name="cases", help="Exceptions: what needs a person, most urgent first.")
Case = Annotated[str, Parameter(help="Its id as listed; the beginning is enough.")]
State = Annotated[Literal["", "open", "assigned", "resolved"], Parameter(help="Only those.", show_choices=True)]


@app.default
def cases(*, state: State = "", url: Url = "", json: Json = False) -> None:
    """List what needs a person."""
    rows = _all(state, url)
    if not state:
        rows = [row for row in rows if row["state"] != "resolved"]
    if json:
        as_json(rows)
        return
    if not rows:
        out.print("[green]✓[/] Nothing needs a person now.")
        return
    table = Table("Exception", "Who", "By (UTC)", "State", "What is wrong", title="What needs a person?")
    table.title_justify = "left"
    table.columns[0].no_wrap = True
    for row in rows:
        who = row.get("owner") or row.get("role", "").replace("_", " ")
        by = str(row.get("resolve_by", ""))[:16].replace("T", " ")
        table.add_row(row["id"][:ID_SHOWN], plain(who), by, row["state"], plain(row.get("says", "")))
    out.print(table)
    out.print("Give one to a person: [bold]tradelane cases assign ID NAME[/]; end one: [bold]cases resolve ID DONE[/].")


@app.command
def assign(case: Case, to: Annotated[str, Parameter(help="Whose it is now.")], /, *, url: Url = "") -> None:
    """Give an exception to a person."""
    post(f"/process/v1/cases/{quoted(_found(case, url))}/assign", {"to": to, "by": me()}, url)
    out.print(f"[green]✓[/] {plain(to)} has it.")


@app.command
def resolve(
    case: Case,
    action: Annotated[str, Parameter(help="What was done, in a word or two.")],
    /,
    *,
    cause: Annotated[str, Parameter(help="Why it happened, in a word of yours to count by.")] = "",
    note: Annotated[str, Parameter(help="What else there is to say.")] = "",
    url: Url = "",
) -> None:
    """End an exception, saying what was done."""
    body = {"by": me(), "action": action, "cause_code": cause, "note": note}
    post(f"/process/v1/cases/{quoted(_found(case, url))}/resolve", body, url)
    out.print("[green]✓[/] Done.")


def me() -> str:
    """Return who works here; a container may run us as a number without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _all(state: str, url: str) -> list[dict[str, Any]]:
    """Return every exception, page by page."""
    rows: list[dict[str, Any]] = []
    after = ""
    while True:
        path = f"/process/v1/cases?limit={PAGE}&state={quoted(state)}&after={quoted(after)}"
        answer = get(path, url)
        rows += answer["items"]
        after = answer.get("next", "")
        if not after:
            return rows


def _found(beginning: str, url: str) -> str:
    """Return the whole id of the one exception that begins so."""
    ids = [row["id"] for row in _all("", url) if row["id"].startswith(beginning)]
    if beginning in ids:
        return beginning
    match ids:
        case [one]:
            return one
        case []:
            raise Trouble(f"There is no exception {beginning}. `tradelane cases` lists them.")
        case _:
            raise Trouble(f"{len(ids)} exceptions begin with {beginning}: write more of the id.")
