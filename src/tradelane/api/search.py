"""One question for all that has a number or a name: orders, exceptions and documents, each with why it was found.

A word is looked up as it stands, so that the time does not grow with what is stored; orders are found by their
beginning as well.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from litestar import Request, get
from litestar.params import QueryParameter
from msgspec import Struct

from tradelane.api.door import house_of, sees_prices
from tradelane.api.house import House
from tradelane.api.prices import cases_without
from tradelane.api.records import documents, happened, read_row, read_rows
from tradelane.api.tracing import targets_of
from tradelane.views import case, document, lookup, purchase_order
from tradelane.views.glossary import document_words

HITS_MAX = 20
BEGINNING_MIN = 2
FOLLOWED_MAX = 5
"""So many shipments, receipts, invoices or files are followed to their orders and documents."""

Word = Annotated[
    str, QueryParameter(max_length=300, description="Any number, file name or id, or an order's beginning.")
]
_WHY = {"order": "order number"}
Kind = Literal["order", "exception", "document"]


class Hit(Struct, frozen=True, kw_only=True):
    """One thing that was found: its key in our addresses, what it is called, what it is, and why it was found."""

    kind: Kind
    key: str
    name: str
    says: str
    why: str


class HitGroup(Struct, frozen=True, kw_only=True):
    """What was found of one kind, the exact ones first. ``left_out``: so many more are not shown."""

    kind: Kind
    hits: tuple[Hit, ...]
    left_out: int = 0


class SearchAnswer(Struct, frozen=True, kw_only=True):
    """What was found, by kind; without anything, no groups."""

    word: str
    groups: tuple[HitGroup, ...]


@get("/search", opt={"may": "see.orders"}, summary="Find orders, exceptions and documents by any number or name")
async def search(request: Request[Any, Any, Any], q: Word = "") -> SearchAnswer:
    """Find what carries the word."""
    house, word = house_of(request), q.strip()
    if not word:
        return SearchAnswer(word=word, groups=())
    found = await _found(house, word)
    cases = found.cases if sees_prices(request) else cases_without(found.cases)
    groups = (
        _group("order", (_order_hit(key, why, found) for key, why in found.orders.items())),
        _group("exception", (_case_hit(row) for row in cases)),
        _group("document", (_document_hit(row, found) for row in found.documents)),
    )
    return SearchAnswer(word=word, groups=tuple(group for group in groups if group.hits))


class _Found(Struct):
    orders: dict[str, str]
    rows: dict[str, purchase_order.Row]
    cases: list[case.Row]
    documents: list[document.Row]
    why: dict[str, str]


async def _found(house: House, word: str) -> _Found:
    targets = await targets_of(house, word)
    why = {target.target: target.why for target in targets if target.kind == "document"}
    orders = {_key(t.target): _WHY.get(t.why, t.why) for t in targets if t.target.startswith("purchase_order/")}
    others = [t for t in targets if t.kind == "transmission" or _carries(t.target)][:FOLLOWED_MAX]
    for other in others:
        why |= await _papers_of(house, other, why)
        for key in await _orders_of(house, other):
            orders.setdefault(key, f"{other.why} names it" if other.why != "names the order" else other.why)
    papers = await documents(house, list(why)[: 2 * HITS_MAX])
    for paper in papers:
        if paper.about.startswith("purchase_order/"):
            orders.setdefault(_key(paper.about), "its documents have it")
    if len(word) >= BEGINNING_MIN:
        for row in await house.store.view_starting(purchase_order.NAME, word, limit=HITS_MAX):
            orders.setdefault(row.key, "starts so")
    kept = await house.store.view_keys(purchase_order.NAME, list(orders)[: 2 * HITS_MAX])
    ids = [t.target.removeprefix("case/") for t in targets if t.target.startswith("case/")]
    cases = await house.store.view_keys(case.NAME, ids[: 2 * HITS_MAX]) if ids else {}
    return _Found(
        orders=orders,
        rows={key: read_row(row, purchase_order.Row) for key, row in kept.items()},
        cases=sorted(read_rows(cases.values(), case.Row), key=lambda row: row.state == "resolved"),
        documents=papers[::-1],
        why=why,
    )


async def _papers_of(house: House, target: lookup.Row, known: dict[str, str]) -> dict[str, str]:
    """Return the documents of a file, or about a shipment, a receipt or an invoice, with why they are here."""
    word = target.target.rsplit("/", 1)[-1]
    ids = [t.target for t in await targets_of(house, word) if t.kind == "document" and t.target not in known]
    papers = await documents(house, ids[: 2 * HITS_MAX])
    mine = [row for row in papers if target.kind == "transmission" or row.about == target.target]
    return {row.id: target.why for row in mine}


async def _orders_of(house: House, target: lookup.Row) -> Sequence[str]:
    """Return the orders that a shipment, a receipt or an invoice names."""
    if target.kind != "stream":
        return ()
    named = {order for event in await happened(house, target.target) for order in getattr(event.event, "orders", ())}
    return sorted(map(_key, named))


def _carries(stream: str) -> bool:
    return stream.startswith(("ship_notice/", "goods_receipt/", "invoice/"))


def _key(stream: str) -> str:
    return stream.removeprefix("purchase_order/")


def _group(kind: Kind, hits: Iterable[Hit]) -> HitGroup:
    found = list(hits)
    return HitGroup(kind=kind, hits=tuple(found[:HITS_MAX]), left_out=max(0, len(found) - HITS_MAX))


def _order_hit(key: str, why: str, found: _Found) -> Hit:
    row = found.rows.get(key)
    return Hit(kind="order", key=key, name=key, says=row.supplier if row else "not known yet", why=why)


def _case_hit(row: case.Row) -> Hit:
    over = " and is over" if row.state == "resolved" else ""
    return Hit(kind="exception", key=row.id, name=row.about.rsplit("/", 1)[-1], says=row.says, why=f"is about it{over}")


def _document_hit(row: document.Row, found: _Found) -> Hit:
    way = f"from {row.partner}" if row.direction == "in" else f"to {row.partner}"
    why = found.why.get(row.id, "")
    return Hit(kind="document", key=row.id, name=row.number, says=f"{document_words(row.document_type)} {way}", why=why)


HANDLERS = (search,)
