"""What several tests of the doors stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.oidc.company import Company, company_at


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """A house whose people may come through the company's own sign-in."""
    async with company_at(tmp_path) as made:
        yield made
