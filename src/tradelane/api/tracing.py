"""From a word to everything it names, and to the one timeline of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import PathParameter
from msgspec import Struct

from tradelane.api.door import house_of, sees_prices
from tradelane.api.house import House
from tradelane.api.prices import cases_without, entries_without, papers_without
from tradelane.api.problem import not_found
from tradelane.api.records import documents, happened, read_rows
from tradelane.model.event import Recorded
from tradelane.views import case, document, lookup
from tradelane.views.trace import Entry, about_kinds, timeline, unescaped

TARGETS_MAX = 500
ORDERS_MAX = 20
ENTRIES_MAX = 1_000


class Found(Struct, kw_only=True):
    """What a word names: objects, documents, exceptions."""

    streams: tuple[str, ...] = ()
    documents: tuple[document.DocumentRow, ...] = ()
    cases: tuple[case.CaseRow, ...] = ()


class TraceAnswer(Struct, frozen=True, kw_only=True):
    """Everything that a number names, in the order of time. ``left_out`` counts entries beyond the newest thousand."""

    key: str
    matched: tuple[str, ...]
    timeline: tuple[Entry, ...]
    documents: tuple[document.DocumentRow, ...]
    cases: tuple[case.CaseRow, ...]
    left_out: int = 0


@get(
    "/trace/{key:str}",
    opt={"may": "see.orders"},
    summary="Everything about an order, document, control or transmission number",
)
async def trace(
    request: Request[Any, Any, Any], key: Annotated[str, PathParameter(max_length=300, description="Any number or id.")]
) -> TraceAnswer:
    """Join all that the number names, and all that the orders behind it name, into one timeline."""
    house, word = house_of(request), unescaped(key)
    targets = await targets_of(house, word)
    found = await trail(house, word, targets)
    found = found if sees_prices(request) else found_without(found)
    entries = await timeline_of(house, found, {})
    if not entries:
        raise not_found()
    entries = entries if sees_prices(request) else entries_without(entries)
    return TraceAnswer(
        key=word,
        matched=tuple(sorted({target.why for target in targets})),
        timeline=entries[-ENTRIES_MAX:],
        documents=found.documents,
        cases=found.cases,
        left_out=max(len(entries) - ENTRIES_MAX, 0),
    )


async def trail(house: House, word: str, targets: Sequence[lookup.Row] | None = None) -> Found:
    """Return everything *word* names, one step further through the orders that are concerned."""
    first = list(targets if targets is not None else await targets_of(house, word))
    rows = await documents(house, [t.target for t in first if t.kind == "document"])
    streams = {t.target for t in first if t.kind == "stream"} | {row.about for row in rows if row.about}
    ids = {row.id for row in rows}
    orders = sorted(s for s in streams if s.startswith("purchase_order/"))[:ORDERS_MAX]
    for order in orders:
        number = order.split("/")[1]
        if lookup.normal(number) != lookup.normal(word):
            more = await targets_of(house, number)
            streams |= {t.target for t in more if t.kind == "stream"}
            ids |= {t.target for t in more if t.kind == "document"}
    cases = {s.removeprefix("case/") for s in streams if s.startswith("case/")}
    kept = await house.store.view_keys(case.NAME, sorted(cases)) if cases else {}
    return Found(
        streams=tuple(sorted(streams | {f"purchase_order/{word}"})),
        documents=tuple(await documents(house, sorted(ids))),
        cases=tuple(read_rows(kept.values(), case.CaseRow)),
    )


def found_without(found: Found) -> Found:
    """Return what was found without what it tells of prices; a timeline that is made of it tells none of documents."""
    cases, papers = tuple(cases_without(found.cases)), papers_without(found.documents)
    return Found(streams=found.streams, documents=papers, cases=cases)


async def timeline_of(house: House, found: Found, known: Mapping[str, list[Recorded]]) -> tuple[Entry, ...]:
    """Return the joined timeline of everything found."""
    events: list[Recorded] = []
    for stream in about_kinds(found.streams):
        events += known[stream] if stream in known else await happened(house, stream)
    return timeline(events, found.documents)


async def targets_of(house: House, word: str) -> list[lookup.Row]:
    """Return what a word names; a transmission id names itself and its documents."""
    rows = await house.store.view_rows(lookup.NAME, state=lookup.normal(word), limit=TARGETS_MAX)
    return read_rows(rows, lookup.Row)


HANDLERS = (trace,)
