"""The twins' own pen against our formats and maps: neither was made from the other."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest
from msgspec import structs
from tests.twins.plain_house import PlainHouse

from tradelane import maps
from tradelane.formats import x12
from tradelane.model import registry
from tradelane.model.document import Document
from tradelane.model.ship_notice import items
from tradelane.testing.twins.catalogue import HOUSE, SUPPLIERS
from tradelane.testing.twins.faults import NO_FAULTS
from tradelane.testing.twins.lifting import lift_set
from tradelane.testing.twins.network import Network
from tradelane.testing.twins.pen import check_digit
from tradelane.testing.twins.reading import read_interchanges

MONDAY = datetime(2026, 11, 23, 6, tzinfo=timezone.utc)
KINDS = ("850", "855", "856", "860", "810", "944", "997")


@cache
def played() -> Network:
    network = Network(2, orders=60, faults=NO_FAULTS)
    PlainHouse(network).run(MONDAY, MONDAY + timedelta(days=365))
    return network


@cache
def written() -> dict[str, list[tuple[bytes, Document]]]:
    """Every X12 document of the play, by kind, with the bytes of a fresh envelope."""
    found: dict[str, list[tuple[bytes, Document]]] = {kind: [] for kind in KINDS}
    for twin in played().twins.values():
        for sent in list(twin.desk.ledger.sent.values()):
            if sent.interchange:
                body, _ = twin.desk.written_again(sent, sent.at)
                found[read_interchanges(body)[0].groups[0].sets[0].kind].append((body, sent.documents[0]))
    return found


def _lifted(body: bytes) -> Iterator[maps.Lifted]:
    decoded = x12.decode(body)
    assert not decoded.all_findings
    for _, _, received in decoded.accepted:
        yield maps.lift(received.message, maps.shipped(f"x12/004010/{received.message.kind}"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_twins_write_lifts_to_what_they_meant(kind: str) -> None:
    assert len(written()[kind]) > 2
    for body, meant in written()[kind]:
        (lifted,) = _lifted(body)
        assert lifted.findings == ()
        assert _without_code(lifted.document) == meant


def _without_code(document: Document) -> Document:
    """An 860 must name a type of order (BCH02); a lifted change keeps the code, for we have no word for it."""
    return structs.replace(document, source_code="") if isinstance(document, registry.OrderChange) else document


@pytest.mark.parametrize("kind", ["850", "860", "856", "997"])
def test_twins_read_what_we_write(kind: str) -> None:
    """The other way round: lowered and encoded by us, read by their plain reader, said again by their pen."""
    granite = SUPPLIERS[1].envelope
    for _, meant in written()[kind]:
        built = maps.lower(meant, maps.shipped(f"x12/004010/{kind}"))
        envelope = x12.Envelope(
            sender_qualifier=HOUSE.qualifier,
            sender=HOUSE.id,
            receiver_qualifier=granite.qualifier,
            receiver=granite.id,
            interchange=1,
            group=1,
            at=MONDAY,
        )
        (interchange,) = read_interchanges(x12.encode(envelope, [built]))
        (read,) = interchange.groups[0].sets
        assert interchange.sound
        assert read.sound
        assert _gist(lift_set(read)) == _gist(meant)


def _gist(document: Document) -> object:
    """What a partner acts on: who, what, how many, when, at which price."""
    match document:
        case registry.purchase_order.PurchaseOrder():
            lines = [(ln.number, ln.item, ln.quantity, ln.price, ln.deliver_on) for ln in document.lines]
            return (document.number, document.purpose, document.ordered_on, document.currency, lines)
        case registry.OrderChange():
            lines = [(ln.line, ln.action, ln.quantity, ln.price, ln.deliver_on) for ln in document.lines]
            return (document.order_number, document.sequence, document.purpose, lines)
        case registry.ship_notice.ShipNotice():
            flat = [(i.order_number, i.line, i.item, i.quantity, i.path) for i in items(document)]
            return (document.number, document.purpose, document.expected, flat)
        case _:
            return document


def test_what_twins_say_in_json_is_canonical() -> None:
    spoken = 0
    for twin in played().twins.values():
        for sent in twin.desk.ledger.sent.values():
            if not sent.interchange:
                spoken += 1
                (document,) = sent.documents
                assert registry.read_document(registry.encode(document)) == document
                assert "source_code" not in registry.encode(document).decode()
    assert spoken > 30


def test_every_container_code_is_valid_and_used_once() -> None:
    codes = [
        node.sscc
        for supplier in played().suppliers.values()
        for book in supplier.books.values()
        for notice in book.notices.values()
        for node in notice.nodes
        if node.level in ("tare", "pack")
    ]
    assert len(codes) > 100
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 18 and check_digit(code[:-1]) == code[-1] for code in codes)


@pytest.mark.parametrize("number", ["4006381333931", "106141412345678908", "00012345600012"])
def test_check_digits_are_those_printed_on_real_labels(number: str) -> None:
    assert check_digit(number[:-1]) == number[-1]


def test_gtins_have_valid_check_digits() -> None:
    gtins = [line.item.gtin for order in played().erp.orders.values() for line in order.lines]
    assert all(len(gtin) == 14 and check_digit(gtin[:-1]) == gtin[-1] for gtin in gtins)


def test_control_numbers_rise_by_one_and_are_never_used_twice() -> None:
    for twin in played().twins.values():
        numbers = [s.interchange for s in twin.desk.ledger.sent.values() if s.interchange]
        assert numbers == sorted(set(numbers))
