from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradelane.model.finding import Finding, Unreadable
from tradelane.partners.folder import load
from tradelane.partners.keys import hashed
from tradelane.partners.templates import TEMPLATES

ACME = """
extends = "templates/x12-supplier"
title = "Acme Tools"
parties = ["duns:123456789", "buyer_assigned:4711"]
[x12]
id = "ACME"
[send]
attempts_max = 3
[policy]
over_ship_percent = 2.5
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tradelane.toml").write_text("")
    put(tmp_path, "acme", ACME)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    (root / "partners" / name).mkdir(parents=True, exist_ok=True)
    (root / "partners" / name / "profile.toml").write_text(text, "utf-8")


def faults(root: Path) -> dict[str, str]:
    """Return what is wrong: place to code."""
    with pytest.raises(Unreadable) as why:
        load(root)
    return {finding.where.path: finding.code for finding in why.value.findings}


def fault(root: Path, acme: str) -> dict[str, str]:
    """Return what is wrong when Acme's settings have these lines too, without the file's name."""
    put(root, "acme", acme)
    return {
        place.removeprefix("partners/acme/profile.toml").removeprefix(": "): code
        for place, code in faults(root).items()
    }


def test_a_profile_takes_from_its_template_what_it_does_not_say(root):
    acme = load(root).partners["acme"]
    assert (acme.name, acme.role, acme.title) == ("acme", "supplier", "Acme Tools")
    assert (acme.x12.qualifier, acme.x12.id) == ("ZZ", "ACME")
    assert (acme.send.attempts_max, acme.send.channel) == (3, "mailbox")
    assert (acme.send.syntax, acme.policy.over_ship_percent) == ("x12", Decimal("2.5"))
    assert acme.policy.answer_within_hours == 24
    assert Path(acme.folder) == root / "partners" / "acme"


def test_a_house_without_partners_is_fine(tmp_path):
    (tmp_path / "tradelane.toml").write_text('[company]\nname = "Norvik"\n')
    registry = load(tmp_path)
    assert registry.partners == {}
    assert registry.settings.company.name == "Norvik"


def test_a_folder_that_is_no_configuration_is_said(tmp_path):
    assert faults(tmp_path) == {"tradelane.toml": "settings.missing"}
    assert faults(tmp_path / "nowhere") == {"tradelane.toml": "settings.missing"}


def test_everything_wrong_in_every_file_is_said_at_once(root):
    (root / "tradelane.toml").write_text('egress_allow = ["127.0.0.1/8"]\n[server]\nport = 0\nhots = "x"\n')
    put(root, "acme", 'extends = "templates/x12-supplier"\n[x12]\nid = "acme"\n[send]\nchanel = "http"\n')
    put(root, "bolt", "not toml at all")
    put(root, "Cog", "")
    (root / "partners" / "dent").mkdir()
    (root / "partners" / ".git").mkdir()
    (root / "partners" / "README.md").touch()
    assert faults(root) == {
        "tradelane.toml: egress_allow": "partner.bad-value",
        "tradelane.toml: server.port": "partner.bad-value",
        "tradelane.toml: server.hots": "partner.unknown-key",
        "partners/acme/profile.toml: x12.id": "partner.bad-value",
        "partners/acme/profile.toml: send.chanel": "partner.unknown-key",
        "partners/bolt/profile.toml": "partner.not-toml",
        "partners: Cog": "partner.bad-name",
        "partners/dent/profile.toml": "partner.no-profile",
    }


def test_every_finding_says_what_to_do(root):
    put(
        root,
        "acme",
        'role = "suplier"\ntitel = "x"\nparties = ["foo"]\n[send]\nchannel = "http"\n[policy]\ntransit_days = "3"\n',
    )
    with pytest.raises(Unreadable) as why:
        load(root)
    says = {finding.where.path.split(": ")[1]: str(finding) for finding in why.value.findings}
    assert "'supplier'" in says["role"]
    assert "Did you mean 'title'?" in says["titel"]
    assert "duns" in says["parties"]
    assert "https://" in says["send.url"]
    assert "a whole number" in says["policy.transit_days"]


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ('name = "other"', "name"),
        ('folder = "x"', "folder"),
        ('owner = "nobody"', "owner"),
        ('parties = ["duns123"]', "parties"),
        ('parties = ["fax:1"]', "parties"),
        ('parties = "duns:1"', "parties"),
        ('[x12]\nid = "SIXTEEN-LETTERS!"', "x12.id"),
        ('[x12]\nid = "A*B"', "x12.id"),
        ('[x12]\nid = "A "', "x12.id"),
        ('[x12]\nid = "ACME"\nqualifier = "1"', "x12.qualifier"),
        ('[x12]\nid = "ACME"\n[x12_settings]\nsegment = "*"', "x12_settings"),
        ('[x12]\nid = "ACME"\n[x12_settings]\nelement = "X"', "x12_settings.element"),
        ('[x12]\nid = "ACME"\n[x12_settings]\nversion = "4010"', "x12_settings.version"),
        ('[x12]\nid = "ACME"\n[x12_settings]\nusage = "X"', "x12_settings.usage"),
        ('[send]\nchannel = "http"', "send.url"),
        ('[send]\nchannel = "http"\nurl = "ftp://x/"', "send.url"),
        ('[send]\nchannel = "http"\nurl = "http://user:secret@x/"', "send.url"),
        ('[send]\nchannel = "http"\nurl = "http://[::1/"', "send.url"),
        ('[send]\nchannel = "folder"', "send.folder"),
        ('[send]\nchannel = "folder"\nfolder = "../other"', "send.folder"),
        ('[send]\nchannel = "folder"\nfolder = "/etc"', "send.folder"),
        ("[send]\ntimeout_seconds = 0", "send.timeout_seconds"),
        ("[send]\ntimeout_seconds = nan", "send.timeout_seconds"),
        ("[send]\nattempts_max = 0", "send.attempts_max"),
        ('[receive]\nfolder = "a//b"', "receive.folder"),
        ('[send]\nfolder = "acme"\n[receive]\nfolder = "acme"', "receive.folder"),
        ('[access]\nkey_sha256 = ["tlk_secret"]', "access.key_sha256"),
        ("[policy]\nover_ship_percent = -1", "policy.over_ship_percent"),
        ('[policy]\nover_ship_percent = "a lot"', "policy.over_ship_percent"),
        ("[policy]\ncheck_sscc = 1", "policy.check_sscc"),
        ('[policy]\nmatch_mode = "lose"', "policy.match_mode"),
        ("[policy]\ninvoice_age_days = 99999", "policy.invoice_age_days"),
        ('[maps]\n"855" = "../../etc/855.toml"', "maps.855"),
        ('[maps]\n"855" = "maps/855.toml"', "maps.855"),
        ('send = "mailbox"', "send"),
    ],
)
def test_each_wrong_value_is_named(root, lines, place):
    found = fault(root, f'extends = "templates/json-supplier"\n{lines}\n')
    assert list(found) == [place]


def test_a_secret_written_where_its_hash_belongs_is_not_repeated(root):
    put(root, "acme", ACME + '[access]\nkey_sha256 = ["tlk_secret"]\n')
    with pytest.raises(Unreadable) as why:
        load(root)
    assert "tlk_secret" not in str(why.value) + repr(why.value.findings)


def test_a_supplier_of_x12_needs_an_x12_id(root):
    assert fault(root, 'extends = "templates/x12-supplier"\n') == {"x12.id": "partner.missing-key"}


def test_an_unknown_template_is_named_with_the_known_ones(root):
    put(root, "acme", 'extends = "templates/x13-supplier"\nrole = "supplier"\n')
    with pytest.raises(Unreadable) as why:
        load(root)
    assert all(name in str(why.value) for name in TEMPLATES)


@pytest.mark.parametrize(
    ("bolt", "code"),
    [
        ('[x12]\nid = "ACME"', "partner.same-x12"),
        ('parties = ["duns:123456789"]', "partner.same-party"),
        ('title = "Acme Tools"', "partner.same-party"),
        (f'[access]\nkey_sha256 = ["{hashed("one")}"]', "partner.same-key"),
        (f'[access]\nkey_sha256 = ["{hashed("operator")}"]', "partner.same-key"),
        ('[receive]\nfolder = "acme/in"', "partner.same-folder"),
        ('[send]\nfolder = "acme/in"', "partner.same-folder"),
        ('[x12]\nid = "TRADELANE"', "partner.same-x12"),
        ('parties = ["gln:0614141000005"]', "partner.same-party"),
    ],
)
def test_two_that_could_be_taken_for_each_other_are_a_finding(root, bolt, code):
    house = '[company]\nparties = ["gln:0614141000005"]\n'
    (root / "tradelane.toml").write_text(house + f'[operators.ops]\nkey_sha256 = ["{hashed("operator")}"]\n')
    put(root, "acme", ACME + f'[access]\nkey_sha256 = ["{hashed("one")}"]\n[receive]\nfolder = "acme/in"\n')
    put(root, "bolt", 'extends = "templates/json-supplier"\n' + bolt)
    found = faults(root)
    assert list(found.values()) == [code]
    assert next(iter(found)).startswith("partners/bolt/profile.toml: ")


def test_ids_under_another_qualifier_are_others(root):
    put(root, "bolt", 'extends = "templates/json-supplier"\n[x12]\nqualifier = "01"\nid = "ACME"\n')
    assert sorted(load(root).partners) == ["acme", "bolt"]


def test_the_erp_may_go_by_the_names_of_the_house_and_there_is_one(root):
    (root / "tradelane.toml").write_text('[company]\nname = "Norvik"\nparties = ["duns:555"]\n')
    put(root, "erp", 'extends = "templates/erp"\ntitle = "Norvik"\nparties = ["duns:555"]\n')
    assert load(root).partners["erp"].role == "erp"
    put(root, "erp2", 'extends = "templates/erp"\n')
    assert faults(root) == {"partners/erp2/profile.toml: role": "partner.second-erp"}


def test_map_overlays_are_read_with_the_profile(root):
    put(root, "acme", ACME + '[maps]\n"855" = "maps/855.toml"\n')
    (root / "partners/acme/maps").mkdir()
    (root / "partners/acme/maps/855.toml").write_text('extends = "x12/004010/855"\n', "utf-8")
    registry = load(root)
    assert registry.overlays == {"acme": {"855": 'extends = "x12/004010/855"\n'}}
    (root / "partners/acme/maps/855.toml").write_text("extends = ", "utf-8")
    assert faults(root) == {"partners/acme/maps/855.toml": "partner.not-toml"}


def test_the_version_is_of_everything_read_and_of_nothing_else(root):
    put(root, "acme", ACME + '[maps]\n"855" = "maps/855.toml"\n')
    (root / "partners/acme/maps").mkdir()
    (root / "partners/acme/maps/855.toml").write_text("", "utf-8")
    versions = [load(root).version, load(root).version]
    (root / "partners/acme/README.md").write_text("Call Jane.")
    versions.append(load(root).version)
    assert len(set(versions)) == 1
    for path in ("tradelane.toml", "partners/acme/profile.toml", "partners/acme/maps/855.toml"):
        (root / path).write_text((root / path).read_text() + "\n# a word\n")
        versions.append(load(root).version)
    (root / "partners/acme").rename(root / "partners/acme2")
    versions.append(load(root).version)
    assert len(set(versions)) == 5


def test_a_file_that_is_not_text_or_far_too_large_is_said(root):
    (root / "partners/acme/profile.toml").write_bytes(b'title = "\xff"')
    assert list(faults(root).values()) == ["partner.not-toml"]
    (root / "partners/acme/profile.toml").write_bytes(b"#" * 2_000_000)
    assert list(faults(root).values()) == ["partner.unreadable-file"]


toml = st.recursive(
    st.sampled_from(["1", "-1", "0.5", "nan", "true", '"x"', '""', "2026-01-01", "[]", "[1]", '["a"]', "{}"]),
    lambda inner: st.builds("[{}]".format, inner) | st.builds("{{ a = {} }}".format, inner),
    max_leaves=3,
)
keys = st.sampled_from(
    [
        *["role", "name", "title", "extends", "parties", "x12", "x12_settings", "send", "receive", "access", "policy"],
        *[
            "maps",
            "test",
            "x12.id",
            "send.url",
            "send.channel",
            "send.timeout_seconds",
            "policy.transit_days",
            "maps.855",
        ],
        "access.key_sha256",
    ]
)


def heard(root: Path) -> tuple[Finding, ...]:
    """Return what `load` finds wrong; any other exception fails the test."""
    try:
        load(root)
    except Unreadable as why:
        return why.findings
    return ()


@given(st.dictionaries(keys, toml, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_settings_crash_us(root, table):
    put(root, "acme", "\n".join(f"{key} = {value}" for key, value in table.items()))
    assert all(finding.says and finding.fix and finding.where.path for finding in heard(root))


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_crash_us(root, body):
    (root / "partners/acme/profile.toml").write_bytes(body)
    (root / "tradelane.toml").write_bytes(body)
    heard(root)
