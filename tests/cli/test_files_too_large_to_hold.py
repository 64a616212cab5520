"""Files larger than what fits into memory are read as they come: same documents, same problems, same end."""

import json
from pathlib import Path

import pytest
from tests.formats.x12_bytes import good, group, interchange, joined, order
from tests.runtime.test_large_rows_and_edifact import csv_orders, edifact_orders

from tradelane import library
from tradelane.cli import source
from tradelane.cli.look import validate
from tradelane.cli.translate import translate
from tradelane.library import read_large

PO = ("PO1*1*10*EA*2.5**BP*A-1", "CTT*1")


def whole(control: str, number: str) -> tuple[str, ...]:
    head, begin, _ = order(control, number)
    return (head, begin, *PO, f"SE*5*{control}")


BODY = (
    joined(
        *interchange(group(whole("1", "4711"), whole("2", "4712"), order("3")), group(whole("4", "4714"), control="8"))
    )
    + joined(*interchange((*group(whole("1", "4715"))[:-1], "GE*7*7"), group(whole("2", "4716"), control="9")))
    + good().replace(b"IEA*1", b"IEA*9")
)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as large because little counts as large."""
    monkeypatch.setattr(source, "FILE_BYTES_MAX", 500)
    monkeypatch.setattr(source, "HELD_BYTES_MAX", 500)
    monkeypatch.setattr(source, "CHUNK_BYTES", 97)
    path = tmp_path / "large.x12"
    path.write_bytes(BODY)
    return path


def chunks() -> list[bytes]:
    return [BODY[place : place + 97] for place in range(0, len(BODY), 97)]


def test_a_large_file_says_what_the_same_file_says_when_it_is_read_at_once():
    at_once = library.read(BODY)
    as_it_comes = list(read_large(chunks))
    messages = [each for each in as_it_comes if isinstance(each, library.ReadMessage)]

    assert [each.document for each in messages] == [each.document for each in at_once.messages]
    assert [each.findings for each in messages] == [each.findings for each in at_once.messages]
    assert tuple(each for each in as_it_comes if each not in messages) == at_once.opened.findings
    assert 0 < len(at_once.documents) < len(at_once.messages)


def test_translate_writes_a_line_for_each_document(large: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="1"):
        translate(large, out=tmp_path / "out.jsonl")

    numbers = [json.loads(line)["number"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert numbers == [document.number for document in library.read(BODY).documents]
    assert "The trailer says 7 transaction sets; we count 1." in capsys.readouterr().err


def test_validate_counts_and_says_what_is_wrong(large: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="1"):
        validate(large, json=True)

    said, at_once = json.loads(capsys.readouterr().out), library.read(BODY)
    assert said["documents"] == len(at_once.documents)
    assert said["valid"] is False
    assert sorted(one["code"] for one in said["findings"]) == sorted(one.code for one in at_once.findings)


def test_edifact_and_rows_are_read_so_too(large: Path, capsys: pytest.CaptureFixture[str]):
    for body, documents in ((edifact_orders(bad=(3,)), 59), (csv_orders(bad=(3,)), 59)):
        large.write_bytes(body)
        with pytest.raises(SystemExit, match="1"):
            validate(large, json=True)
        assert json.loads(capsys.readouterr().out)["documents"] == documents


def test_a_large_file_that_has_to_be_held_is_refused_in_a_sentence(large: Path):
    large.write_bytes(b"<Order>" + b" " * 1_000 + b"</Order>")

    with pytest.raises(source.Trouble, match="only X12, EDIFACT, CSV"):
        validate(large)
