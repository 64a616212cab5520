"""Maps from the command line: found, read, started from a file, tried on samples, explained to a partner."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rules.sources import ROOT

from tradelane import maps
from tradelane.cli import map_start, map_trial, say
from tradelane.cli import maps as commands
from tradelane.cli import sample as sampling
from tradelane.cli.say import Trouble
from tradelane.library import Shelf, read
from tradelane.library.guide import guide
from tradelane.model import registry

ANSWER = ROOT / "src/tradelane/partners/templates/x12-supplier/samples/855-partial.edi"
MEANS = ANSWER.with_name("855-partial.expected.json")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr(say.out, "_width", say.WIDTH_ELSEWHERE)

    def run(command: Callable[..., None], *given: object, **options: object) -> str:
        capsys.readouterr()
        command(*given, **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A partner's folder: a map that extends a shipped one, and a sample."""
    (tmp_path / "samples").mkdir()
    (tmp_path / "maps").mkdir()
    (tmp_path / "samples/partial.edi").write_bytes(ANSWER.read_bytes())
    (tmp_path / "maps/855.toml").write_text('name = "acme/855"\nextends = "x12/004010/855"\n')
    return tmp_path


def test_every_shipped_map_is_listed_with_what_it_means(said):
    listed = json.loads(said(commands.list_, json=True))
    assert [one["name"] for one in listed] == list(maps.shipped_names())
    assert all(one["document"] in {registry.tag(kind) for kind in registry.DOCUMENTS} for one in listed)
    assert re.search(r"x12/004010/855 +X12 004010 855 +Order confirmation \(855\)", said(commands.list_, "855"))
    with pytest.raises(Trouble, match="No map has 'telex' in its name"):
        commands.list_("telex")


def test_a_map_is_read_aloud(said):
    shown = said(commands.show, "x12/004010/855")
    assert re.search(r"^order +BAK/3 +yes", shown, re.MULTILINE)
    assert re.search(r"^quantity +ACK/2 +with the others +number", shown, re.MULTILINE)
    assert re.search(r"disposition +IA accepted +AR accepted", shown)


@pytest.mark.parametrize("name", maps.shipped_names())
def test_a_guide_names_every_field_that_the_map_has_a_rule_for(name):
    """Every place the map reads stands in the guide, so nobody has to open the map."""
    found = guide(maps.shipped(name))
    told = {place for section in found.sections for line in section.lines for place in line.places}
    text = " ".join(told)
    for rule in maps.shipped(name).plan.record.rules:
        for source in getattr(rule, "sources", ()):
            assert source[0].text in text
    assert all(line.called and line.field for section in found.sections for line in section.lines)


def test_the_example_of_a_guide_means_what_the_guide_says(said, tmp_path):
    said(commands.docs, "x12/004010/855", to=tmp_path)
    page = (tmp_path / "x12/004010/855.md").read_text()
    (sent,) = re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (means,) = re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    found = read(sent.encode(), shelf=Shelf(own=(maps.shipped("x12/004010/855"),)))
    assert found.findings == ()
    assert found.documents == (registry.read_document(means),)
    for link in re.findall(r"\]\(#([\w-]+)\)", page):
        assert re.search(rf"^### {link}$", page, re.MULTILINE), link
    schema = json.loads((tmp_path / "schemas/order_response.json").read_text())
    assert schema["$id"] == "urn:tradelane:documents:order_response"


def test_a_sample_is_the_same_for_the_same_seed_and_is_written_where_it_is_wanted(said, tmp_path):
    first = said(sampling.sample, "x12/004010/855")
    assert first == said(sampling.sample, "x12/004010/855")
    assert first != said(sampling.sample, "x12/004010/855", seed=2)
    sampling.sample("x12/004010/855", out=tmp_path / "a.edi")
    assert (tmp_path / "a.edi").read_text() == first
    with pytest.raises(Trouble, match=r"There is no map '855'; there is .*x12/004010/855"):
        sampling.sample("855")


def test_a_name_without_its_edition_is_the_usual_edition_and_one_that_may_be_several_is_refused(said):
    assert said(sampling.sample, "x12/850") == said(sampling.sample, "x12/004010/850")
    assert said(sampling.sample, "ubl/order") == said(sampling.sample, "ubl/2.1/Order")
    with pytest.raises(Trouble, match="there is carrier/"):
        sampling.sample("carrier/track")
    with pytest.raises(Trouble, match=r"there is x12/004010/180, .* more"):
        sampling.sample("x12")


def test_a_map_starts_from_what_a_sample_holds_and_no_rule_reads(said, folder):
    sample = folder / "samples/partial.edi"
    body = sample.read_text().replace("REF*DP*0042~", "REF*DP*0042~\nPER*IC*Jo Doe~").replace("SE*12*", "SE*13*")
    sample.write_text(body.replace("ACK*IA", "ACK*QQ"))
    text = said(map_start.new, "acme/855", sample)
    assert 'extends = "x12/004010/855"' in text
    assert "# Codes in the sample that mean nothing yet" in text
    assert '# [codes.disposition]\n# QQ = ""    # segment 11 ACK01' in text
    sample.write_text(body)
    text = said(map_start.new, "acme/855", sample)
    assert re.search(r"# +PER\*IC/2 +Jo Doe", text)
    assert "SO998" not in text, "what is read is not listed"
    assert maps.load(text).name == "acme/855"


def test_a_map_starts_from_the_columns_of_a_file_that_no_shipped_map_reads(said, tmp_path):
    sample = tmp_path / "theirs.csv"
    sample.write_text("Order Number,Order Date,Thing,How Many\n4711,2026-11-20,SKU-1,5\n")
    with pytest.raises(Trouble, match="Say with --document what it means: purchase_order, "):
        map_start.new("acme/orders", sample)
    text = said(map_start.new, "acme/orders", sample, document="purchase_order")
    assert "number = 'column(\"Order Number\")'" in text
    with pytest.raises(maps.BadMap) as lacks:
        maps.load(text)
    assert {one.code for one in lacks.value.findings} >= {"map.missing-field"}


def test_a_map_file_is_not_written_over(folder):
    with pytest.raises(Trouble, match="is there already"):
        map_start.new("acme/855", extends="x12/004010/855", to=folder / "maps/855.toml")


def test_a_sample_without_an_expectation_does_not_pass_until_somebody_accepts_it(said, folder):
    map_file = str(folder / "maps/855.toml")
    with pytest.raises(Trouble, match="1 of 1 sample not as expected"):
        map_trial.try_samples(map_file)
    assert "✓ partial.edi" in said(map_trial.try_samples, map_file, accept=True)
    kept = json.loads((folder / "samples/partial.expected.json").read_text())
    assert kept == json.loads(MEANS.read_text())
    assert "✓ partial.edi" in said(map_trial.try_samples, map_file)


def test_a_map_that_reads_something_else_than_expected_is_caught(folder, capsys):
    (folder / "samples/partial.expected.json").write_text(MEANS.read_text())
    (folder / "maps/855.toml").write_text(
        'name = "acme/855"\nextends = "x12/004010/855"\n[fields]\nsupplier_order_number = "REF*DP/2"\n'
    )
    with pytest.raises(Trouble, match="1 of 1"):
        map_trial.try_samples(str(folder / "maps/855.toml"))
    assert "It should mean supplier's order SO998, and means 0042." in capsys.readouterr().out


def test_a_sample_of_another_kind_proves_nothing(folder, capsys):
    (folder / "maps/810.toml").write_text('name = "acme/810"\nextends = "x12/004010/810"\n')
    with pytest.raises(Trouble, match="1 of 1"):
        map_trial.try_samples(str(folder / "maps/810.toml"))
    assert "There is nothing in it for this map, which reads 810: 855." in capsys.readouterr().out


def test_a_wrong_map_is_refused_with_its_lines(folder):
    (folder / "maps/855.toml").write_text('extends = "x12/004010/855"\n\n[fields]\norder_nmber = "BAK/3"\n')
    with pytest.raises(Trouble, match=r"line 4, order_nmber: OrderResponse has no field 'order_nmber'\. Did you mean"):
        map_trial.try_samples(str(folder / "maps/855.toml"))


def test_where_samples_are_looked_for_is_said(tmp_path):
    (tmp_path / "a.toml").write_text('name = "a"\nextends = "x12/004010/855"\n')
    with pytest.raises(Trouble, match=r"There are no samples in .*samples or .*samples"):
        map_trial.try_samples(str(tmp_path / "a.toml"))
