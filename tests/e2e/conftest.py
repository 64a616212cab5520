"""What the tests of whole installations share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every user can come to, so that a database keeps its files in it and they go with it.

    pytest's own are root's alone when root runs the tests.
    """
    made = Path(tempfile.mkdtemp(prefix="tradelane-e2e-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
