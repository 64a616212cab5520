"""What a partner's settings may say about EDIFACT: a name that fits, a syntax that exists, and nobody else's name."""

from pathlib import Path

import pytest

from tradelane.model.finding import Unreadable
from tradelane.partners.create import init, new
from tradelane.partners.folder import load
from tradelane.runtime.certify import certify


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init(tmp_path)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    folder = root / "partners" / name
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text('extends = "templates/edifact-supplier"\n' + text)


def faults(root: Path) -> set[str]:
    with pytest.raises(Unreadable) as why:
        load(root)
    return {finding.where.path.split(": ")[1] for finding in why.value.findings}


def test_a_good_partner_is_read(root: Path):
    put(root, "nord", '[edifact]\nqualifier = "14"\nid = "4012345000009"\n')

    nord = load(root).partners["nord"]

    assert (nord.edifact.id, nord.edifact_settings.directory, nord.send.syntax) == ("4012345000009", "D96A", "edifact")


def test_what_no_envelope_can_carry_is_named(root: Path):
    long = "x" * 36
    settings = '[edifact_settings]\nsyntax = "LATIN"\ndirectory = "96A"\n'
    put(root, "nord", f'[edifact]\nid = "{long}"\n{settings}')

    assert faults(root) == {"edifact.id", "edifact_settings.syntax", "edifact_settings.directory"}


def test_who_gets_edifact_needs_a_name(root: Path):
    put(root, "nord", "")

    assert faults(root) == {"edifact.id"}


def test_two_partners_may_not_share_a_name(root: Path):
    for name in ("nord", "sued"):
        put(root, name, '[edifact]\nid = "SAME"\n')

    assert "edifact.id" in faults(root)


def test_a_sample_of_somebody_else_does_not_pass(root: Path):
    """Promise P23: what would be refused in production must not be certified."""
    new(root, "nord", "edifact-supplier")
    sample = root / "partners/nord/samples/invoic-invoice.edi"
    sample.write_text(sample.read_text().replace("+NORD:ZZZ", "+OTHER:ZZZ"))

    found = {(one.name, finding.code) for one in certify(load(root), "nord").samples for finding in one.findings}

    assert ("invoic-invoice.edi", "identity.not-yours") in found
