"""What one page says of another is there."""

import re

import pytest
from tests.rules.sources import ROOT, Source, all_sources

PAGES = [source for source in all_sources() if source.path.endswith(".md") and not source.path.startswith("src/")]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
OURS = re.compile(r"`((?:src|tests|docs|contracts|scripts|bench|examples)/[\w./-]+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_link_of_a_page_leads_somewhere(page: Source) -> None:
    here = (ROOT / page.path).parent
    broken = [to for to in LINK.findall(page.text) if "://" not in to and not (here / to).exists()]
    missing = [path for path in OURS.findall(page.text) if not (ROOT / path).exists()]
    assert not broken + missing, f"{page.path} names what is not there: {broken + missing}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_make_target_a_page_names_exists(page: Source) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    said = re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z-]+)", page.text, re.MULTILINE)
    unknown = sorted(set(said) - set(targets))
    assert not unknown, f"{page.path} names targets the Makefile has not: {unknown}"
