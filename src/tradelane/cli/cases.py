"""Exceptions: what needs a person, most urgent first."""

import getpass
from typing import Any

from cyclopts import App
from rich.table import Table

from tradelane.cli.door import get, post, quoted
from tradelane.cli.say import as_json, out

app = App(name="cases", help="Exceptions: what needs a person, most urgent first.")


@app.default
def cases(*, url: str = "", state: str = "", json: bool = False) -> None:
    """List what needs a person.

    Parameters
    ----------
    state
        Only open, assigned or resolved ones.

    """
    found = get("/process/v1/cases?limit=100" + (f"&state={quoted(state)}" if state else ""), url)
    rows: list[dict[str, Any]] = found["items"]
    if json:
        as_json(rows)
        return
    if not rows:
        out.print("[green]✓[/] Nothing needs a person now.")
        return
    table = Table(
        "Exception", "Who", "By", "State", "What is wrong", title="What needs a person?", title_justify="left"
    )
    for row in rows:
        who = row.get("owner") or row.get("role", "").replace("_", " ")
        table.add_row(
            row["id"][:8], who, str(row.get("resolve_by", ""))[:16].replace("T", " "), row["state"], row["says"]
        )
    out.print(table)


@app.command
def assign(case: str, /, to: str, *, url: str = "") -> None:
    """Give an exception to a person."""
    post(f"/process/v1/cases/{quoted(case)}/assign", {"to": to, "by": getpass.getuser()}, url)
    out.print(f"[green]✓[/] {to} has it.")


@app.command
def resolve(case: str, /, action: str, *, cause: str = "", note: str = "", url: str = "") -> None:
    """End an exception, saying what was done."""
    body = {"by": getpass.getuser(), "action": action, "cause_code": cause, "note": note}
    post(f"/process/v1/cases/{quoted(case)}/resolve", body, url)
    out.print("[green]✓[/] Done.")
