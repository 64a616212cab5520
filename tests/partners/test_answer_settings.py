"""Which application acknowledgement a partner takes: none unless it is said, and only one that can be addressed."""

from pathlib import Path

import pytest

from tradelane.model.finding import Unreadable
from tradelane.partners.create import init
from tradelane.partners.folder import load
from tradelane.partners.profile import Profile


def loaded(root: Path, template: str, text: str) -> Profile:
    init(root)
    folder = root / "partners" / "nord"
    folder.mkdir(parents=True)
    (folder / "profile.toml").write_text(f'extends = "templates/{template}"\n{text}')
    return load(root).partners["nord"]


def refused(root: Path, template: str, text: str) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as why:
        loaded(root, template, text)
    return [(finding.code, finding.where.path.rpartition(": ")[2]) for finding in why.value.findings]


@pytest.mark.parametrize("template", ["json-supplier", "ubl-supplier", "csv-supplier"])
def test_none_is_sent_unless_it_is_agreed(tmp_path: Path, template: str):
    assert loaded(tmp_path, template, "").answers.content == "none"


def test_what_is_agreed_is_read(tmp_path: Path):
    text = '[answers]\ncontent = "824"\nwhen = "always"\n[x12]\nid = "NORD"\n'
    said = loaded(tmp_path, "x12-supplier", text).answers
    assert (said.content, said.when) == ("824", "always")


@pytest.mark.parametrize(("content", "key"), [("824", "x12.id"), ("APERAK", "edifact.id")])
def test_an_answer_nobody_could_address_is_named(tmp_path: Path, content: str, key: str):
    found = refused(tmp_path, "json-supplier", f'[answers]\ncontent = "{content}"\n')
    assert found == [("partner.missing-key", key)]


def test_an_answer_we_do_not_know_is_named(tmp_path: Path):
    found = refused(tmp_path, "json-supplier", '[answers]\ncontent = "864"\nwhen = "often"\n')
    assert found == [("partner.bad-value", "answers.content"), ("partner.bad-value", "answers.when")]


@pytest.mark.parametrize("said", ['"all"', '["byte-order-mark", "csv.delimiter-assumed"]', "[]"])
def test_what_is_refused_of_a_partner_is_read(tmp_path: Path, said: str):
    refuse = loaded(tmp_path, "json-supplier", f"[strict]\nrefuse = {said}\n").strict.refuse
    assert refuse == "all" or isinstance(refuse, tuple)


def test_a_word_for_what_nobody_tolerates_is_named_with_the_nearest(tmp_path: Path):
    with pytest.raises(Unreadable) as why:
        loaded(tmp_path, "json-supplier", '[strict]\nrefuse = ["byte-order", "csv.line-end"]\n')
    [found] = why.value.findings
    assert (found.code, found.value) == ("partner.bad-value", "byte-order")
    assert "'byte-order-mark'" in found.fix


def test_one_word_that_is_not_all_is_named(tmp_path: Path):
    assert refused(tmp_path, "json-supplier", '[strict]\nrefuse = "most"\n') == [("partner.bad-value", "strict.refuse")]
