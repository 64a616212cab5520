"""Partners: make a folder from a template, check one, list them all."""

import asyncio
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from tradelane.app import sftp_access
from tradelane.cli.home import home, prepare, settings
from tradelane.cli.options import Home, Json
from tradelane.cli.say import Trouble, as_json, out, plain
from tradelane.model.finding import Unreadable
from tradelane.partners import create
from tradelane.partners.templates import TEMPLATES
from tradelane.protocols.sftp_server import reach as reach_sftp
from tradelane.runtime.certify import certify as certify_partner

app = App(name="partner", help="Partners: make a folder from a template, check one, list them all.")
Name = Annotated[str, Parameter(help="The partner's folder: lower-case letters, digits, dashes.")]
Template = Annotated[
    str, Parameter(help=f"What kind of partner it is: {', '.join(TEMPLATES)}; x12-supplier unless you say otherwise.")
]
Title = Annotated[str, Parameter(help="Its name as people read it.")]


@app.command
def new(name: Name, /, *, template: Template = "x12-supplier", title: Title = "", home_: Home = None) -> None:
    """Make a partner's folder from a template; its API key is shown once."""
    root = home(home_)
    prepare(root)
    try:
        created = create.new(root, name, template, title=title)
    except Unreadable as unreadable:
        raise Trouble("\n".join(str(finding) for finding in unreadable.findings)) from None
    out.print(f"[green]✓[/] {created.path}")
    out.print(f"API key, shown this once: [bold]{created.key}[/]")
    out.print("Next, in this order:")
    out.print(f"  1. put its identifiers in {created.path / 'profile.toml'}", soft_wrap=True)
    out.print(f"  2. [bold]tradelane partner certify {name}[/]")
    out.print("  3. start Tradelane again, if it runs: partners are read when it starts")


@app.command
def certify(name: Name, /, *, home_: Home = None, json: Json = False) -> None:
    """Check a partner's folder: its settings, and every sample both ways."""
    found = certify_partner(settings(home(home_)), name)
    if json:
        as_json(found)
    else:
        for sample in found.samples:
            out.print(f"{'[green]✓[/]' if sample.passed else '[red]✗[/]'} {plain(sample.name)} ({sample.kind})")
            for finding in sample.findings:
                out.print(f"    {plain(str(finding))}", soft_wrap=True)
    if not found.passed:
        raise Trouble(f"{name} does not pass yet.")


@app.command
def reach(name: Name, /, *, home_: Home = None, json: Json = False) -> None:
    """Try a partner's SFTP server: its key, whether we are let in, whether the folders are there. Writes nothing."""
    root = home(home_)
    registry = settings(root)
    profile = registry.partners.get(name)
    if profile is None or not profile.sftp.host:
        raise Trouble(f"{name} has no SFTP server in its settings: [sftp] host.")
    folders = [folder for folder in (profile.sftp.drop, profile.sftp.pick_up) if folder]
    findings = asyncio.run(reach_sftp(sftp_access(root, registry, profile), folders))
    if json:
        as_json({"reached": not findings, "findings": findings})
    for finding in () if json else findings:
        out.print(f"[red]✗[/] {plain(str(finding))}", soft_wrap=True)
    if findings:
        raise Trouble(f"{profile.sftp.host} cannot be used yet.")
    if not json:
        out.print(
            f"[green]✓[/] {plain(profile.sftp.host)}: it has the key agreed on and lets us in; folders are there."
        )


@app.command(name="list")
def list_(*, home_: Home = None, json: Json = False) -> None:
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
        table.add_row(*map(plain, row.values()))
    out.print(table)
