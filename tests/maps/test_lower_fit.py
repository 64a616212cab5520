"""What one syntax says in words has often no place in another but for its code: left out and named, never refused."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.library.orders import ORDER

from tradelane import maps
from tradelane.model.invoice import Charge, Invoice
from tradelane.model.party import Address, Party

INVOICE = Invoice(number="I-1", invoiced_on=date(2026, 3, 2), total=Decimal(12), lines=())


def written(document, name: str) -> str:
    built = maps.lower(document, maps.shipped(name))
    assert [finding for finding in built.findings if finding.severity == "error"] == []
    return str(built.segments if built.root is None else built.root)


@pytest.mark.parametrize("name", ["x12/004010/850", "edifact/d96a/orders", "idoc/ORDERS05/ORDERS"])
def test_the_name_of_a_region_is_left_out_where_only_its_code_has_a_place(name):
    for region, stands in (("TN", True), ("Heremouthshire", False)):
        place = Party(name="Dock Four", address=Address(street=("48 Harbour Road",), city="Reno", region=region))
        order = replace(ORDER, ship_to=place)
        assert (region in written(order, name)) == stands
        left_out = [f.where.path for f in maps.lower(order, maps.shipped(name)).findings if f.code == "lower.left-out"]
        assert ("$.ship_to.address.region" in left_out) == (not stands)


def test_a_code_of_anothers_list_gives_way_to_ours_where_it_does_not_fit():
    assert "'SalesInvoice'" not in written(replace(INVOICE, source_code="SalesInvoice"), "x12/004010/810")
    assert "'PR'" in written(replace(INVOICE, source_code="PR"), "x12/004010/810")


def test_a_tax_nobody_names_is_all_taxes():
    taxed = replace(INVOICE, charges=(Charge(kind="tax", amount=Decimal(2)),))
    assert "('TXI', 'TX', '2')" in written(taxed, "x12/004010/810")
