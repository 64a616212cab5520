"""Look up which documents of ours a partner's 824, APERAK or ApplicationResponse may be about, by the numbers in it."""

from collections.abc import Iterator

import msgspec

from tradelane.model.content_report import ContentReport
from tradelane.model.exchange import SentDocument
from tradelane.runtime.house import House
from tradelane.views import document, lookup

ANSWERS_MAX = 100
NAMED_MAX = 50
"""So many documents that share a number are looked at, the newest first."""


async def sent_to(house: House, partner: str, report: ContentReport) -> tuple[SentDocument, ...]:
    """Return what was sent to *partner* under the numbers that *report* names, the oldest first."""
    ids: dict[str, None] = {}
    for word in dict.fromkeys(_words(report)):
        rows = await house.store.view_rows(
            lookup.NAME, state=lookup.normal(word), partner=partner, limit=NAMED_MAX, newest_first=True
        )
        found = (msgspec.json.decode(row.body, type=lookup.LookupRow) for row in rows)
        ids |= {one.target: None for one in found if one.kind == "document"}
    kept = await house.store.view_keys(document.NAME, list(ids)) if ids else {}
    rows = [msgspec.json.decode(row.body, type=document.DocumentRow) for row in kept.values()]
    sent = [row for row in rows if row.direction == "out" and row.partner == partner]
    return tuple(_sent(row) for row in sorted(sent, key=lambda row: (row.at, row.id)))


def _words(report: ContentReport) -> Iterator[str]:
    for answer in report.answers[:ANSWERS_MAX]:
        named = (answer.group, answer.reference or answer.control)
        yield from (word for word in named if word.strip())


def _sent(row: document.DocumentRow) -> SentDocument:
    return SentDocument(
        document_id=row.id,
        document_type=row.document_type,
        number=row.number,
        about=row.about,
        group=int(row.group or 0),
    )
