"""The reference pages say what the code does."""

import pytest
from scripts.reference import pages
from tests.rules.sources import ROOT


@pytest.mark.parametrize("name", pages())
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs/reference" / name).read_text("utf-8") == pages()[name], "write it with: make docs"
