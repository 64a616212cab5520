"""What the settings say of the company's own sign-in: what is missing or cannot be meant is said by its key."""

from pathlib import Path

import pytest

from tradelane.model.finding import Unreadable
from tradelane.partners.folder import load

GOOD = (
    'issuer = "https://login.example.com/realms/main"\nclient_id = "tradelane"\nclient_secret = "openid"\n'
    'title = "Contoso"\naddress = "https://tradelane.example.com"\nscopes = "openid email"\n'
    'name_claim = "email"\n[openid_connect.roles]\nbuyers = "procurement"\n"Warehouse Nord" = "warehouse"\n'
)


def loaded(root: Path, said: str):
    (root / "tradelane.toml").write_text('[company.x12]\nid = "US"\n' + (f"[openid_connect]\n{said}" if said else ""))
    return load(root).settings.openid_connect


def wrong(root: Path, said: str) -> list[str]:
    with pytest.raises(Unreadable) as why:
        loaded(root, said)
    assert all(finding.fix for finding in why.value.findings)
    assert "hunter2" not in str(why.value), "what was written where a file's name belongs may be the secret"
    return sorted(finding.where.path.partition(": ")[2] for finding in why.value.findings)


def test_without_settings_there_is_no_sign_in_of_the_company(tmp_path):
    assert loaded(tmp_path, "").issuer == ""


def test_good_settings_of_the_sign_in_are_read(tmp_path):
    said = loaded(tmp_path, GOOD)
    assert said.roles == {"buyers": "procurement", "Warehouse Nord": "warehouse"}
    assert list(said.roles) == ["buyers", "Warehouse Nord"], "in the order in which they stand"
    assert said.redirect_uri == "https://tradelane.example.com/session/openid/callback"


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:3000", "http://localhost/oidc", "http://[::1]:3000"])
def test_plain_http_is_for_this_machine_alone(tmp_path, issuer):
    assert loaded(tmp_path, GOOD.replace("https://login.example.com/realms/main", issuer)).issuer == issuer


def test_all_that_is_missing_is_said_at_once(tmp_path):
    assert wrong(tmp_path, 'title = "Contoso"\n') == [
        "openid_connect.address",
        "openid_connect.client_id",
        "openid_connect.issuer",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("https://login.example.com", "http://login.example.com", "issuer"),
        ("https://login.example.com", "http://127.0.0.1.example.com", "issuer"),
        ("https://login.example.com", "ftp://login.example.com", "issuer"),
        ("https://login.example.com", "https://me:word@login.example.com", "issuer"),
        ("realms/main", "realms/main?x=1", "issuer"),
        ("realms/main", "realms/ main", "issuer"),
        ("https://login.example.com", "https://[login", "issuer"),
        ("https://tradelane.example.com", "http://tradelane.example.com", "address"),
        ("https://tradelane.example.com", "https://example.com/tradelane", "address"),
        ("https://tradelane.example.com", "tradelane.example.com", "address"),
        ('"tradelane"', '"trade lane"', "client_id"),
        ('"openid"', '"hunter2 is my secret"', "client_secret"),
        ('"openid"', '"../openid"', "client_secret"),
        ("openid email", "email profile", "scopes"),
        ("openid email", "openid  email", "scopes"),
        ('name_claim = "email"', 'name_claim = ""', "name_claim"),
        ('"Contoso"', f'"{"Contoso " * 9}"', "title"),
        ('buyers = "procurement"', '"" = "procurement"', "roles"),
        ('buyers = "procurement"', 'buyers = "boss"', "roles"),
        ('title = "Contoso"', "timeout_seconds = 0", "timeout_seconds"),
        ('title = "Contoso"', 'titel = "Contoso"', "titel"),
    ],
)
def test_what_cannot_be_meant_by_the_sign_in_is_said(tmp_path, old, new, key):
    assert wrong(tmp_path, GOOD.replace(old, new, 1)) == [f"openid_connect.{key}"]
