"""What a profile says of a partner's SFTP server: what is missing or cannot be meant is said by its key."""

from pathlib import Path

import pytest

from tradelane.model.finding import Unreadable
from tradelane.partners.folder import load

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKvC3x0mHmC1mQf5o0m3m7xTn1cV0jv8bq1o2w7eJ4Qd"
GOOD = (
    f'host = "sftp.acme.example"\nuser = "us"\nhost_key = "{KEY}"\nkey = "acme-key"\ndrop = "/in"\npick_up = "/out"\n'
)


def loaded(root: Path, sftp: str, channel: str = "sftp"):
    (root / "tradelane.toml").write_text("")
    (root / "partners" / "acme").mkdir(parents=True, exist_ok=True)
    said = f'extends = "templates/x12-supplier"\n[x12]\nid = "ACME"\n[send]\nchannel = "{channel}"\n[sftp]\n{sftp}'
    (root / "partners" / "acme" / "profile.toml").write_text(said)
    return load(root)


def wrong(root: Path, sftp: str, channel: str = "sftp") -> list[str]:
    with pytest.raises(Unreadable) as why:
        loaded(root, sftp, channel)
    return sorted(finding.where.path.partition(": ")[2] for finding in why.value.findings)


def test_good_settings_are_read(tmp_path):
    sftp = loaded(tmp_path, GOOD).partners["acme"].sftp
    assert (sftp.host, sftp.port, sftp.settle_seconds) == ("sftp.acme.example", 22, 5.0)
    assert loaded(tmp_path, "", "mailbox").partners["acme"].sftp.host == ""


def test_what_is_missing_is_said_at_once(tmp_path):
    assert wrong(tmp_path, "") == ["sftp.drop", "sftp.host", "sftp.host_key", "sftp.key", "sftp.user"]
    assert wrong(tmp_path, 'pick_up = "/out"\n', "mailbox") == ["sftp.host", "sftp.host_key", "sftp.key", "sftp.user"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("sftp.acme.example", "https://acme.example", "sftp.host"),
        ("sftp.acme.example", "us@acme.example", "sftp.host"),
        (KEY, "SHA256:abc", "sftp.host_key"),
        ('"acme-key"', '"../acme-key"', "sftp.key"),
        ('"acme-key"', '"-----BEGIN OPENSSH PRIVATE KEY-----"', "sftp.key"),
        ('"/in"', '"/in/../x"', "sftp.drop"),
        ('"/out"', '"/in/"', "sftp.pick_up"),
        ('user = "us"', 'user = "us"\nport = 0', "sftp.port"),
        ('user = "us"', 'user = "us"\npoll_seconds = 0', "sftp.poll_seconds"),
        ('user = "us"', 'user = "us"\nhostkey = "x"', "sftp.hostkey"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path, old, new, key):
    assert wrong(tmp_path, GOOD.replace(old, new)) == [key]
