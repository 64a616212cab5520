"""Every address that Litestar answers, and who may ask there."""

from typing import Any

from litestar import Router

from tradelane.api import (
    cases,
    deeds,
    documents,
    events,
    health,
    inspector,
    invoices,
    openid,
    orders,
    partner_api,
    partners,
    people,
    replays,
    search,
    sending,
    session,
    supplier_word,
    today,
    tracing,
)
from tradelane.api.door import for_operators, for_partners

PROCESS = (
    *orders.HANDLERS,
    *supplier_word.HANDLERS,
    *invoices.HANDLERS,
    *inspector.HANDLERS,
    *documents.HANDLERS,
    *sending.HANDLERS,
    *cases.HANDLERS,
    *today.HANDLERS,
    *replays.HANDLERS,
    *tracing.HANDLERS,
    *search.HANDLERS,
    *partners.HANDLERS,
    *health.HANDLERS,
    *events.HANDLERS,
    *deeds.HANDLERS,
    *people.HANDLERS,
)


def routes() -> list[Any]:
    """Return all of them, each door behind its guard."""
    return [
        *health.OPEN_HANDLERS,
        *session.HANDLERS,
        *openid.HANDLERS,
        Router("/process/v1", route_handlers=list(PROCESS), guards=[for_operators], tags=["process"]),
        Router("/partner/v1", route_handlers=list(partner_api.HANDLERS), guards=[for_partners], tags=["partner"]),
    ]
