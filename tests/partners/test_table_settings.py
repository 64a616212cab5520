"""What a profile says of a partner's tables: read whole, and slips named by their key."""

from pathlib import Path

import pytest

from tradelane.model.finding import Unreadable
from tradelane.partners.create import init
from tradelane.partners.folder import load
from tradelane.partners.profile import TableSettings


def _tables(tmp_path: Path, text: str) -> TableSettings:
    if not (tmp_path / "tradelane.toml").exists():
        init(tmp_path)
    folder = tmp_path / "partners" / "acme"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "profile.toml").write_text(f'role = "supplier"\n{text}')
    return load(tmp_path).partners["acme"].tables


def test_what_is_sent_and_how_it_is_written(tmp_path):
    said = _tables(
        tmp_path,
        '[tables]\ntakes = ["order_response"]\n'
        '[tables.dialect]\ndelimiter = ";"\nencoding = "cp1252"\nsheet = "Orders"\n',
    )
    assert said.takes == ("order_response",)
    assert said.dialect is not None
    assert (said.dialect.delimiter, said.dialect.encoding, said.dialect.sheet) == (";", "cp1252", "Orders")
    assert said.dialect.quote == '"'


def test_without_a_word_no_tables_are_taken(tmp_path):
    assert _tables(tmp_path, "") == TableSettings()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('takes = ["order_answers"]', "tables.takes"),
        ('dialect = { delimiter = "ab" }', "tables.dialect.delimiter"),
        ('dialect = { delimiter = "x" }', "tables.dialect.delimiter"),
        ('dialect = { quote = "\\n" }', "tables.dialect.quote"),
        ('dialect = { delimiter = ";", quote = ";" }', "tables.dialect"),
        ('dialect = { encoding = "klingon" }', "tables.dialect"),
        ('dialect = { colour = "red" }', "tables.dialect"),
        ("sends = 1", "tables.sends"),
    ],
)
def test_a_slip_is_named_by_its_key(tmp_path, text, key):
    with pytest.raises(Unreadable) as refused:
        _tables(tmp_path, f"[tables]\n{text}\n")
    assert [str(finding.where).rpartition(": ")[2] for finding in refused.value.findings] == [key]
