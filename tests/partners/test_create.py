import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradelane.model.finding import Unreadable
from tradelane.partners import lookup
from tradelane.partners.create import envelope_id, init, new
from tradelane.partners.folder import load
from tradelane.partners.keys import hashed
from tradelane.partners.templates import TEMPLATES, template


def chance(count: int) -> bytes:
    return b"\x07" * count


@pytest.fixture
def root(tmp_path):
    assert init(tmp_path) is not None
    return tmp_path


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_new_partner_loads_as_it_is(root, name):
    created = new(root, "acme-2", name)
    registry = load(root)
    acme = registry.partners["acme-2"]
    assert (acme.title, acme.extends) == ("Acme 2", f"templates/{name}")
    principal = lookup.by_key(registry, created.key)
    assert principal is not None
    assert principal.profile is acme


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_new_partner_has_samples_with_their_meaning_and_a_page_about_it(root, name):
    path = new(root, "acme", name).path
    samples = {sample.name for sample in (path / "samples").iterdir()}
    sent = {sample for sample in samples if not sample.endswith((".expected.json", ".send.json"))}
    assert sent
    assert {f"{sample.rsplit('.', 1)[0]}.expected.json" for sample in sent} <= samples
    assert (path / "README.md").read_text().startswith("# Acme\n")
    assert "{" not in (path / "README.md").read_text()
    assert (path / "maps").is_dir()


def test_the_key_is_kept_nowhere(root):
    created = new(root, "acme", "x12-supplier", random=chance)
    written = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
    assert created.key.encode() not in written
    assert hashed(created.key).encode() in written


def test_the_profile_explains_itself(root):
    text = (new(root, "acme", "x12-supplier").path / "profile.toml").read_text()
    assert text.count("#") > 10
    assert "tradelane partner certify acme" in text


def test_what_is_asked_for_stands_in_the_profile(root):
    new(root, "acme", "x12-supplier", title='Acme "Tools" & Co', url="https://edi.acme.example/", inbox="acme/in")
    new(root, "bolt", "json-supplier", folder="bolt/out")
    partners = load(root).partners
    acme, bolt = partners["acme"], partners["bolt"]
    assert (acme.title, acme.send.channel, acme.send.url) == ('Acme "Tools" & Co', "http", "https://edi.acme.example/")
    assert acme.receive.folder == "acme/in"
    assert (bolt.send.channel, bolt.send.folder) == ("folder", "bolt/out")


def test_samples_carry_the_partners_and_our_own_envelope_ids(root):
    text = (root / "tradelane.toml").read_text().replace('"TRADELANE"', '"NORVIK"')
    (root / "tradelane.toml").write_text(text)
    path = new(root, "acme", "x12-supplier").path
    for sample in (path / "samples").glob("*.edi"):
        isa, gs = sample.read_text().split("~\n")[:2]
        assert len(isa + "~") == 106
        assert (isa[35:50], isa[54:69]) == ("ACME".ljust(15), "NORVIK".ljust(15))
        assert gs.split("*")[2:4] == ["ACME", "NORVIK"]


@pytest.mark.parametrize("name", ["", "Acme", "../x", "a/b", "-acme", "a" * 65, "ac me", "acme.", "é"])
def test_a_bad_name_is_refused_and_nothing_is_written(root, name):
    with pytest.raises(Unreadable) as why:
        new(root, name, "x12-supplier")
    assert why.value.findings[0].code == "partner.bad-name"
    assert not (root / "partners").exists()


def test_a_name_is_given_once_and_templates_are_known(root):
    new(root, "acme", "x12-supplier")
    with pytest.raises(Unreadable) as why:
        new(root, "acme", "x13-supplier")
    assert [finding.code for finding in why.value.findings] == ["partner.exists", "partner.unknown-template"]


def test_a_house_is_begun_once(tmp_path):
    created = init(tmp_path, company='Norvik "East"', egress_allow=("127.0.0.0/8",), operator="jane")
    assert created is not None
    registry = load(tmp_path)
    assert registry.settings.company.name == 'Norvik "East"'
    assert registry.settings.egress_allow == ("127.0.0.0/8",)
    principal = lookup.by_key(registry, created.key)
    assert principal is not None
    assert (principal.kind, principal.name) == ("operator", "jane")
    before = (tmp_path / "tradelane.toml").read_bytes()
    assert init(tmp_path, company="Other") is None
    assert (tmp_path / "tradelane.toml").read_bytes() == before


@given(st.text(max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_title_can_be_written_and_read_again(tmp_path_factory, title):
    root = tmp_path_factory.mktemp("house")
    init(root)
    new(root, "acme", "json-supplier", title=title)
    printable = "".join(c if c.isprintable() else " " for c in title)
    assert load(root).partners["acme"].title == (" ".join(printable.split()) or "Acme")


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True))
def test_a_name_makes_an_id_that_fits_an_envelope(name):
    made = envelope_id(name)
    assert 0 < len(made) <= 15
    assert made.isalnum()


def test_templates_are_whole():
    whole = {"profile.toml", "start.toml", "samples", "README.md"}
    for name in TEMPLATES:
        assert {entry.name for entry in template(name).iterdir()} == whole
