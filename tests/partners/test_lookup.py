import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradelane.model.party import Identifier, Party
from tradelane.partners import lookup
from tradelane.partners.keys import hashed, new_key
from tradelane.partners.profile import Access, Company, Profile, Registry, Settings, X12Identity

ACME = Profile(
    name="acme",
    role="supplier",
    title="Acme Tools",
    parties=("duns:123456789", "buyer_assigned:4711"),
    x12=X12Identity(qualifier="01", id="123456789", group="ACMEEDI"),
    access=Access(key_sha256=(hashed("tlk_acme_old"), hashed("tlk_acme_new"))),
)
DOCK = Profile(
    name="dock", role="warehouse", parties=("duns:123456789", "gln:0614141000012"), x12=X12Identity(id="DOCK")
)
ERP = Profile(name="erp", role="erp", access=Access(key_sha256=(hashed("tlk_erp"),)))
SETTINGS = Settings(company=Company(), operators={"jane": Access(key_sha256=(hashed("tlk_jane"),))})


def registry(*profiles: Profile) -> Registry:
    partners = {profile.name: profile for profile in profiles}
    return Registry(root=Path("."), settings=SETTINGS, partners=partners, version="test")


HOUSE = registry(ACME, DOCK, ERP)


def party(*identifiers: tuple[str, str], name: str = "") -> Party:
    return Party(name=name, identifiers=tuple(Identifier(scheme, value) for scheme, value in identifiers))


@pytest.mark.parametrize(
    ("key", "who"),
    [
        ("tlk_acme_old", ("partner", "acme")),
        ("tlk_acme_new", ("partner", "acme")),
        ("tlk_erp", ("partner", "erp")),
        ("tlk_jane", ("operator", "jane")),
    ],
)
def test_a_key_says_who_knocks(key, who):
    principal = lookup.by_key(HOUSE, key)
    assert principal is not None
    assert (principal.kind, principal.name) == who
    assert (principal.profile is not None) == (principal.kind == "partner")


@given(st.text(max_size=300))
def test_no_other_text_is_a_key(key):
    assert lookup.by_key(HOUSE, key) is None


def test_the_hash_of_a_key_is_no_key():
    assert lookup.by_key(HOUSE, hashed("tlk_erp")) is None


def test_a_key_whose_hash_only_begins_alike_is_nobodys():
    twin = hashed("tlk_erp")[:8] + "0" * 56
    erp = Profile(name="erp", role="erp", access=Access(key_sha256=(twin,)))
    assert lookup.by_key(registry(erp), "tlk_erp") is None


def test_a_party_is_known_by_its_identifiers_before_its_name():
    assert lookup.by_party(HOUSE, party(("buyer_assigned", "4711"))) is ACME
    assert lookup.by_party(HOUSE, party(("gln", "0614141000012"), name="Acme Tools")) is DOCK
    assert lookup.by_party(HOUSE, party(("gln", "9"), name="Acme Tools")) is ACME
    assert lookup.by_party(HOUSE, party(name="ACME TOOLS")) is None
    assert lookup.by_party(HOUSE, party(("seller_assigned", "4711"))) is None
    assert lookup.by_party(HOUSE, None) is None
    assert lookup.by_party(HOUSE, Party()) is None


def test_a_role_tells_apart_who_shares_an_identifier():
    same = party(("duns", "123456789"))
    assert lookup.by_party(HOUSE, same, role="supplier") is ACME
    assert lookup.by_party(HOUSE, same, role="warehouse") is DOCK
    assert lookup.by_party(HOUSE, same, role="carrier") is None


@pytest.mark.parametrize(
    ("qualifier", "id", "group", "fits"),
    [
        ("01", "123456789      ", "ACMEEDI", True),
        ("01", "123456789", "", True),
        ("ZZ", "123456789", "ACMEEDI", False),
        ("01", "987654321", "ACMEEDI", False),
        ("01", "123456789", "123456789", False),
        ("01", "123456789", "DOCK", False),
        ("", "", "", False),
    ],
)
def test_inner_ids_belong_to_the_partner_that_registered_them(qualifier, id, group, fits):
    """Promise P23: qualifier, interchange id and group code, all three."""
    assert lookup.belongs(ACME, qualifier, id, group) is fits


def test_a_partner_without_x12_ids_owns_none():
    assert not lookup.belongs(ERP, "ZZ", "", "")
    assert not lookup.belongs(ERP, "", "", "")


def test_the_group_code_is_the_interchange_id_where_none_is_said():
    assert lookup.belongs(DOCK, "ZZ", "DOCK", "DOCK")
    assert not lookup.belongs(DOCK, "ZZ", "DOCK", "ACMEEDI")


def test_envelopes_find_their_partner_and_us():
    assert lookup.by_x12(HOUSE, "01", "123456789      ") is ACME
    assert lookup.by_x12(HOUSE, "ZZ", "123456789") is None
    assert lookup.ours(HOUSE, "ZZ", "TRADELANE      ", "TRADELANE")
    assert not lookup.ours(HOUSE, "ZZ", "DOCK")


def test_the_owner_is_the_erp():
    assert lookup.owner(HOUSE) is ERP
    assert lookup.owner(registry(ACME)) is None


def test_the_warehouse_is_the_one_named_else_the_only_one():
    other = Profile(name="other", role="warehouse", parties=("gln:0614141000029",))
    assert lookup.warehouse_for(HOUSE, None) is DOCK
    assert lookup.warehouse_for(HOUSE, party(("gln", "0614141000012"))) is DOCK
    assert lookup.warehouse_for(registry(DOCK, other), party(("gln", "0614141000029"))) is other
    assert lookup.warehouse_for(registry(DOCK, other), party(("gln", "1"))) is None
    assert lookup.warehouse_for(registry(ACME), None) is None


def test_ten_thousand_partners_are_found_as_fast_as_ten():
    """The index is built once; a scan of all would be a thousand times slower here."""

    def many(count):
        return registry(
            *(
                Profile(name=f"p{n}", role="supplier", access=Access(key_sha256=(hashed(f"k{n}"),)))
                for n in range(count)
            )
        )

    def cost(house, count):
        lookup.by_key(house, "warm up")
        started = time.process_time()
        for n in range(2_000):
            assert lookup.by_key(house, f"k{n % count}") is not None
        return time.process_time() - started

    assert cost(many(10_000), 10_000) < 20 * cost(many(10), 10)


def test_keys_are_256_bits_of_chance_and_tell_what_they_are():
    asked = []

    def random(count):
        asked.append(count)
        return b"\xff" * count

    key = new_key(random)
    assert asked == [32]
    assert key == "tlk_" + "_" * 42 + "8"
    assert len({new_key() for _ in range(100)}) == 100
