"""What the demo shows while it runs: orders by state, documents, exceptions, and where to look next."""

import msgspec
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from tradelane.app import App
from tradelane.runtime.clock import Clock

CASES = 8
WORDS = {
    "done": "delivered",
    "accepted": "received OK",
    "rejected": "sent back",
    "read": "acknowledgements read",
    "repeated": "had it already",
    "conflicted": "same number, other content",
    "overdue": "not acknowledged yet",
    "waiting": "on its way",
    "deferred": "waiting for the order",
    "parked": "needs fixing",
}


class Screen:
    """Reads the views and draws them."""

    def __init__(self, app: App, clock: Clock, url: str) -> None:
        self.app, self.clock, self.url = app, clock, url

    async def draw(self) -> RenderableType:
        """Return the whole screen."""
        orders = _counts("Where do the orders stand?", await self.app.store.view_counts("purchase_order"))
        documents = _counts("What came and went?", await self.app.store.view_counts("document"))
        return Group(
            self._title(), Columns([orders, documents], padding=(0, 4)), await self._cases(), self.invitation()
        )

    async def line(self) -> str:
        """Return the state in one line, for a place that is no terminal."""
        orders = await self.app.store.view_counts("purchase_order")
        cases = await self.app.store.view_counts("case")
        said = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(orders.items()))
        return f"{self.clock.now():%d %b %H:%M}  orders: {said or 'none yet'}; exceptions open: {cases.get('open', 0)}"

    def invitation(self) -> RenderableType:
        """Return what to try next."""
        return Panel(
            f"Open [bold]{self.url}[/] in a browser: today's problems, orders, documents, partners\n"
            f"API  {self.url}/process/v1   ·   {self.url}/openapi.json\n"
            f"Try in another terminal:\n"
            f"  [bold]tradelane cases --url {self.url}[/]          what needs a person\n"
            f"  [bold]tradelane trace ORDER --url {self.url}[/]    the whole story of one order\n"
            f"  [bold]curl {self.url}/process/v1/orders[/]         the orders, as data\n"
            f"Ctrl-C stops everything cleanly; a second start goes on from here.",
            title="Where to look",
            title_align="left",
        )

    def _title(self) -> str:
        return (
            f"[bold]Tradelane[/]  {self.clock.now():%A %d %B %Y %H:%M}  [dim]a practice network; time runs fast here[/]"
        )

    async def _cases(self) -> RenderableType:
        rows = await self.app.store.view_rows("case", state="open", limit=CASES)
        table = Table("Who", title="What needs a person?", title_justify="left", expand=True)
        table.add_column("What is wrong", no_wrap=True, overflow="ellipsis", ratio=1)
        for row in rows:
            body = msgspec.json.decode(row.body)
            table.add_row(str(body.get("role", "")).replace("_", " "), escape(str(body.get("says", ""))))
        if not rows:
            table.add_row("", "[green]nothing now[/]")
        return table


def _counts(title: str, counts: dict[str, int]) -> Table:
    table = Table("", "", title=title, title_justify="left", show_header=False)
    for state, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        table.add_row(WORDS.get(state, state or "other").replace("_", " "), str(count))
    if not counts:
        table.add_row("nothing yet", "")
    return table
