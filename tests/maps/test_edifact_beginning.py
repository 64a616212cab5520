"""BGM says which document it is (1001) and what to do with it (1225), also where ours lets that go without saying."""

from datetime import datetime
from random import Random

import pytest

from tradelane import maps
from tradelane.library import Envelope
from tradelane.library.sample import sample

AT = datetime(2026, 11, 2, 9, 30)
WITHOUT = ("/contrl", "/iftmbc")
BEGUN = [name for name in maps.shipped_names() if name.startswith("edifact/") and not name.endswith(WITHOUT)]
"""CONTRL has no BGM; in IFTMBC the function is the carrier's answer, and stays unsaid where that is a plain yes."""


@pytest.mark.parametrize("name", BEGUN)
def test_a_message_names_its_document_and_its_function(name):
    for seed in range(1, 6):
        body = sample(maps.shipped(name), Random(seed), Envelope(at=AT)).body.decode()
        beginning = next(segment for segment in body.split("'") if segment.strip().startswith("BGM"))
        elements = beginning.strip().split("+")
        assert elements[1], f"{beginning} names no document"
        assert len(elements) > 3, f"{beginning} names no function"
        assert elements[3], f"{beginning} names no function"
