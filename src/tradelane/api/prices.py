"""What is left of an answer for people who may not see prices and amounts: everything but money and talk of it."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from tradelane.model.finding import Finding
from tradelane.model.registry import DOCUMENTS, tag
from tradelane.views.case import CaseRow
from tradelane.views.document import DocumentRow
from tradelane.views.purchase_order import OrderRow
from tradelane.views.trace import Entry

ZERO = Decimal(0)
_OF_MONEY = ("ACK_PRICE", "INVOICE_")
_PAPERS_OF_MONEY = frozenset(
    {
        *("purchase_order", "order_response", "order_change", "invoice", "freight_invoice", "remittance_advice"),
        *("customer_order", "load_tender"),
    }
)
_PAPERS_WITHOUT = frozenset(tag(kind) for kind in DOCUMENTS) - _PAPERS_OF_MONEY


def order_without(row: OrderRow) -> OrderRow:
    """Return an order without what anything of it costs."""
    lines = tuple(replace(line, price=None, at_stake=ZERO) for line in row.lines)
    return replace(row, lines=lines, value=ZERO, at_stake=ZERO, invoices=(), says=says_without(row.says))


def cases_without(rows: Iterable[CaseRow]) -> list[CaseRow]:
    """Return the exceptions that are not about money, without what is at stake in them."""
    return [replace(row, amount_at_stake=ZERO) for row in rows if not row.kind.startswith(_OF_MONEY)]


def entries_without(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what happened but for bills and talk of prices."""
    return tuple(one for one in entries if "invoice" not in one.type and not _tells(one.says))


def papers_without(rows: Iterable[DocumentRow]) -> tuple[DocumentRow, ...]:
    """Return the documents as lists show them, without talk of prices; what is wrong in papers that show them stays
    with who may see those.
    """
    return tuple(
        replace(
            row,
            says=says_without(row.says),
            effect_says=says_without(row.effect_says),
            findings=_found_without(row, row.findings),
            effect_findings=_found_without(row, row.effect_findings),
        )
        for row in rows
    )


def _found_without(row: DocumentRow, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return () if shows_prices(row.document_type) else tuple(one for one in findings if not _tells(one.says))


def says_without(says: str) -> str:
    """Return a sentence, or nothing where it tells a price."""
    return "" if _tells(says) else says


def shows_prices(document_type: str) -> bool:
    """Say whether papers of this type may show what something costs; what could not be read is of a type not ours."""
    return document_type not in _PAPERS_WITHOUT


def _tells(says: str) -> bool:
    words = says.lower()
    return "price" in words or "invoice" in words or "at stake" in words
