"""What a rehearsal came to: orders by final state, documents by type and outcome, exceptions, and whether quantities
add up.
"""

from collections import Counter
from decimal import Decimal

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table

from tradelane.domain import purchase_order
from tradelane.model.case import CaseOpened, CaseReopened, CaseResolved
from tradelane.model.exchange import DocumentDelivered, TransmissionTaken
from tradelane.model.identity import stream_kind
from tradelane.testing.facts import Journal, fold


class Summary(Struct, frozen=True, kw_only=True):
    """The figures; ``broken`` lists every law that does not hold."""

    orders: dict[str, int]
    documents: dict[str, dict[str, int]]
    exceptions: dict[str, int]
    resolved: int
    unexplained: tuple[str, ...]
    broken: tuple[str, ...]
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Say whether every law holds."""
        return not (self.unexplained or self.broken)


def summarise(journal: Journal, broken: list[str], seconds: float) -> Summary:
    """Count what happened."""
    orders: Counter[str] = Counter()
    unexplained: list[str] = []
    for stream, events in journal.items():
        if stream_kind(stream) == "purchase_order":
            state = fold(stream, (event for _, event in events))
            orders[purchase_order.status(state) if state.number else "waiting for the order"] += 1
            unexplained += _unexplained(state)
    exceptions, resolved = _exceptions(journal)
    return Summary(
        orders=dict(orders.most_common()),
        documents=_documents(journal),
        exceptions=exceptions,
        resolved=resolved,
        unexplained=tuple(unexplained),
        broken=tuple(broken),
        seconds=round(seconds, 1),
    )


def _unexplained(state: purchase_order.State) -> list[str]:
    found = []
    for number, line in state.lines.items():
        places = (line.open, line.promised, line.cut, line.shipped, line.received, line.rejected)
        missing = line.ordered + line.over - sum(places, Decimal(0))
        if missing:
            found.append(f"order {state.number} line {number}: {missing} {line.unit} unexplained")
    return found


def _documents(journal: Journal) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for stream, events in journal.items():
        for _, event in events if stream_kind(stream) == "exchange" else ():
            if isinstance(event, TransmissionTaken):
                if event.repeats:
                    found.setdefault("file we had already", Counter())["nothing done twice"] += 1
                for each in event.sets:
                    found.setdefault(f"{each.document_type} in", Counter())[each.outcome.value] += 1
                if not event.sets and not event.repeats:
                    found.setdefault("unreadable file in", Counter())[event.outcome.value] += 1
            elif isinstance(event, DocumentDelivered):
                found.setdefault(f"{event.document_type} out", Counter())["delivered"] += 1
    return {name: dict(counts) for name, counts in sorted(found.items())}


def _exceptions(journal: Journal) -> tuple[dict[str, int], int]:
    still: Counter[str] = Counter()
    resolved = 0
    for stream, events in journal.items():
        if stream_kind(stream) == "case":
            opened = next((event for _, event in events if isinstance(event, CaseOpened)), None)
            ends = [event for _, event in events if isinstance(event, CaseOpened | CaseReopened | CaseResolved)]
            if opened is None:
                continue
            if isinstance(ends[-1], CaseResolved):
                resolved += 1
            else:
                still[opened.kind] += 1
    return dict(still.most_common()), resolved


def render(summary: Summary) -> RenderableType:
    """Return the summary as people read it."""
    orders = Table("Orders", "", title="What became of the orders?", title_justify="left")
    for state, count in summary.orders.items():
        orders.add_row(state.replace("_", " "), str(count))
    documents = Table("Documents", "Outcome", "", title="What came and went?", title_justify="left")
    for name, outcomes in summary.documents.items():
        for outcome, count in outcomes.items():
            documents.add_row(name.replace("_", " "), WORDS.get(outcome, outcome), str(count))
    exceptions = Table("Exceptions open", "", title="What needs a person?", title_justify="left")
    for kind, count in summary.exceptions.items():
        exceptions.add_row(kind.replace("_", " ").lower(), str(count))
    exceptions.add_row("[dim]resolved on the way[/]", str(summary.resolved))
    says = "[green]yes[/]" if not summary.unexplained else "[red]no[/]"
    lines = [f"[red]✗[/] {each}" for each in (*summary.unexplained, *summary.broken)]
    return Group(orders, documents, exceptions, *lines, f"quantities add up: {says}", f"took {summary.seconds} s")


WORDS = {"accepted": "received OK", "rejected": "sent back", "parked": "needs fixing", "deferred": "waiting"}
