"""The states of an order and of its lines, row by row as domain.md 2.2 and 2.3 give them: what was so far, what
happens, which state follows, and which exception where one does.
"""

import pytest
from tests.processes.house import House
from tests.processes.papers import (
    NOTICE,
    ORDER,
    RECEIPT,
    accepted,
    answer,
    cancel,
    cancel_answer,
    change,
    invoice,
    line_change,
    notice,
    outcome,
    receipt,
    release,
    sending,
)

from tradelane.domain.order_book import line_status, status
from tradelane.model.order_answer import DecideOnAnswer
from tradelane.model.policy import Policy
from tradelane.model.purchase_order import CloseOrder

ISSUED = [(ORDER, release())]
SENT = [*ISSUED, (ORDER, sending())]
ASKED = [*SENT, (ORDER, sending("accepted"))]
AGREED = [*ASKED, (ORDER, accepted())]
ANNOUNCED = [*AGREED, (NOTICE, notice({"1": 100, "2": 50}))]
HERE = [*ANNOUNCED, (RECEIPT, receipt({"1": 100, "2": 50}))]
OVER = [*HERE, ("invoice/acme/A1", invoice({"1": 100, "2": 50}))]
CANCELLING = [*ASKED, (ORDER, cancel())]


def house(story, policy=None):
    made = House(policy)
    for step in story:
        made.wait(**step) if isinstance(step, dict) else made.tell(*step)
    return made


def said(lines, *, on=3):
    return (ORDER, answer(lines, on=on))


HEADER = {
    "an order is issued": (ISSUED, "issued", ""),
    "delivered": (SENT, "sent", ""),
    "its syntax is accepted": (ASKED, "ack_pending", ""),
    "its syntax is rejected": ([*SENT, (ORDER, sending("rejected"))], "issued", "REJECTED_SYNTAX"),
    "the answer is there before the 997": ([*SENT, (ORDER, accepted())], "acknowledged", ""),
    "all lines accepted": (AGREED, "acknowledged", ""),
    "some lines backordered": (
        [*ASKED, said({"1": [outcome("accepted", 100)], "2": [outcome("backordered", 50)]})],
        "partially_acknowledged",
        "ACK_QTY_SHORT",
    ),
    "all lines rejected": (
        [*ASKED, said({"1": [outcome("rejected")], "2": [outcome("rejected")]})],
        "rejected",
        "ACK_REJECTED",
    ),
    "no answer in time": ([*ASKED, {"days": 10}], "ack_pending", "ACK_OVERDUE"),
    "a later answer completes": (
        [*ASKED, said({"1": [outcome("accepted", 100)]}), said({"2": [outcome("accepted", 50)]}, on=4)],
        "acknowledged",
        "",
    ),
    "an older answer changes nothing": (
        [*ASKED, said({"1": [outcome("accepted", 100)], "2": [outcome("accepted", 50)]}, on=5), said({}, on=3)],
        "acknowledged",
        "",
    ),
    "a change wants a new answer for its line alone": (
        [*AGREED, (ORDER, change(1, [line_change("1", 120)]))],
        "partially_acknowledged",
        "",
    ),
    "a change before its predecessor is held": (
        [*AGREED, (ORDER, change(2, [line_change("1", 120)]))],
        "acknowledged",
        "",
    ),
    "a cancellation waits for the supplier": (CANCELLING, "cancel_pending", ""),
    "the supplier agrees to it": ([*CANCELLING, (ORDER, cancel_answer())], "cancelled", ""),
    "the supplier refuses it": (
        [*CANCELLING, (ORDER, cancel_answer("rejected"))],
        "ack_pending",
        "CANCEL_VS_SHIP",
    ),
    "goods leave before the cancellation is agreed": (
        [*CANCELLING, (NOTICE, notice({"1": 100, "2": 50}))],
        "shipped",
        "CANCEL_VS_SHIP",
    ),
    "all that is left is cancelled": (
        [*AGREED, (NOTICE, notice({"1": 100})), (ORDER, cancel()), (ORDER, cancel_answer())],
        "shipped",
        "",
    ),
    "shipped in part": ([*AGREED, (NOTICE, notice({"1": 100}))], "partially_shipped", ""),
    "shipped": (ANNOUNCED, "shipped", ""),
    "shipped before any answer": ([*ASKED, (NOTICE, notice({"1": 100, "2": 50}))], "shipped", ""),
    "received in part": ([*ANNOUNCED, (RECEIPT, receipt({"1": 100}, final=False))], "partially_received", ""),
    "received without a ship notice": (
        [*AGREED, (RECEIPT, receipt({"1": 100, "2": 50}, of=""))],
        "received",
        "NO_ASN_RECEIPT",
    ),
    "received": (HERE, "received", ""),
    "received and billed": (OVER, "closed", ""),
    "closed by a person": ([*HERE, (ORDER, CloseOrder(by="ann"))], "closed", ""),
    "goods for a closed order": (
        [*OVER, ("goods_receipt/dock/R2", receipt({"1": 9}, number="R2", of=""))],
        "closed",
        "RECEIPT_ON_CLOSED_PO",
    ),
    "goods for a cancelled order": (
        [*CANCELLING, (ORDER, cancel_answer()), (RECEIPT, receipt({"1": 9}, of=""))],
        "received",
        "RECEIPT_ON_CLOSED_PO",
    ),
}

CHANGED = [*ASKED, said({"1": [outcome("changed", 80)], "2": [outcome("accepted", 50)]})]

LINE = {
    "nothing was said": (ASKED, "open", ""),
    "accepted": (AGREED, "accepted", ""),
    "changed outside policy": (CHANGED, "changed", "ACK_QTY_SHORT"),
    "the buyer agrees": ([*CHANGED, (ORDER, DecideOnAnswer(accept=True, by="ann"))], "accepted", ""),
    "the buyer does not": ([*CHANGED, (ORDER, DecideOnAnswer(accept=False, by="ann"))], "open", ""),
    "a part is backordered": (
        [*ASKED, said({"1": [outcome("accepted", 60), outcome("backordered", 40)]})],
        "backordered",
        "ACK_QTY_SHORT",
    ),
    "a backordered line gets a day": (
        [*ASKED, said({"1": [outcome("backordered", 100)]}), said({"1": [outcome("accepted", 100)]}, on=4)],
        "accepted",
        "",
    ),
    "a held line is released": (
        [*ASKED, said({"1": [outcome("held", 100)]}), said({"1": [outcome("accepted", 100)]}, on=4)],
        "accepted",
        "",
    ),
    "rejected": ([*ASKED, said({"1": [outcome("rejected")]})], "rejected", "ACK_REJECTED"),
    "another item is offered": ([*ASKED, said({"1": [outcome("substituted", 100)]})], "substitution_proposed", ""),
    "shipped in part": ([*AGREED, (NOTICE, notice({"1": 60}))], "shipped_partial", ""),
    "shipped": (ANNOUNCED, "shipped", ""),
    "the ship notice is taken back": (
        [*ANNOUNCED, (NOTICE, notice({"1": 100, "2": 50}, purpose="cancel"))],
        "accepted",
        "",
    ),
    "received in part": ([*ANNOUNCED, (RECEIPT, receipt({"1": 60}, final=False))], "received_partial", ""),
    "received": (HERE, "received", ""),
    "the count is corrected downwards": (
        [*HERE, ("goods_receipt/dock/R2", receipt(undo={"1": 40}, number="R2", final=False))],
        "received_partial",
        "",
    ),
    "the whole count is taken back": (
        [*HERE, ("goods_receipt/dock/R2", receipt(undo={"1": 100}, number="R2", final=False))],
        "shipped",
        "",
    ),
    "taken back by the buyer, agreed to": (
        [*AGREED, (ORDER, change(1, [line_change("1", action="delete")])), (ORDER, accepted(on=9))],
        "cancelled",
        "",
    ),
    "the rest is let go within tolerance": (
        [
            *ASKED,
            (NOTICE, notice({"1": 98, "2": 50})),
            (RECEIPT, receipt({"1": 98, "2": 50})),
            ("invoice/acme/A1", invoice({"1": 98, "2": 50})),
        ],
        "closed_short",
        "",
    ),
}


@pytest.mark.parametrize("row", HEADER)
def test_the_order_is_in_the_state_of_its_row(row):
    story, word, exception = HEADER[row]
    made = house(story)
    assert status(made.state(ORDER)) == word
    assert exception in made.cases() if exception else not made.cases(), made.cases()


@pytest.mark.parametrize("row", LINE)
def test_the_line_is_in_the_state_of_its_row(row):
    story, word, exception = LINE[row]
    made = house(story, Policy(receipt_under_percent=2, under_ship_percent=2))
    assert line_status(made.state(ORDER).lines["1"]) == word
    assert not exception or exception in made.cases(), made.cases()


def test_what_comes_before_its_order_waits_for_it():
    made = house([(ORDER, accepted()), *SENT])
    assert status(made.state(ORDER)) == "acknowledged"
    assert not made.deferred
