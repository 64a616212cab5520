from datetime import datetime, timezone
from pathlib import Path

from tradelane.partners import folder, lookup
from tradelane.testing.twins.catalogue import BUYER, HOUSE
from tradelane.testing.twins.config_folder import write_config
from tradelane.testing.twins.network import Network

URLS = {name: f"http://127.0.0.1:9/{name}" for name in ("erp", "northwind", "granite", "lumen")}


def test_the_backbone_reads_the_folder_and_knows_every_twin(tmp_path: Path) -> None:
    network = Network(1)
    write_config(network, tmp_path, URLS)
    registry = folder.load(tmp_path)
    assert set(registry.partners) == set(network.members)
    for name, member in network.members.items():
        profile = registry.partners[name]
        assert profile.role == member.role
        assert profile.send.syntax == member.syntax
        assert profile.send.channel == member.channel
        principal = lookup.by_key(registry, network.keys[name])
        assert principal is not None
        assert principal.name == name
        assert lookup.belongs(profile, member.envelope.qualifier, member.envelope.id, member.envelope.group)
    assert lookup.ours(registry, HOUSE.qualifier, HOUSE.id, HOUSE.group)


def test_documents_name_partners_as_the_configuration_does(tmp_path: Path) -> None:
    network = Network(1)
    write_config(network, tmp_path, URLS)
    registry = folder.load(tmp_path)
    network.begin(datetime(2026, 11, 23, 6, tzinfo=timezone.utc))
    network.due(datetime(2026, 12, 23, 6, tzinfo=timezone.utc))
    assert network.erp.orders
    for order in network.erp.orders.values():
        supplier = lookup.by_party(registry, order.supplier, "supplier")
        assert supplier is not None
        assert supplier.title == order.supplier.name
        warehouse = lookup.warehouse_for(registry, order.ship_to)
        assert warehouse is not None
        assert warehouse.name == "depot"
    assert BUYER.identifier("duns")


def test_the_operator_has_a_key(tmp_path: Path) -> None:
    network = Network(1)
    write_config(network, tmp_path, URLS)
    principal = lookup.by_key(folder.load(tmp_path), network.operator_key)
    assert principal is not None
    assert principal.kind == "operator"


def test_writing_it_twice_changes_nothing(tmp_path: Path) -> None:
    write_config(Network(1), tmp_path, URLS)
    version = folder.load(tmp_path).version
    write_config(Network(1), tmp_path, URLS)
    assert folder.load(tmp_path).version == version
