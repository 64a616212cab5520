"""A file is judged as by a partner who takes less: what is tolerated otherwise refuses it, and the command says so."""

import json
from pathlib import Path

import pytest

from tradelane.cli import look
from tradelane.cli.say import Trouble
from tradelane.model.tolerance import ALL, TOLERATED

FOLDERS = Path(__file__).parents[1] / "findings"
MARKED = FOLDERS / "x12.byte-order-mark" / "smallest.edi"


def judged(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> tuple[int, dict[str, object]]:
    code = 0
    try:
        look.validate(path, strict=words, json=True)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", [("byte-order-mark",), ("x12.byte-order-mark", "csv.line-end"), (ALL,)])
def test_what_is_tolerated_is_an_error_when_it_is_asked_for(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]):
    assert judged(capsys, MARKED)[0] == 0
    code, said = judged(capsys, MARKED, *words)
    assert (code, said["valid"]) == (1, False)


def test_what_is_not_asked_for_stays_tolerated(capsys: pytest.CaptureFixture[str]):
    assert judged(capsys, MARKED, "edifact.byte-order-mark")[0] == 0


@pytest.mark.parametrize("code", [code for code in TOLERATED if code.startswith(("x12.", "edifact.", "xml."))])
def test_every_code_of_a_file_that_has_one_makes_it_invalid(capsys: pytest.CaptureFixture[str], code: str):
    path = next((FOLDERS / code).glob("smallest.*"))
    assert judged(capsys, path, code)[1]["valid"] is False


def test_a_word_that_means_nothing_is_said_with_the_nearest():
    with pytest.raises(Trouble, match="byte-order-mark"):
        look.validate(MARKED, strict=("byte_order",))
