"""The contracts folder says what the code does, and nothing is taken from those who read it."""

import json
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest
from tests.contracts_published.examples import as_sent, example

from tradelane.model import registry
from tradelane.model.outcome import Outcome
from tradelane.testing import schemas
from tradelane.views.order_sentence import STATE_WORDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "contracts"
MADE = schemas.schemas()
KINDS = {f"documents/{registry.tag(kind)}": kind for kind in registry.DOCUMENTS} | {
    f"events/{registry.tag(kind)}": kind for kind in registry.EVENTS
}


def test_every_document_and_event_is_published_and_nothing_else() -> None:
    assert schemas.published(FOLDER).keys() == MADE.keys() == KINDS.keys(), "write them with: make contracts"


@pytest.mark.parametrize("name", MADE)
def test_what_is_published_is_what_the_code_does(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text("utf-8") == schemas.text(MADE[name]), "write it with: make contracts"


def test_the_words_of_the_console_are_those_of_the_code_and_none_is_missing() -> None:
    glossary = schemas.glossary()
    assert (FOLDER / "glossary.json").read_text("utf-8") == schemas.text(glossary), "write it with: make contracts"
    assert glossary["documents"].keys() == {registry.tag(kind) for kind in registry.DOCUMENTS}
    assert glossary["order_states"].keys() == STATE_WORDS.keys(), "every state of an order has a sentence, and a word"
    assert {outcome.value for outcome in Outcome} <= glossary["document_states"].keys()


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("full", [True, False], ids=["full", "least"])
def test_what_we_send_fits_what_we_publish(name: str, full: bool) -> None:
    sent = example(KINDS[name], full=full)
    body = as_sent(sent)
    jsonschema_rs.validator_for(MADE[name], validate_formats=True).validate(body)
    read = registry.read_document if name.startswith("documents/") else registry.read_event
    assert read(json.dumps(body)) == sent


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith("documents/")])
def test_a_document_with_an_unknown_field_fits_neither_the_contract_nor_the_code(name: str) -> None:
    body = as_sent(example(KINDS[name], full=True)) | {"quantitty": "1"}
    assert not jsonschema_rs.validator_for(MADE[name]).is_valid(body)
    with pytest.raises(ValueError, match="quantitty"):
        registry.read_document(json.dumps(body))


@pytest.mark.parametrize("wrong", ["12,50", "1 000", "", "NaN", "٣"])
def test_a_quantity_that_is_no_number_fits_neither_the_contract_nor_the_code(wrong: str) -> None:
    name = "documents/goods_receipt"
    body = as_sent(example(KINDS[name], full=True))
    body["lines"][0]["received"]["value"] = wrong
    assert not jsonschema_rs.validator_for(MADE[name]).is_valid(body)


def test_writing_the_contracts_refuses_to_break_a_reader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main([str(tmp_path)]) == 0
    promised = tmp_path / "events" / "purchase_order.line_cut.json"
    richer = json.loads(promised.read_text("utf-8"))
    richer["properties"]["colour"] = {"type": "string", "default": ""}
    promised.write_text(json.dumps(richer), "utf-8")

    assert schemas.main([str(tmp_path)]) == 1
    assert "events/purchase_order.line_cut: $.colour: the field is gone" in capsys.readouterr().err
    assert json.loads(promised.read_text("utf-8")) == richer

    assert schemas.main([str(tmp_path), "--accept-breaking"]) == 0
    assert schemas.published(tmp_path) == MADE


def test_a_contract_that_is_no_more_is_removed_only_when_that_is_accepted(tmp_path: Path) -> None:
    schemas.write(tmp_path, {**MADE, "events/purchase_order.painted": {"type": "object"}})
    assert schemas.main([str(tmp_path)]) == 1
    assert schemas.main([str(tmp_path), "--accept-breaking"]) == 0
    assert not (tmp_path / "events" / "purchase_order.painted.json").exists()


def test_since_the_last_release_contracts_were_only_added_to() -> None:
    release = _git("describe", "--tags", "--abbrev=0", "--match", "v*")
    if not release:
        pytest.skip("there is no release to compare with (no tag v*)")
    names = [n for n in _git("ls-tree", "-r", "--name-only", release, "contracts").split() if n.endswith(".json")]
    old = {
        n.removeprefix("contracts/").removesuffix(".json"): json.loads(_git("show", f"{release}:{n}")) for n in names
    }
    assert schemas.breaks(old, MADE) == []


def _git(*arguments: str) -> str:
    asked = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else ""
