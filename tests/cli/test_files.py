"""Files without a server: validated, translated, explained and compared, each readable and for machines."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.rules.sources import ROOT

from tradelane.cli import compare, explain, look, say, translate
from tradelane.cli.say import Trouble
from tradelane.library import read

SAMPLES = ROOT / "src/tradelane/partners/templates"
ANSWER = SAMPLES / "x12-supplier/samples/855-partial.edi"
ORDER = SAMPLES / "erp/samples/purchase-order.json"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setattr(say.out, "_width", say.WIDTH_ELSEWHERE)
    monkeypatch.setattr(say.err, "_width", say.WIDTH_ELSEWHERE)

    def run(command: Callable[..., None], *given: object, **options: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            command(*given, **options)
        except SystemExit as ended:
            code = int(str(ended.code))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def bad(folder: Path, was: str, now: str) -> Path:
    path = folder / "bad.edi"
    path.write_text(ANSWER.read_text().replace(was, now))
    return path


def test_a_good_file_is_valid_and_a_bad_one_is_not(said, tmp_path):
    assert said(look.validate, ANSWER) == (0, "855-partial.edi: X12, 1 document read\n✓ No problems found.\n", "")
    code, shown, _ = said(look.validate, bad(tmp_path, "ACK*IA", "ACK*QQ"))
    assert code == 1
    assert "✗ segment 10 ACK01: 'QQ' means nothing" in shown
    heard = json.loads(said(look.validate, bad(tmp_path, "ACK*IA", "ACK*QQ"), json=True)[1])
    assert heard["valid"] is False
    assert [one["code"] for one in heard["findings"]] == ["element.bad-code"]


def test_a_file_is_read_with_a_partner_s_own_maps(said, tmp_path):
    home = tmp_path / "home"
    partner = home / "partners/acme"
    (partner / "maps").mkdir(parents=True)
    (home / "tradelane.toml").write_text("")
    (partner / "profile.toml").write_text('role = "supplier"\n[maps]\n"855" = "maps/855.toml"\n')
    (partner / "maps/855.toml").write_text(
        'extends = "x12/004010/855"\nname = "acme/855"\n[codes.disposition]\nQQ = "accepted"\n'
    )
    path = bad(tmp_path, "ACK*IA", "ACK*QQ")
    assert said(look.validate, path)[0] == 1
    assert said(look.validate, path, partner=partner)[0] == 0
    assert said(look.validate, path, partner=Path("acme"), home_=home)[0] == 0
    assert said(look.validate, path, map=(partner / "maps/855.toml",))[0] == 0
    with pytest.raises(Trouble, match=r"There is no partner 'bolt' in .* Known are: acme"):
        look.validate(path, partner=Path("bolt"), home_=home)


def test_a_file_is_taken_from_standard_input(said, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ANSWER.read_bytes())))
    assert said(look.validate, Path("-"))[0] == 0


@pytest.mark.parametrize("target", ["x12/850", "edifact", "ubl/Order", "csv", "xlsx"])
def test_an_order_is_translated_to_a_file_that_says_the_same(said, tmp_path, target):
    out = tmp_path / "out"
    code, shown, _ = said(translate.translate, ORDER, to=target, out=out)
    assert (code, shown) == (0, "")
    (there,) = read(out.read_bytes()).documents
    assert there.number == json.loads(ORDER.read_text())["number"]
    assert said(compare.diff, out, out)[0] == 0


def test_what_is_lost_in_translation_goes_to_the_error_stream(said):
    code, shown, lost = said(translate.translate, ORDER, to="csv")
    assert code == 0
    assert shown.startswith("PO Number,")
    assert "! $.buyer.identifiers" in lost


def test_the_envelope_is_that_of_the_file_unless_said_otherwise(said):
    assert "*ZZ*PARTNER        *ZZ*TRADELANE      *" in said(translate.translate, ANSWER, to="x12")[1]
    _, shown, _ = said(translate.translate, ANSWER, to="x12", sender="01:99", receiver="X", control=42, test=True)
    assert "*01*99             *ZZ*X              *" in shown
    assert "*000000042*0*T*" in shown


def test_a_form_that_a_document_does_not_have_is_refused_with_those_it_has(said):
    code, shown, wrong = said(translate.translate, ANSWER, to="x12/810")
    assert (code, shown) == (1, "")
    assert "x12/810 is no form of this order confirmation (855)." in wrong
    assert "x12/004010/855" in wrong


def test_a_value_is_explained_with_a_caret_under_its_bytes(said):
    _, shown, _ = said(explain.explain, ANSWER, "lines[0].outcomes[0].deliver_on")
    lines = shown.splitlines()
    assert lines[0] == "lines[0].outcomes[0].deliver_on  2026-12-10"
    (place,) = (number for number, line in enumerate(lines) if "^" in line)
    at = lines[place].index("^")
    assert lines[place - 1][at : at + lines[place].count("^")] == "20261210"
    assert "written as 20261210" in shown
    assert "rule   lines.outcomes.deliver_on = ACK[4=067|017|002]/5" in shown
    assert "map    x12/004010/855 version " in shown
    heard = json.loads(said(explain.explain, ANSWER, "order_number", json=True)[1])
    assert heard[0]["place"]["segment"] == "BAK"


def test_every_value_is_listed_when_none_is_named(said):
    _, shown, _ = said(explain.explain, ANSWER)
    assert len(shown.splitlines()) > 30


def test_files_are_compared_by_what_they_mean(said, tmp_path):
    other = tmp_path / "other.json"
    said(translate.translate, ANSWER, out=other)
    assert said(compare.diff, ANSWER, other) == (0, "✓ Order confirmation (855) 4711: the same meaning.\n", "")
    other.write_text(other.read_text().replace('"60"', '"45"'))
    code, shown, _ = said(compare.diff, ANSWER, other)
    assert code == 1
    assert "  line 1, answer 1: quantity 60 EA -> 45 EA\n" in shown
    heard = json.loads(said(compare.diff, ANSWER, other, json=True)[1])
    assert heard[0]["differences"][0]["path"] == "lines[0].outcomes[0].quantity"


def test_a_file_without_a_document_cannot_be_compared(said, tmp_path):
    with pytest.raises(Trouble, match="There is no document in"):
        compare.diff(ANSWER, bad(tmp_path, "ACK*IA", "ACK*QQ"))


def test_a_page_is_written_where_it_is_wanted(said, tmp_path):
    code, shown, _ = said(look.inspect, ANSWER, html=tmp_path / "page.html")
    assert code == 0
    assert "page.html: open it in a browser; it needs no network." in shown
    assert "</html>" in (tmp_path / "page.html").read_text()
    with pytest.raises(Trouble, match="cannot be written"):
        look.inspect(ANSWER, html=tmp_path / "nowhere/page.html")


@pytest.mark.parametrize("command", [look.inspect, look.validate, explain.explain])
def test_a_narrow_terminal_loses_nothing(command, capsys, monkeypatch):
    monkeypatch.setattr(say.out, "_width", 40)
    command(ANSWER)
    shown = capsys.readouterr().out
    assert "…" not in shown
