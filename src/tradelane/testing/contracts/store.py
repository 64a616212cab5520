"""The contract of a store: subclass `StoreContract` with a fixture `store` (and `other`, a second handle)."""

import pytest

from tradelane.store.port import Store
from tradelane.testing.contracts.store_doors import DoorsContract
from tradelane.testing.contracts.store_leading import LeadingContract
from tradelane.testing.contracts.store_people import PeopleContract
from tradelane.testing.contracts.store_reading import ReadingContract
from tradelane.testing.contracts.store_views import ViewsContract


@pytest.mark.anyio
class StoreContract(DoorsContract, LeadingContract, ReadingContract, ViewsContract, PeopleContract):
    """Everything a store promises. Each test gets an empty store of at least eight partitions."""

    @pytest.fixture
    def anyio_backend(self) -> str:
        """The store is an asyncio citizen."""
        return "asyncio"

    @pytest.fixture
    def store(self) -> Store:
        """An empty store: the one thing a subclass must give."""
        raise NotImplementedError("give the contract a fixture named store")

    @pytest.fixture
    def other(self, store: Store) -> Store:
        """Another handle on the rows of *store*, as another process would have it; the same where none can be."""
        return store
