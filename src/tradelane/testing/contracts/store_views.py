"""What views may rely on: pages, counts, places, and a new version served only when it is as far as the old one."""

from datetime import timedelta

from tradelane.store.port import Store, ViewRow
from tradelane.testing.contracts.leader import NOW


class ViewsContract:
    """The part of the contract that views stand on."""

    async def test_rows_come_by_rank_and_key_in_pages(self, store: Store) -> None:
        """Every row once, whatever the page size; the key breaks ties, by bytes and not by language."""
        keys = ["b", "B", "a", "\u00e4", "Z", "10", "9", "z", "_"]
        await store.write_view("orders", 1, [_row(key, rank=n % 3) for n, key in enumerate(keys)], {0: 1})
        expected = [
            row.key
            for row in sorted((_row(key, rank=n % 3) for n, key in enumerate(keys)), key=lambda r: (-r.rank, r.key))
        ]
        for limit in (1, 2, 4, 100):
            assert await _all_pages(store, limit) == expected

    async def test_rows_come_newest_first_when_asked(self, store: Store) -> None:
        """The same paging along another order."""
        rows = [_row(str(n), at=n // 2) for n in range(7)]
        await store.write_view("orders", 1, rows, {0: 1})
        assert await _all_pages(store, 2, newest_first=True) == ["6", "4", "5", "2", "3", "0", "1"]

    async def test_rows_of_a_stretch_of_time_come_oldest_first(self, store: Store) -> None:
        """From its first instant to before its last, in pages; the key breaks ties."""
        rows = [_row(f"{9 - n}", at=n // 2, partner="acme" if n % 2 else "bolt") for n in range(8)]
        await store.write_view("orders", 1, rows, {0: 1})
        since, until = NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)
        expected = ["6", "7", "4", "5"]
        for limit in (1, 2, 3, 9):
            keys: list[str] = []
            while page := await store.view_between("orders", since, until, after=keys[-1] if keys else "", limit=limit):
                keys += [row.key for row in page]
            assert keys == expected
        assert [row.key for row in await store.view_between("orders", since, until, partner="acme")] == ["6", "4"]
        assert await store.view_between("orders", until, since) == []

    async def test_rows_are_filtered_by_state_and_partner(self, store: Store) -> None:
        """And counted by state, for everybody or one partner."""
        rows = [_row(f"{n}", state="open" if n % 2 else "done", partner="acme" if n < 3 else "bolt") for n in range(6)]
        await store.write_view("orders", 1, rows, {0: 1})
        assert {row.key for row in await store.view_rows("orders", state="open")} == {"1", "3", "5"}
        assert {row.key for row in await store.view_rows("orders", partner="acme")} == {"0", "1", "2"}
        assert {row.key for row in await store.view_rows("orders", state="open", partner="bolt")} == {"3", "5"}
        assert await store.view_counts("orders") == {"open": 3, "done": 3}
        assert await store.view_counts("orders", partner="acme") == {"open": 1, "done": 2}
        assert await store.view_counts("nothing") == {}

    async def test_rows_are_filtered_by_kind_and_mark(self, store: Store) -> None:
        """With whatever else is asked, in either order, in pages."""
        rows = [_row(f"{n}", at=n, rank=n, kind="ab"[n % 2], mark="late" if n < 4 else "in") for n in range(8)]
        await store.write_view("orders", 1, rows, {0: 1})
        assert [row.key for row in await store.view_rows("orders", kind="b")] == ["7", "5", "3", "1"]
        assert [row.key for row in await store.view_rows("orders", mark="late", after="2")] == ["1", "0"]
        assert [row.key for row in await store.view_rows("orders", mark="in", kind="a", newest_first=True)] == [
            "6",
            "4",
        ]
        assert await store.view_rows("orders", kind="b", partner="bolt") == []

    async def test_rows_are_found_by_how_their_keys_start(self, store: Store) -> None:
        """By bytes, each once, the first of them by key."""
        await store.write_view("orders", 1, [_row(key) for key in ("PO-2", "PO-1", "po-3", "PO", "P\u00d6")], {0: 1})
        assert [row.key for row in await store.view_starting("orders", "PO")] == ["PO", "PO-1", "PO-2"]
        assert [row.key for row in await store.view_starting("orders", "PO", limit=1)] == ["PO"]
        assert await store.view_starting("orders", "X") == []

    async def test_rows_of_a_kind_are_counted_by_day_and_mark(self, store: Store) -> None:
        """Of one partner, since a time."""
        day = 24 * 60
        rows = [
            _row(f"{n}", at=n // 2 * day, kind="a" if n < 5 else "", mark="in" if n % 2 else "out") for n in range(6)
        ]
        await store.write_view("orders", 1, [*rows, _row("x", kind="a", partner="bolt")], {0: 1})
        found = await store.view_days("orders", partner="acme", since=NOW)
        first = NOW.date()
        assert found == [
            (first, "in", 1),
            (first, "out", 1),
            (first + timedelta(days=1), "in", 1),
            (first + timedelta(days=1), "out", 1),
            (first + timedelta(days=2), "out", 1),
        ]
        assert (await store.view_days("orders", partner="acme", since=NOW + timedelta(days=2)))[0][2] == 1

    async def test_later_rows_replace_earlier_ones(self, store: Store) -> None:
        """Within a write and across writes; every field survives."""
        first, last = (
            _row("a", state="open"),
            _row("a", state="done", partner="bolt", rank=2.5, at=9, body=b"\0{}" * 300),
        )
        await store.write_view("orders", 1, [first, _row("b"), last], {0: 1, 3: 9})
        assert await store.view_row("orders", "a") == last
        await store.write_view("orders", 1, [first], {3: 12})
        assert await store.view_keys("orders", ["a", "b", "c"]) == {"a": first, "b": _row("b")}
        assert await store.view_row("orders", "c") is None
        assert await store.view_places("orders", 1) == {0: 1, 3: 12}
        assert await store.view_places("orders", 2) == {}

    async def test_a_new_version_is_served_once_it_is_as_far(self, store: Store) -> None:
        """Built beside, swapped by name: nobody sees half a view."""
        await store.write_view("orders", 1, [_row("a", state="old")], {0: 10, 1: 5})
        await store.write_view("orders", 2, [_row("a", state="new")], {0: 10})
        assert await store.view_counts("orders") == {"old": 1}
        await store.write_view("orders", 1, [], {1: 6})
        await store.write_view("orders", 2, [], {1: 5})
        assert await store.view_counts("orders") == {"old": 1}
        await store.write_view("orders", 2, [], {1: 6})
        assert await store.view_counts("orders") == {"new": 1}
        await store.write_view("orders", 1, [_row("b", state="old")], {0: 11})
        assert await store.view_counts("orders") == {"new": 1}


async def _all_pages(store: Store, limit: int, *, newest_first: bool = False) -> list[str]:
    keys: list[str] = []
    while page := await store.view_rows(
        "orders", after=keys[-1] if keys else "", limit=limit, newest_first=newest_first
    ):
        keys += [row.key for row in page]
    return keys


def _row(
    key: str,
    *,
    state: str = "open",
    partner: str = "acme",
    rank: float = 0.0,
    at: int = 0,
    body: bytes = b"{}",
    kind: str = "",
    mark: str = "",
) -> ViewRow:
    when = NOW + timedelta(minutes=at)
    return ViewRow(
        view="orders", key=key, state=state, partner=partner, rank=rank, at=when, body=body, kind=kind, mark=mark
    )
