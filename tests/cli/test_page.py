"""The page for a browser: it holds all it needs, links both sides, and nothing in a file can break out of it."""

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.library.orders import ORDER
from tests.rules.sources import ROOT

from tradelane.library import read, write
from tradelane.library.opened import Envelope
from tradelane.library.page import page

SAMPLES = ROOT / "src/tradelane/partners/templates"
OURS = sorted([*SAMPLES.glob("*/samples/*.edi"), *SAMPLES.glob("*/samples/*.json"), *SAMPLES.glob("*/samples/*.csv")])
BAD = sorted((ROOT / "tests/findings").rglob("smallest.edi"))
ANSWER = SAMPLES / "x12-supplier/samples/855-partial.edi"
VOID = {"meta", "link", "path", "circle", "use", "br"}


class Parsed(HTMLParser):
    """A page as a reader of HTML sees it: which elements, what is open at the end, what would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.rows: list[dict[str, str]] = []
        self.spans: list[dict[str, str]] = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        said = {name: value or "" for name, value in attrs}
        self.scripts += tag == "script"
        self.fetched += [said[name] for name in ("src", "href") if not said.get(name, "#").startswith(("#", "data:"))]
        if tag == "tr" and "data-v" in said:
            self.rows.append(said)
        if tag == "span" and "data-v" in said:
            self.spans.append(said)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def numbers(elements: list[dict[str, str]]) -> set[str]:
    return {number for one in elements for number in one["data-v"].split()}


def of(path: Path) -> Parsed:
    return Parsed(page(read(path.read_bytes(), file_name=path.name), path.name))


@pytest.mark.parametrize("path", [*OURS, *BAD], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_page_is_whole_fetches_nothing_and_links_both_sides(path):
    parsed = of(path)
    assert parsed.open == []
    assert parsed.fetched == []
    assert parsed.scripts == 1
    assert numbers(parsed.spans) <= numbers(parsed.rows)


@pytest.mark.parametrize("path", [path for path in OURS if path.suffix == ".edi"], ids=lambda path: path.name)
def test_every_value_that_stands_in_the_file_is_marked_there(path):
    parsed = of(path)
    assert parsed.rows
    for row in parsed.rows:
        placed = not row["data-place"].startswith("It stands nowhere")
        assert placed == bool(set(row["data-v"].split()) & numbers(parsed.spans)), row


def test_a_problem_stands_in_the_line_it_is_about():
    bad = ANSWER.read_bytes().replace(b"ACK*IA", b"ACK*QQ")
    text = page(read(bad), "bad.edi")
    line = text.index('<span class="no">12</span>')
    assert "pb" in text[line : text.index("</div>", line)]
    assert (
        "&#x27;QQ&#x27; means nothing in the table disposition" in text[line : text.index('<span class="no">13</span>')]
    )
    assert "1 problem to correct" in text


def test_a_file_we_cannot_read_shows_what_it_holds_all_the_same():
    text = page(read(ANSWER.read_bytes().replace(b"ACK*IA", b"ACK*QQ")), "bad.edi")
    assert "855 0001 <span>cannot be read: 1 problem to correct</span>" in text
    assert '<td class="tab">Norvik Distribution</td>' in text


@given(st.text(st.characters(codec="utf-8", exclude_characters="~*\x1c"), max_size=40))
def test_nothing_a_partner_writes_becomes_a_part_of_the_page(said):
    evil = f"<script>alert(1)</script>\"'{{{{raw}}}}{said}"
    body = ANSWER.read_text().replace("Partner Ltd", evil.replace("~", "").replace("*", "")).encode()
    parsed = Parsed(page(read(body), f"{evil}.edi"))
    assert parsed.open == []
    assert parsed.scripts == 1


@pytest.mark.parametrize("target", ["csv", "xlsx", "ubl/Order", "edifact", "json"])
def test_every_syntax_is_linked_like_segments(target):
    body = write((ORDER,), target, Envelope(at=datetime(2026, 11, 2))).body
    parsed = Parsed(page(read(body), "order"))
    assert len(numbers(parsed.spans)) >= 8
    assert numbers(parsed.spans) <= numbers(parsed.rows)
    assert [row for row in parsed.rows if "2026" in row["data-raw"]], "the date is linked too"
