"""The configuration folder that fits a practice network: the backbone reads it like any other."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from tradelane.testing.twins.catalogue import BUYER, HOUSE, Member
from tradelane.testing.twins.network import Network

OPERATOR = "operator"


def write_config(network: Network, root: Path, base_urls: Mapping[str, str], *, port: int = 8080) -> None:
    """Write ``tradelane.toml`` and a folder per partner under *root*.

    *base_urls* says where each twin that takes deliveries over HTTP listens, by its name. Folders are relative to
    the data folder:
    ``<name>/out`` is where the backbone drops files for a twin, ``<name>/in`` where it picks them up.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "tradelane.toml").write_text(_settings(network, port))
    for member in network.members.values():
        folder = root / "partners" / member.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "profile.toml").write_text(
            _profile(member, base_urls.get(member.name, ""), network.keys[member.name])
        )


def out_folder(name: str) -> str:
    """Return where the backbone drops files for a twin, relative to the data folder."""
    return f"{name}/out"


def in_folder(name: str) -> str:
    """Return where the backbone picks up files from a twin, relative to the data folder."""
    return f"{name}/in"


def _settings(network: Network, port: int) -> str:
    parties = ", ".join(f'"{i.scheme}:{i.value}"' for i in BUYER.identifiers)
    return f"""\
# The practice network of seed {network.seed}. Written by tradelane; change it as you like, it is yours.
egress_allow = ["127.0.0.0/8"]

[company]
name = "{BUYER.name}"
parties = [{parties}]

[company.x12]
qualifier = "{HOUSE.qualifier}"
id = "{HOUSE.id}"
group = "{HOUSE.group}"

[server]
host = "127.0.0.1"
port = {port}

[operators.{OPERATOR}]
key_sha256 = ["{_hashed(network.operator_key)}"]
"""


def _profile(member: Member, url: str, key: str) -> str:
    template = member.role if member.role == "erp" else f"{member.syntax}-{member.role}"
    where = f'url = "{url}"' if member.channel == "http" else f'folder = "{out_folder(member.name)}"'
    return f"""\
extends = "templates/{template}"
role = "{member.role}"
title = "{member.title}"
parties = ["buyer_assigned:{member.vendor}"]

[x12]
qualifier = "{member.envelope.qualifier}"
id = "{member.envelope.id}"
group = "{member.envelope.group}"

[send]
channel = "{member.channel}"
syntax = "{member.syntax}"
{where}

[receive]
folder = "{in_folder(member.name)}"

[access]
key_sha256 = ["{_hashed(key)}"]
"""


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()
