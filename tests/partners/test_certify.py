from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tradelane.partners.create import init, new
from tradelane.partners.folder import load
from tradelane.partners.templates import TEMPLATES
from tradelane.runtime.certify import Certificate, certify


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init(tmp_path)
    return tmp_path


@pytest.fixture
def acme(root: Path) -> Path:
    """A supplier with one sample each way."""
    path = new(root, "acme", "x12-supplier").path
    for sample in (path / "samples").iterdir():
        if not sample.name.startswith(("855-partial", "850.")):
            sample.unlink()
    return path


def codes(certificate: Certificate) -> set[tuple[str, str]]:
    """Return (sample, code) of everything found."""
    return {(sample.name, finding.code) for sample in certificate.samples for finding in sample.findings}


def change(path: Path, old: str, new_text: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new_text))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_certifies_as_it_is_shipped(root, template):
    new(root, "acme", template)
    certificate = certify(load(root), "acme")
    assert codes(certificate) == set()
    assert certificate.passed
    assert len(certificate.samples) > 2


def test_another_meaning_is_named_by_its_path(root, acme):
    change(acme / "samples/855-partial.expected.json", '"60"', '"61"')
    certificate = certify(load(root), "acme")
    assert not certificate.passed
    (sample,) = (sample for sample in certificate.samples if sample.findings)
    assert (sample.name, sample.kind, sample.passed) == ("855-partial.edi", "855", False)
    (finding,) = sample.findings
    assert finding.where.path == "855-partial.edi: $.lines[0].outcomes[0].quantity.value"
    assert "'61'" in finding.says
    assert "'60'" in finding.says


def test_a_sample_without_its_meaning_does_not_pass(root, acme):
    (acme / "samples/855-partial.expected.json").unlink()
    assert codes(certify(load(root), "acme")) == {("855-partial.edi", "certify.no-expectation")}


def test_more_or_fewer_documents_than_expected_are_said(root, acme):
    (acme / "samples/855-partial.expected.json").write_text("[]")
    assert codes(certify(load(root), "acme")) == {("855-partial.edi", "certify.other-meaning")}


def test_an_expectation_that_is_no_document_is_said(root, acme):
    for text in ("{", '{"document": "novel"}', '{"document": "order_response"}'):
        (acme / "samples/855-partial.expected.json").write_text(text)
        assert codes(certify(load(root), "acme")) == {("855-partial.edi", "certify.unreadable-sample")}


def test_a_sample_of_somebody_else_does_not_pass(root, acme):
    """Promise P23: what would be refused in production must not be certified."""
    change(acme / "samples/855-partial.edi", "*ACME           *", "*GLOBEX         *")
    assert ("855-partial.edi", "identity.not-yours") in codes(certify(load(root), "acme"))


def test_a_broken_sample_says_where(root, acme):
    change(acme / "samples/855-partial.edi", "BAK*00*AC*4711*", "BAK*00*??**")
    certificate = certify(load(root), "acme")
    places = {str(finding.where) for sample in certificate.samples for finding in sample.findings}
    assert {"segment 2 BAK02", "segment 2 BAK03"} <= places


def test_what_does_not_survive_being_written_for_the_partner_is_said(root, acme):
    """The partner's element separator stands in the value, so it cannot arrive."""
    change(acme / "samples/850.send.json", "Work gloves", "Work*gloves")
    certificate = certify(load(root), "acme")
    assert ("850.send.json", "certify.other-meaning") in codes(certificate)
    assert not certificate.passed


def test_what_the_partner_sends_must_survive_being_written_as_it_is_set_up(root, acme):
    """Its sample uses other delimiters than its profile says, and one of the profile's stands in a value."""
    sample = acme / "samples/855-partial.edi"
    sample.write_text(sample.read_text().replace("*", "|"))
    change(sample, "Partner Ltd", "Partner * Ltd")
    change(acme / "samples/855-partial.expected.json", "Partner Ltd", "Partner * Ltd")
    certificate = certify(load(root), "acme")
    assert ("855-partial.edi", "certify.other-meaning") in codes(certificate)
    assert not certificate.passed


def test_what_a_reader_of_json_would_refuse_is_said(root):
    """A NUL can be written in JSON and is read by nobody (bad input 27)."""
    path = new(root, "bolt", "json-supplier").path
    change(path / "samples/purchase-order.send.json", "Work gloves", "Work\\u0000gloves")
    assert codes(certify(load(root), "bolt")) == {("purchase-order.send.json", "json.nul")}


def test_what_would_come_back_unreadable_is_said(root, acme):
    change(acme / "samples/850.send.json", '"number": "4711"', f'"number": "{"9" * 40}"')
    certificate = certify(load(root), "acme")
    assert {sample for sample, _ in codes(certificate)} == {"850.send.json"}
    assert not certificate.passed


def test_a_map_that_cannot_be_read_is_said_before_any_sample(root, acme):
    (acme / "maps/855.toml").write_text('extends = "x12/004010/855"\nnonsense = 1\n')
    with (acme / "profile.toml").open("a") as profile:
        profile.write('\n[maps]\n"855" = "maps/855.toml"\n')
    certificate = certify(load(root), "acme")
    assert [sample.name for sample in certificate.samples] == ["profile.toml"]
    assert not certificate.passed


def test_a_map_under_another_sets_name_is_said(root, acme):
    (acme / "maps/855.toml").write_text('extends = "x12/004010/850"\n')
    with (acme / "profile.toml").open("a") as profile:
        profile.write('\n[maps]\n"855" = "maps/855.toml"\n')
    assert codes(certify(load(root), "acme")) == {("profile.toml", "certify.other-map")}


def test_a_partner_without_samples_is_not_certified(root, acme):
    for sample in (acme / "samples").iterdir():
        sample.unlink()
    assert codes(certify(load(root), "acme")) == {("profile.toml", "certify.no-samples")}


def test_an_address_inside_is_not_certified_unless_settings_allow_it(root):
    new(root, "acme", "json-supplier", url="http://127.0.0.1:9000/")
    assert codes(certify(load(root), "acme")) == {("profile.toml", "egress.blocked-address")}
    change(root / "tradelane.toml", "[company]", 'egress_allow = ["127.0.0.0/8"]\n\n[company]')
    assert certify(load(root), "acme").passed


def test_an_unknown_partner_is_said_with_the_known_ones(root, acme):
    certificate = certify(load(root), "acne")
    assert not certificate.passed
    assert "acme" in certificate.samples[0].findings[0].fix


@given(st.binary(max_size=200), st.binary(max_size=60), st.integers(0, 400))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sample_crashes_us(root, garbage, expected, cut):
    path = root / "partners" / "acme"
    if not path.exists():
        new(root, "acme", "x12-supplier")
        for sample in (path / "samples").iterdir():
            if not sample.name.startswith("855-partial"):
                sample.unlink()
        (path / "whole.edi").write_bytes((path / "samples/855-partial.edi").read_bytes())
    whole = (path / "whole.edi").read_bytes()
    (path / "samples/855-partial.edi").write_bytes(whole[:cut] + garbage + whole[cut + len(garbage) :])
    (path / "samples/garbage.json").write_bytes(garbage)
    (path / "samples/garbage.expected.json").write_bytes(expected)
    (path / "samples/garbage.send.json").write_bytes(expected)
    certificate = certify(load(root), "acme")
    assert not certificate.passed
    assert all(finding.says and finding.fix for sample in certificate.samples for finding in sample.findings)


def test_an_answer_of_ours_is_certified_in_the_form_the_partner_takes_or_named(root, acme):
    sample = """{"document": "content_report", "number": "A1", "reported": {"on": "2026-03-02"}, "answers": [{
        "verdict": "rejected", "reference": "4711", "reference_kind": "purchase_order", "kind": "855", "group": "7",
        "control": "0001", "faults": [{"says": "Line 1: 99 EA answered of 10 ordered.", "source_code": "ZZZ"}]}]}"""
    (acme / "samples/824.send.json").write_text(sample)
    assert codes(certify(load(root), "acme")) == {("824.send.json", "certify.not-sent")}
    with (acme / "profile.toml").open("a") as settings:
        settings.write('\n[answers]\ncontent = "824"\n')
    assert codes(certify(load(root), "acme")) == set()
