"""Find which document of ours a partner's 824, APERAK or ApplicationResponse is about.

Partners name it by the group it went in, by its business number, or by both.
"""

from collections.abc import Iterator, Sequence

from tradelane.domain.exchange_book import State
from tradelane.model.content_report import ContentAnswer
from tradelane.model.exchange import SentDocument
from tradelane.model.finding import Finding, Place

KINDS = {
    "850": "purchase_order",
    "ORDERS": "purchase_order",
    "ORDER": "purchase_order",
    "855": "order_response",
    "ORDRSP": "order_response",
    "ORDERRESPONSE": "order_response",
    "860": "order_change",
    "ORDCHG": "order_change",
    "ORDERCHANGE": "order_change",
    "856": "ship_notice",
    "DESADV": "ship_notice",
    "DESPATCHADVICE": "ship_notice",
    "810": "invoice",
    "INVOIC": "invoice",
    "INVOICE": "invoice",
    "861": "goods_receipt",
    "944": "goods_receipt",
    "RECADV": "goods_receipt",
    "RECEIPTADVICE": "goods_receipt",
}
"""Which document the kinds of set, message and file that answers name are; what is not listed says nothing."""

NEVER_ANSWERED = ("syntax_report", "interchange_report", "content_report")
FIX = "Correct it and send the document again."


def sent_document(answer: ContentAnswer, known: Sequence[SentDocument]) -> SentDocument | None:
    """Return which of the documents *known*, the newest last, *answer* is about; None where it is about none of them.

    The group's number decides, for we never use one twice; then the document's own number; and where there is neither,
    the interchange's, which in EDIFACT is the group's.
    """
    kind = KINDS.get(answer.kind.upper(), "")
    sent = [one for one in known if kind in ("", one.document_type) and one.document_type not in NEVER_ANSWERED]
    group, control = answer.group.lstrip("0"), "" if answer.reference else answer.control.lstrip("0")
    for fitting in (
        [one for one in sent if group and str(one.group) == group],
        [one for one in sent if answer.reference and one.number == answer.reference],
        [one for one in sent if control and str(one.group) == control],
    ):
        if fitting:
            return fitting[-1]
    return None


def in_flight(state: State) -> Iterator[SentDocument]:
    """Yield the documents that are on their way, or await their syntax report."""
    for bucket in state.pending.values():
        for id, one in bucket.items():
            yield SentDocument(
                document_id=id,
                document_type=one.document_type,
                number=one.number,
                about=one.about,
                group=one.group,
            )


def findings_of(answer: ContentAnswer) -> tuple[Finding, ...]:
    """Return everything that the answer holds against us."""
    return tuple(
        Finding(
            code="content.refused",
            says=fault.says,
            fix=FIX,
            where=Place(
                segment=fault.segment,
                segment_position=fault.segment_position,
                element=fault.element,
                path=f"line {fault.line}" if fault.line else "",
            ),
            value=fault.value,
            syntax_code=fault.source_code,
        )
        for fault in answer.faults
    )
