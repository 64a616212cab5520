"""Documents, transmissions, partners and the words that lead to them."""

from datetime import timedelta
from typing import Any

from tests.views.happenings import START, folded, history, one_set, order, released, taken

from tradelane.model.event import Event
from tradelane.model.exchange import (
    DocumentDelivered,
    DocumentGivenUp,
    DocumentSent,
    GroupAcknowledged,
    GroupOverdue,
)
from tradelane.model.finding import Finding
from tradelane.model.invoice import InvoiceRefused
from tradelane.model.order_change import OrderChange
from tradelane.model.order_response import OrderResponse
from tradelane.model.outcome import Outcome
from tradelane.model.purchase_order import OrderChangeRefused, OrderResponded, OrderResponseRefused
from tradelane.model.repeat import DocumentDeferred, DocumentParked
from tradelane.views import document, lookup, partner, transmission
from tradelane.views.trace import escaped, link, timeline, unescaped

EXCHANGE = "exchange/kestrel"
TOO_MUCH = Finding(code="order-response.over-promise", says="140 promised of 100.", fix="Send a corrected answer.")


def sent(id: str = "d-1", *, due: bool = True) -> DocumentSent:
    return DocumentSent(
        document_id=id,
        document_type="purchase_order",
        number="4711",
        body="{}",
        about="purchase_order/4711",
        syntax="x12",
        interchange=905,
        group=17,
        acknowledge_by=START + timedelta(hours=24) if due else None,
    )


def delivered(id: str = "d-1") -> DocumentDelivered:
    return DocumentDelivered(document_id=id, document_type="purchase_order", about="purchase_order/4711")


def acknowledged(verdict: str = "accepted", id: str = "d-1") -> GroupAcknowledged:
    return GroupAcknowledged(
        group=17,
        document_id=id,
        document_type="purchase_order",
        number="4711",
        about="purchase_order/4711",
        verdict=verdict,  # pyright: ignore[reportArgumentType]
    )


def overdue(id: str = "d-1") -> GroupOverdue:
    return GroupOverdue(group=17, document_id=id, document_type="purchase_order", number="4711", about="x")


def given_up(id: str = "d-1") -> DocumentGivenUp:
    return DocumentGivenUp(
        document_id=id, document_type="purchase_order", number="4711", about="x", says="410 Gone", attempts=3
    )


def state_after(*events: Event) -> str:
    return folded(document, history(EXCHANGE, events))["d-1"].state


def test_a_document_of_ours_goes_its_way() -> None:
    assert state_after(sent()) == "waiting"
    assert state_after(sent(), delivered()) == "delivered"
    assert state_after(sent(due=False), delivered()) == "done"
    assert state_after(sent(), delivered(), acknowledged()) == "read"
    assert state_after(sent(), delivered(), acknowledged("rejected")) == "refused"
    assert state_after(sent(), delivered(), overdue()) == "overdue"
    assert state_after(sent(), delivered(), overdue(), acknowledged()) == "read"
    assert state_after(sent(), acknowledged(), delivered()) == "read"


def test_a_document_given_up_says_why() -> None:
    row = folded(document, history(EXCHANGE, [sent(), given_up()]))["d-1"]
    assert (row.state, row.says) == ("given_up", "Could not be delivered: 410 Gone")


def test_where_a_sent_document_is_written_down_can_be_found_again() -> None:
    row = folded(document, history(EXCHANGE, [taken(), sent(), delivered()], partition=5))["d-1"]
    assert (row.partition, row.sequence) == (5, 2)


def test_a_document_that_came_shows_what_its_order_said_of_it() -> None:
    response = OrderResponse(order_number="4711", overall="accepted", responded_on=order().ordered_on)
    read = history(EXCHANGE, [taken("t-1", one_set("item-1"))])
    refused = history(
        "purchase_order/4711",
        [OrderResponseRefused(response=response, partner="kestrel", findings=(TOO_MUCH,))],
        cause="item-1",
    )
    either = folded(document, read + refused)["item-1"]
    assert folded(document, refused + read)["item-1"] == either
    assert (either.state, either.effect_findings) == ("rejected", (TOO_MUCH,))
    assert folded(document, read)["item-1"].state == "accepted"
    responded = OrderResponded(response=response, partner="kestrel")
    agreed = history("purchase_order/4711", [responded], cause="item-1")
    assert folded(document, read + agreed)["item-1"].state == "accepted"


def test_a_document_that_came_too_early_waits_and_is_taken_later() -> None:
    about: dict[str, Any] = {
        "document_type": "order_response",
        "number": "4711",
        "partner": "kestrel",
        "item": "item-1",
    }
    waits = DocumentDeferred(**about, says="There is no order 4711 yet.")
    response = OrderResponse(order_number="4711", overall="accepted", responded_on=order().ordered_on)
    later = [waits, released(), OrderResponded(response=response, partner="kestrel")]
    stopped = DocumentParked(**about, says="it waited too long")
    first = folded(document, history("purchase_order/4711", later[:1], cause="item-1"))["item-1"]
    assert (first.state, first.number) == ("deferred", "4711")
    assert first.says == "Waiting for what must come first: There is no order 4711 yet."
    events = history("purchase_order/4711", later, cause="item-1")
    assert folded(document, events)["item-1"].state == "accepted"
    assert folded(document, [*events, *events])["item-1"].state == "accepted"
    assert folded(document, history("purchase_order/4711", [waits, stopped]))["item-1"].state == "parked"


def test_a_set_that_became_nothing_is_found_by_its_place() -> None:
    rows = folded(document, history(EXCHANGE, [taken("t-1", one_set(), one_set("item-2"))]))
    assert set(rows) == {"t-1.0", "item-2"}
    assert [rows[key].index for key in ("t-1.0", "item-2")] == [0, 1]


def test_the_same_document_again_is_called_so() -> None:
    rows = folded(document, history(EXCHANGE, [taken("t-2", one_set(), repeats="t-1")]))
    assert rows["t-2.0"].state == "repeated"
    assert rows["t-2.0"].says == "Already had it (same document), nothing done twice"


def test_a_transmission_keeps_what_was_in_it() -> None:
    event = taken("t-1", one_set("i-1"), one_set("i-2", outcome=Outcome.REJECTED, findings=(TOO_MUCH,)))
    row = folded(transmission, history(EXCHANGE, [event]))["t-1"]
    assert row.document_count == 2
    assert [(inside.id, inside.outcome) for inside in row.documents] == [("i-1", "accepted"), ("i-2", "rejected")]
    assert row.documents[1].findings == (TOO_MUCH,)
    assert transmission.columns(row).partner == "kestrel"


def test_a_partner_counts_what_waits_for_an_acknowledgement() -> None:
    def waiting(*events: Event) -> tuple[int, int]:
        row = folded(partner, history(EXCHANGE, events))["kestrel"]
        return row.awaiting_acknowledgement, len(row.overdue)

    assert waiting(sent(), sent("d-2"), sent("d-3", due=False)) == (2, 0)
    assert waiting(sent(), sent("d-2"), acknowledged()) == (1, 0)
    assert waiting(sent(), sent("d-2"), overdue()) == (1, 1)
    assert waiting(sent(), sent("d-2"), overdue(), acknowledged()) == (1, 0)
    assert waiting(sent(), overdue(), acknowledged("rejected")) == (0, 0)


def test_a_partner_in_trouble_ranks_before_one_that_is_well() -> None:
    well = folded(partner, history(EXCHANGE, [sent(), delivered()]))["kestrel"]
    trouble = folded(partner, history(EXCHANGE, [sent(), given_up()]))["kestrel"]
    assert (well.undelivered, well.delivered, trouble.given_up) == (0, 1, 1)
    assert partner.columns(trouble).rank > partner.columns(well).rank
    assert partner.columns(trouble).state == "trouble"


def test_a_number_is_found_with_or_without_its_leading_zeros() -> None:
    assert lookup.normal(" 000000905 ") == lookup.normal("905") == "905"
    assert lookup.normal("000") == "0"
    assert lookup.normal("po-004") == "PO-004"


def words_to(*events: Event, stream: str = EXCHANGE) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in folded(lookup, history(stream, events)).values():
        found.setdefault(row.word, set()).add(row.target)
    return found


def test_every_number_leads_to_what_it_names() -> None:
    came = one_set("item-1", stream="purchase_order/4711", control="0001", group="17", interchange="000000905")
    words = words_to(taken("t-1", came, file_name="in.edi"), sent())
    assert words["4711"] == {"item-1", "d-1"}
    assert words["ITEM-1"] == {"item-1"}
    assert words["905"] == {"item-1", "d-1"}
    assert words["17"] == {"item-1", "d-1"}
    assert words["1"] == {"item-1"}
    assert words["T-1"] == {"t-1", "item-1"}
    assert words["IN.EDI"] == {"t-1"}
    assert words_to(released(), stream="purchase_order/4711") == {"4711": {"purchase_order/4711"}}


def test_addresses_hold_any_number() -> None:
    for number in ("4711", "PO/12~3", "~1", "a/b/c"):
        assert unescaped(escaped(number)) == number
        assert "/" not in escaped(number)
    assert link("purchase_order/PO/12").endswith("/orders/PO~112")


def test_a_timeline_tells_cause_before_effect() -> None:
    read = history(EXCHANGE, [taken("t-1", one_set("item-1"), received_at=START + timedelta(minutes=1))])
    effect = history("purchase_order/4711", [released()], cause="item-1")
    rows = list(folded(document, read + effect).values())
    rows += folded(document, history("exchange/erp", [sent("d-9")])).values()
    told = timeline(effect, rows)
    assert [entry.type for entry in told] == ["document.came", "purchase_order.released", "document.written"]
    assert len({entry.at for entry in told}) == 1


def test_a_refused_invoice_and_a_refused_change_reach_their_documents() -> None:
    change = OrderChange(order_number="4711", sequence=1, changed_on=order().ordered_on)
    event = OrderChangeRefused(change=change, findings=(TOO_MUCH,))
    assert folded(document, history("purchase_order/4711", [event], cause="i"))["i"].state == "rejected"
    assert InvoiceRefused in document.Refused.__args__
