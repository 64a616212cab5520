"""A file is looked at without a server: a tree with every problem where it stands, and what it means."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.contracts_published.examples import example
from tests.rules.sources import ROOT

from tradelane.cli import look, say
from tradelane.cli import translate as translating
from tradelane.cli.meaning import meaning
from tradelane.cli.say import Trouble, out
from tradelane.library.wording import said as said_of
from tradelane.model import registry

SAMPLES = ROOT / "src/tradelane/partners/templates"
OURS = sorted(SAMPLES.glob("*/samples/*.edi"))
OUR_JSON = sorted(SAMPLES.glob("*/samples/*.json"))
BAD = sorted(
    path
    for path in (ROOT / "tests/findings").rglob("*")
    if path.suffix == ".edi" and not path.parent.name.endswith(".limit")
)
GOLDEN = sorted((ROOT / "tests/golden").glob("*.json"))
CORPORA = ROOT.parent / "shared/corpora"
FOREIGN = sorted(path for path in CORPORA.rglob("*") if path.is_file()) if CORPORA.is_dir() else []
SOME = FOREIGN[:: max(1, len(FOREIGN) // 60)][:60]
NAMELESS = ("empty", "no-interchange", "no-transmission", "encoding")
"""What is wrong with these files is that nothing tells which syntax they are in."""
ANSWER = SAMPLES / "x12-supplier/samples/855-partial.edi"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def nothing_but_the_file(monkeypatch: pytest.MonkeyPatch):
    """No database, no server, whatever the environment says."""
    monkeypatch.setenv("TRADELANE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("inspect opened a connection"))


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run a look at a file as into another program, however wide the tester's terminal; return code, output, errors."""
    monkeypatch.setattr(say.out, "_width", say.WIDTH_ELSEWHERE)

    def run(command: Callable[..., None], path: Path, **options: bool) -> tuple[int, str, str]:
        code = 0
        try:
            command(path, **options)
        except SystemExit as ended:
            code = int(str(ended.code))
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def named(path: Path) -> str:
    return "/".join(path.parts[-3:])


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_sample_of_ours_is_shown_with_its_meaning_and_no_problem(said, path):
    code, shown, errors = said(look.inspect, path)
    assert (code, errors) == (0, "")
    assert "✓ No problems found." in shown
    meant = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())
    number = meant.get("order_number") or meant.get("number")
    assert re.search(rf"^(order|number)\s+{number}\s*$", shown, re.MULTILINE), shown
    assert "{" not in shown, "people read tables; `--json` is for machines"


def test_a_supplier_s_answer_reads_as_a_table_of_what_was_asked_and_answered(said):
    _, shown, _ = said(look.inspect, ANSWER)
    for line in (r"buyer +Norvik Distribution \(NORVIK\)", r"answered on +2026-11-21"):
        assert re.search(line, shown), shown
    (first,) = (line for line in shown.splitlines() if line.startswith("│ 1 "))
    cells = [cell.strip() for cell in first.strip("│").split("│")]
    assert cells == ["1", "SKU-1, GTIN 10614141000019", "100 EA", "10", "changed", "60 EA", "2026-12-10"]
    assert "BAK order response  purpose 00 · answer AC · order 4711" in shown


def test_a_problem_stands_under_its_segment_with_place_and_remedy(said, tmp_path):
    bad = tmp_path / "bad.edi"
    bad.write_text(ANSWER.read_text().replace("ACK*IA", "ACK*QQ").replace("PO1*1*100", "PO1*1*1x0"))
    code, shown, _ = said(look.inspect, bad)
    lines = shown.splitlines()
    assert code == 1
    for segment, wrong in (
        ("PO1 order line  line 1", "✗ PO102: '1x0'"),
        ("ACK answer to the line  status QQ", "✗ ACK01"),
    ):
        (place,) = (place for place, line in enumerate(lines) if segment in line)
        assert wrong in "".join(lines[place + 1 : place + 3])
    assert any(line.startswith("✗ segment 6 PO102: '1x0' is not a plain number. Send") for line in lines)


@pytest.mark.parametrize("path", BAD, ids=named)
def test_each_known_fault_is_shown_with_what_to_do(said, path):
    """`tests/formats` proves that it is found; here: that a person sees it, in the tree and in the list."""
    code = path.parent.name
    status, shown, _ = said(look.inspect, path)
    if code.rpartition(".")[2] in NAMELESS:
        assert "[file.unknown]" in shown or f"[{code}]" in shown
        return
    assert f"[{code}]" in shown
    found = json.loads(said(look.inspect, path, json=True)[1])["findings"]
    assert status == int(any(each.get("severity", "error") == "error" for each in found))
    assert all(each["says"] and each["fix"] for each in found)
    said_twice = re.sub(r"\s+", " ", re.sub(r"[│├└─]", " ", shown))
    (first, *_) = (each for each in found if each["code"] == code)
    assert said_twice.count(re.sub(r"\s+", " ", first["fix"])) >= 2


@pytest.mark.parametrize("path", [*OURS, *OUR_JSON], ids=named)
def test_the_json_of_a_look_and_of_a_translation_are_read_by_machines(said, path):
    looked = json.loads(said(look.inspect, path, json=True)[1])
    code, lines, errors = said(translating.translate, path)
    assert (code, errors) == (0, "")
    assert [json.loads(line) for line in lines.splitlines()] == looked["documents"]
    assert set(looked) == {"tree", "findings", "documents"}
    assert looked["documents"]


def test_a_translation_says_problems_beside_the_documents_not_among_them(said, tmp_path):
    bad = tmp_path / "bad.edi"
    bad.write_text(ANSWER.read_text().replace("ACK*IA", "ACK*QQ"))
    code, lines, errors = said(translating.translate, bad)
    assert (code, lines) == (1, "")
    assert errors.startswith("✗ segment 10 ACK01: 'QQ'")


@pytest.mark.parametrize("path", GOLDEN, ids=named)
def test_every_golden_document_has_a_readable_meaning(path, capsys):
    document = registry.read_document(json.dumps(json.loads(path.read_text())["means"]))
    out.print(meaning(document))
    shown = capsys.readouterr().out
    assert "Struct" not in shown
    assert "_" not in shown.replace("__", "")
    assert len(shown.splitlines()) > 3


def test_a_file_cannot_colour_or_move_what_we_write(said, tmp_path):
    evil = tmp_path / "evil.edi"
    evil.write_text(ANSWER.read_text().replace("Partner Ltd", "[red]\x1b[2J[/x]").replace(BOM, ""))
    _, shown, _ = said(look.inspect, evil)
    assert "\x1b" not in shown
    assert "[red]" in shown


def test_without_a_terminal_there_are_no_colours(said):
    assert "\x1b" not in said(look.inspect, ANSWER)[1]


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path):
    with pytest.raises(Trouble, match=r"nothing\.edi cannot be read: No such file or directory\."):
        look.inspect(tmp_path / "nothing.edi")


def test_a_long_file_is_cut_short_and_says_how_to_see_the_rest(said, tmp_path):
    lines = "".join(f"PO1*{place}*1*EA*1**BP*A{place}~\n" for place in range(700))
    text = ANSWER.read_text()
    long = tmp_path / "long.edi"
    long.write_text(text.replace("CTT*2~\n", lines + "CTT*702~\n").replace("SE*12*", "SE*712*"))
    assert re.search(r"\.\.\. \d+ more; --full shows them", said(look.inspect, long)[1])
    assert "PO107 A699" in said(look.inspect, long, full=True)[1]


@pytest.mark.parametrize("kind", registry.DOCUMENTS, ids=registry.tag)
@pytest.mark.parametrize("full", [True, False], ids=["full", "bare"])
def test_a_document_is_shown_however_much_it_says(kind, full):
    made = example(kind, full=full)
    lists = {name: () for name in kind.__struct_fields__ if isinstance(getattr(made, name), tuple)}
    for document in (made, replace(made, **lists)):
        out.print(meaning(document))
    assert list(said_of(replace(made, **lists))) == [each for each in said_of(made) if each[0] not in lists]


@pytest.mark.skipif(not FOREIGN, reason="the corpora are not here")
@pytest.mark.parametrize("path", SOME, ids=named)
def test_a_file_of_somebody_else_is_shown_or_refused(said, path):
    code, shown, _ = said(look.inspect, path)
    assert code in (0, 1)
    assert ("✗ " in shown) == (code == 1)
    json.loads(said(look.inspect, path, json=True)[1])


@pytest.mark.long
@pytest.mark.skipif(not FOREIGN, reason="the corpora are not here")
def test_every_file_of_somebody_else_is_shown_or_refused(said):
    for path in FOREIGN:
        try:
            code, shown, _ = said(look.inspect, path)
        except Trouble:
            continue
        assert (code, "✗ " in shown) in ((0, False), (1, True)), path
