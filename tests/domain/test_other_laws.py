"""The laws of the smaller deciders: ship notice, goods receipt, invoice, case, exchange."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tradelane.domain import case, exchange, goods_receipt, invoice, invoice_book, ship_notice
from tradelane.model.case import AssignCase, OpenCase, ResolveCase
from tradelane.model.content_report import ContentAnswer, ContentReport
from tradelane.model.exchange import (
    DocumentSent,
    GroupAcknowledged,
    KeepDocument,
    RecordContentReport,
    RecordDelivery,
    RecordInterchangeReport,
    RecordSyntaxReport,
    RecordTransmission,
    RecordWaiting,
    SendDocument,
    SentDocument,
    TransmissionTaken,
)
from tradelane.model.goods_receipt import GoodsReceipt, ReceiptLine, RecordGoodsReceipt
from tradelane.model.invoice import (
    Charge,
    Invoice,
    InvoiceLine,
    RecordInvoice,
    RecordMatch,
    RecordPayment,
    RecordPosting,
)
from tradelane.model.invoice_book import CheckInvoice, JudgeInvoice
from tradelane.model.moment import Moment
from tradelane.model.outcome import Outcome
from tradelane.model.policy import Context, Policy
from tradelane.model.quantity import Quantity, UnitPrice
from tradelane.model.request import FireTimer
from tradelane.model.ship_notice import ConfirmShipNotice, RecordShipNotice, ShipNode, ShipNotice
from tradelane.model.syntax_report import SegmentFault, SetReport, SyntaxReport
from tradelane.testing.laws import obey

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CONTEXT = Context(now=NOW)
STRICT = Context(now=NOW, policy=Policy(check_sscc=True))
DAY = date(2026, 3, 9)

few = st.sampled_from(["", "1", "2", "3"])
amounts = st.integers(-2, 50).map(Decimal)
quantities = st.builds(Quantity, amounts, st.just("EA"))
nodes = st.builds(
    ShipNode,
    id=few,
    level=st.sampled_from(["shipment", "order", "tare", "pack", "item"]),
    parent=few,
    order_number=st.sampled_from(["", "", "4711", "4712"]),
    sscc=st.sampled_from(["", "", "123", "106141412345678908", "00106141412345678908"]),
    quantity=st.none() | quantities,
    serials=st.sampled_from([(), (), ("a", "a")]),
)
trees = st.lists(nodes, max_size=6).map(tuple)
plain_tree = (
    ShipNode(id="1", level="order", order_number="4711"),
    ShipNode(id="2", level="item", parent="1", line="1", quantity=Quantity(Decimal(1), "EA")),
    ShipNode(id="3", level="item", order_number="4712", quantity=Quantity(Decimal(1), "EA")),
)
notices = st.builds(
    ShipNotice,
    number=st.sampled_from(["N1", "N1", "N1", ""]),
    noticed=st.just(Moment(on=DAY)),
    nodes=st.just(plain_tree) | st.just(plain_tree[:2]) | trees,
    purpose=st.sampled_from(["original", "replace", "cancel", "duplicate", "change"]),
    shipped=st.none() | st.integers(-3, 9).map(lambda later: Moment(on=DAY + timedelta(days=later))),
    expected=st.none() | st.just(Moment(on=DAY)),
)
notice_commands = st.one_of(
    notices.map(lambda notice: RecordShipNotice(notice=notice, partner="acme", owner="erp")),
    st.builds(
        ConfirmShipNotice,
        order_stream=st.sampled_from(["purchase_order/4711", "purchase_order/4712", "purchase_order/x"]),
        agreed=st.booleans(),
        revision=st.integers(0, 2),
    ),
    st.just(FireTimer(name="confirm", due=NOW)),
)

receipt_lines = st.builds(
    ReceiptLine, number=few, received=quantities, order_number=st.sampled_from(["", "4711"]), rejected=amounts
)
receipt_commands = st.builds(
    GoodsReceipt,
    number=st.sampled_from(["R1", "R1", ""]),
    received=st.just(Moment(on=DAY)),
    lines=st.lists(receipt_lines, max_size=3).map(tuple),
    order_number=st.sampled_from(["", "4712"]),
    purpose=st.sampled_from(["original", "cancel", "duplicate"]),
).map(lambda receipt: RecordGoodsReceipt(receipt=receipt, partner="dock", owner="erp"))


@st.composite
def invoice_documents(draw):
    lines = draw(
        st.lists(
            st.builds(
                InvoiceLine,
                number=few,
                quantity=quantities | st.just(Quantity(Decimal("9" * 30), "EA")),
                price=st.builds(UnitPrice, amounts | st.just(Decimal("9" * 20)), st.integers(0, 1).map(Decimal)),
                order_number=st.sampled_from(["", "4711", "4712"]),
            ),
            max_size=3,
        )
    )
    right = sum((line.quantity.value * line.price.amount for line in lines), Decimal(0))
    return Invoice(
        number=draw(st.sampled_from(["A1", "A1", ""])),
        invoiced_on=DAY,
        total=draw(st.sampled_from([right, right, right + 1])),
        lines=tuple(lines),
        order_number="4711",
        invoice_type=draw(st.sampled_from(["invoice", "invoice", "corrected", "credit_note"])),
        purpose=draw(st.sampled_from(["original", "original", "cancel", "replace"])),
        charges=draw(st.sampled_from([(), (), (Charge(kind="allowance", amount=Decimal(1)),)])),
    )


BOOK = "invoice_book/acme"
INVOICES = ("invoice/acme/A1", "invoice/acme/A2")
invoice_commands = st.one_of(
    st.sampled_from([RecordPosting(by="erp", on=DAY), RecordPayment(by="erp", on=DAY)]),
    invoice_documents().map(lambda document: RecordInvoice(invoice=document, partner="acme", owner="erp")),
    st.sampled_from(["approved", "variance"]).map(lambda word: RecordMatch(order_stream=BOOK, outcome=word)),
    st.builds(
        RecordMatch,
        order_stream=st.sampled_from(["purchase_order/4711", "purchase_order/4712"]),
        outcome=st.sampled_from(["approved", "waiting", "variance", "turned_down"]),
        says=few,
    ),
)

case_commands = st.one_of(
    st.builds(
        OpenCase,
        kind=st.just("ACK_OVERDUE"),
        about=st.just("purchase_order/4711"),
        says=few,
        role=st.just("procurement"),
        severity=st.sampled_from(["S1", "S2", "S3", "S4"]),
        amount_at_stake=st.sampled_from([Decimal(0), Decimal(5)]),
    ),
    st.builds(AssignCase, to=few, by=st.just("ann")),
    st.builds(ResolveCase, by=st.sampled_from(["ann", "tradelane"]), action=few),
)

documents = st.sampled_from(["d1", "d2", "d3"])
exchange_commands = st.one_of(
    st.builds(
        SendDocument,
        document_id=documents,
        document_type=st.sampled_from(["purchase_order", "syntax_report"]),
        number=st.just("4711"),
        body=st.just("{}"),
        about=st.just("purchase_order/4711"),
        syntax=st.sampled_from(["x12", "x12", "json"]),
        acknowledge_within_hours=st.sampled_from([24, 0]),
        fetch_within_hours=st.sampled_from([24, 0]),
    ),
    st.builds(RecordDelivery, document_id=documents, delivered=st.booleans()),
    st.builds(
        RecordWaiting,
        document_ids=st.sampled_from([("d1",), ("d1", "d2", "d9")]),
        waiting=st.sampled_from([1, 3]),
        known=st.booleans(),
        fetch_within_hours=st.sampled_from([0, 24]),
    ),
    st.builds(
        KeepDocument,
        document_type=st.just("load_tender"),
        number=documents,
        partner=st.just("acme"),
        content=documents,
    ),
    st.builds(
        ContentReport,
        number=documents,
        reported=st.just(Moment(on=DAY)),
        answers=st.sampled_from([(), (ContentAnswer(verdict="rejected"),)]),
    ).map(lambda report: RecordContentReport(report=report, partner="acme")),
    st.builds(
        RecordContentReport,
        report=st.builds(
            ContentReport,
            number=documents,
            reported=st.just(Moment(on=DAY)),
            answers=st.tuples(
                st.builds(
                    ContentAnswer,
                    verdict=st.sampled_from(["accepted", "rejected"]),
                    group=st.sampled_from(["", "1", "0002"]),
                    reference=documents,
                )
            ),
        ),
        partner=st.just("acme"),
        sent=st.sampled_from([(), (SentDocument(document_id="old", document_type="invoice", number="1", group=2),)]),
    ),
    st.builds(
        RecordInterchangeReport,
        control=st.sampled_from(["000000001", "2", "77", ""]),
        verdict=st.sampled_from(["A", "R", ""]),
        code=st.sampled_from(["000", "025"]),
    ),
    st.builds(
        SyntaxReport,
        functional_id=st.just("PO"),
        group=st.sampled_from(["1", "2", "3", "0001", "", "nine"]),
        verdict=st.sampled_from(["accepted", "rejected"]),
        included=st.just(1),
        received=st.just(1),
        accepted=st.just(1),
        sets=st.sampled_from(
            [
                (),
                (
                    SetReport(
                        kind="850",
                        control="1",
                        verdict="accepted_with_errors",
                        codes=("5", "99"),
                        segments=(SegmentFault(segment="N1", position=3, code="99"),),
                    ),
                ),
            ]
        ),
    ).map(lambda report: RecordSyntaxReport(report=report)),
    st.sampled_from(["acknowledge/1", "acknowledge/2", "acknowledge/x", "fetch/d1", "fetch/d2", "other"]).map(
        lambda name: FireTimer(name=name, due=NOW)
    ),
    st.just(
        RecordTransmission(
            taken=TransmissionTaken(
                transmission="t", sha256="", size=0, channel="http", received_at=NOW, outcome=Outcome.ACCEPTED
            )
        )
    ),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(notice_commands, max_size=6), st.sampled_from([CONTEXT, STRICT]))
def test_a_ship_notice_obeys_the_laws(commands, context):
    obey(ship_notice, commands, context)


@settings(deadline=None)
@given(st.lists(receipt_commands, max_size=5))
def test_a_goods_receipt_obeys_the_laws(commands):
    obey(goods_receipt, commands, CONTEXT)


@settings(deadline=None, max_examples=100)
@given(st.lists(invoice_commands, max_size=8))
def test_an_invoice_obeys_the_laws(commands):
    obey(invoice, commands, CONTEXT)


book_commands = st.one_of(
    st.builds(CheckInvoice, invoice=invoice_documents(), invoice_stream=st.sampled_from(INVOICES)),
    st.builds(JudgeInvoice, invoice_stream=st.sampled_from(INVOICES), approve=st.booleans(), by=few),
)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(book_commands, max_size=8),
    st.sampled_from([Policy(), Policy(evaluated_receipts=True), Policy(duplicate_within_days=0)]),
)
def test_a_book_of_invoices_obeys_the_laws(commands, policy):
    obey(invoice_book, commands, Context(now=NOW, policy=policy))


@settings(deadline=None)
@given(st.lists(case_commands, max_size=8))
def test_a_case_obeys_the_laws(commands):
    obey(case, commands, CONTEXT)


@settings(deadline=None, max_examples=100)
@given(st.lists(exchange_commands, max_size=10))
def test_an_exchange_obeys_the_laws(commands):
    obey(exchange, commands, CONTEXT)


@settings(deadline=None)
@given(st.lists(exchange_commands, max_size=12))
def test_control_numbers_rise_by_one_and_a_group_is_settled_once(commands):
    events, _ = obey(exchange, commands, CONTEXT)
    numbered = [event for event in events if isinstance(event, DocumentSent) and event.syntax == "x12"]
    assert [event.group for event in numbered] == list(range(1, len(numbered) + 1))
    assert [event.interchange for event in numbered] == list(range(1, len(numbered) + 1))
    assert len({event.document_id for event in events if isinstance(event, DocumentSent)}) == sum(
        isinstance(event, DocumentSent) for event in events
    )
    settled = [event.group for event in events if isinstance(event, GroupAcknowledged)]
    assert len(settled) == len(set(settled))


@settings(deadline=None)
@given(st.lists(case_commands, max_size=8))
def test_a_case_is_owned_by_whoever_it_was_given_to_last(commands):
    _, state = obey(case, commands, CONTEXT)
    assert case.status(state) in ("unknown", "open", "assigned", "resolved", "auto_resolved")
