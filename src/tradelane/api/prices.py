"""What is left of an answer for people who may not see prices and amounts: everything but money and talk of it."""

import re
from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from tradelane.model.finding import Finding
from tradelane.model.registry import DOCUMENTS, tag
from tradelane.views.case import CaseRow
from tradelane.views.document import DocumentRow
from tradelane.views.glossary import state_words
from tradelane.views.purchase_order import OrderRow
from tradelane.views.trace import Entry

ZERO = Decimal(0)
_OF_MONEY = ("ACK_PRICE", "INVOICE_")
_TALK_OF_MONEY = re.compile(
    r"\b(?:price[sd]?|costs?|invoice[sd]?|billed|charges|tax|taxes|amounts?|paid|currency|credit|at stake)\b",
    re.IGNORECASE,
)
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
    """Return the exceptions that are not about money, without what is at stake in them. What is wrong in a paper that
    nobody could read may be a price.
    """
    return [
        replace(row, amount_at_stake=ZERO, findings=() if _of_a_paper(row) else _findings_without(row.findings))
        for row in rows
        if not (row.kind.startswith(_OF_MONEY) or _tells(row.says))
    ]


def _of_a_paper(row: CaseRow) -> bool:
    return row.about.startswith("exchange/")


def entries_without(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return what happened but for bills and talk of prices."""
    return tuple(one for one in entries if event_without(one.type, one.says))


def event_without(type_: str, says: str) -> str:
    """Return what an event of this type says, or nothing where it is about a bill or tells a price."""
    return "" if "invoice" in type_ else says_without(says)


def papers_without(rows: Iterable[DocumentRow]) -> tuple[DocumentRow, ...]:
    """Return the documents as lists show them, without talk of prices; what is wrong in papers that show them stays
    with who may see those.
    """
    return tuple(_paper_without(row) for row in rows)


def _paper_without(row: DocumentRow) -> DocumentRow:
    if shows_prices(row.document_type):
        return replace(row, says=state_words(row.state), effect_says="", findings=(), effect_findings=())
    return replace(
        row,
        says=says_without(row.says),
        effect_says=says_without(row.effect_says),
        findings=_findings_without(row.findings),
        effect_findings=_findings_without(row.effect_findings),
    )


def _findings_without(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if not _tells(f"{one.says} {one.fix}"))


def says_without(says: str) -> str:
    """Return a sentence, or nothing where it tells a price."""
    return "" if _tells(says) else says


def shows_prices(document_type: str) -> bool:
    """Say whether papers of this type may show what something costs; what could not be read is of a type not ours."""
    return document_type not in _PAPERS_WITHOUT


def _tells(says: str) -> bool:
    return _TALK_OF_MONEY.search(says) is not None
