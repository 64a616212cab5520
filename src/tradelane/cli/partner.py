"""Partners: make a folder from a template, check one, list them all."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.table import Table

from tradelane.cli.home import home, prepare, settings
from tradelane.cli.say import Trouble, as_json, out
from tradelane.model.finding import Unreadable
from tradelane.partners import create
from tradelane.runtime.certify import certify as certify_partner

app = App(name="partner", help="Partners: make a folder from a template, check one, list them all.")
Home = Annotated[Path | None, Parameter(name="--home", help="The installation's folder.")]
Template = Literal["x12-supplier", "json-supplier", "x12-warehouse", "erp"]


@app.command
def new(name: str, /, *, template: Template = "x12-supplier", title: str = "", home_: Home = None) -> None:
    """Make a partner's folder from a template; its API key is shown once.

    Parameters
    ----------
    name
        The folder's name: lower-case letters, digits, dashes.

    """
    root = home(home_)
    prepare(root)
    try:
        created = create.new(root, name, template, title=title)
    except Unreadable as unreadable:
        raise Trouble("\n".join(str(finding) for finding in unreadable.findings)) from None
    out.print(f"[green]✓[/] {created.path}")
    out.print(f"API key, shown this once: [bold]{created.key}[/]")
    out.print(
        f"Next: put its identifiers in {created.path / 'profile.toml'}, then [bold]tradelane partner certify {name}[/]."
    )


@app.command
def certify(name: str, /, *, home_: Home = None, json: bool = False) -> None:
    """Check a partner's folder: its settings, and every sample both ways."""
    found = certify_partner(settings(home(home_)), name)
    if json:
        as_json(found)
    else:
        for sample in found.samples:
            out.print(f"{'[green]✓[/]' if sample.passed else '[red]✗[/]'} {sample.name} ({sample.kind})")
            for finding in sample.findings:
                out.print(f"    {finding}", soft_wrap=True)
    if not found.passed:
        raise Trouble(f"{name} does not pass yet.")


@app.command(name="list")
def list_(*, home_: Home = None, json: bool = False) -> None:
    """List all partners."""
    partners = settings(home(home_)).partners
    rows = [{"name": p.name, "title": p.title, "role": p.role, "sends_by": p.send.channel} for p in partners.values()]
    if json:
        as_json(rows)
        return
    if not rows:
        out.print("No partners yet. Make one: [bold]tradelane partner new acme --template x12-supplier[/]")
        return
    table = Table("Partner", "Name", "Role", "Gets documents by")
    for row in rows:
        table.add_row(*row.values())
    out.print(table)
