"""What sign-in and the record of deeds may rely on: sessions that end when they must, waits that hit nobody else."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tradelane.model.person import ABSOLUTE, IDLE, Deed, Ended, Person, Session
from tradelane.store.port import Arrival, Store
from tradelane.testing.contracts.leader import NOW, item, receipt

HASH = "$argon2id$x"
ANA = Person(name="ana", title="Ana Bauer", role="procurement", password=HASH, subject="idp|1", changed_at=NOW)
OPENED = Session(token_sha256="a" * 64, person="ana", opened_at=NOW, seen_at=NOW, address="192.0.2.1")
LATER = timedelta(minutes=1)


class PeopleContract:
    """The part of the contract that people stand on."""

    async def test_a_person_is_found_as_kept_by_name_and_by_who_the_company_says(self, store: Store) -> None:
        """The last word about somebody holds; who has no subject is not found by none."""
        ben = replace(ANA, name="ben", subject="", role="admin")
        await store.keep_person(ANA)
        await store.keep_person(ben)
        await store.keep_person(replace(ANA, title="Ana B."))
        assert await store.people() == [replace(ANA, title="Ana B."), ben]
        assert await store.person(subject="idp|1") == await store.person("ana")
        assert await store.person("nobody") is None
        assert await store.person(subject="idp|2") is None

    async def test_who_is_made_is_new_and_who_is_there_stays_as_they_are(self, store: Store, other: Store) -> None:
        """Made twice at the same moment somebody is made once; a name or a subject that is taken is not given away."""
        made = await asyncio.gather(store.make_person(ANA, [_deed(1)]), other.make_person(ANA, [_deed(2)]))
        assert sorted(made) == [False, True]
        assert not await store.make_person(replace(ANA, role="admin", subject=""), [_deed(3)])
        assert not await store.make_person(replace(ANA, name="ben"), [_deed(4)])
        assert await store.people() == [ANA]
        assert len(await store.deeds()) == 1

    async def test_who_the_company_says_somebody_is_changes_alone(self, store: Store, other: Store) -> None:
        """Whoever is shut out meanwhile stays shut out; one account there is one person here, whoever is first."""
        await store.keep_person(replace(ANA, subject=""))
        await store.keep_person(replace(ANA, name="ben", subject=""))
        await other.keep_person(replace(ANA, subject="", disabled=True))
        assert await store.bind_person("ana", "", "idp|1", [_deed(1)])
        assert await store.person(subject="idp|1") == replace(ANA, disabled=True)
        assert not await store.bind_person("ana", "", "idp|2", [_deed(2)]), "it is bound by now"
        assert not await store.bind_person("ben", "", "idp|1", [_deed(3)]), "that one is ana"
        assert not await store.bind_person("nobody", "", "idp|3", [_deed(4)])
        assert await store.bind_person("ana", "idp|1", "", [_deed(5)])
        assert await store.person(subject="idp|1") is None
        assert [each.deed.id for each in await store.deeds()] == ["0005", "0001"]

    async def test_to_keep_somebody_does_not_change_who_the_company_says_they_are(self, store: Store) -> None:
        """Whoever changes a role looked at the person a moment ago; who signed in meanwhile is not forgotten."""
        await store.keep_person(replace(ANA, subject=""))
        assert await store.bind_person("ana", "", "idp|1")
        await store.keep_person(replace(ANA, subject="", role="admin"))
        assert await store.person("ana") == replace(ANA, role="admin")

    async def test_a_session_ends_by_rest_by_age_and_by_word(self, store: Store) -> None:
        """Idle too long, too old, signed out: all are no session."""
        await store.keep_person(ANA)
        await store.open_session(OPENED)
        assert await store.session(OPENED.token_sha256, NOW) == (OPENED, ANA)
        assert await store.session(OPENED.token_sha256, NOW + IDLE) is None
        await store.touch_session(OPENED.token_sha256, NOW + ABSOLUTE - LATER)
        assert await store.session(OPENED.token_sha256, NOW + ABSOLUTE - LATER) is not None
        assert await store.session(OPENED.token_sha256, NOW + ABSOLUTE) is None
        await store.end_session(OPENED.token_sha256)
        assert await store.session(OPENED.token_sha256, NOW) is None

    @pytest.mark.parametrize("changed", [{"disabled": True}, {"role": "warehouse"}])
    async def test_who_is_disabled_or_gets_another_role_is_signed_out_with_it(
        self, store: Store, other: Store, changed: dict[str, object]
    ) -> None:
        """Nobody works on with rights that were taken."""
        await store.keep_person(ANA)
        await store.keep_person(replace(ANA, name="ben", subject=""))
        await store.open_session(OPENED)
        await store.open_session(replace(OPENED, token_sha256="b" * 64, person="ben"))
        await other.keep_person(replace(ANA, **changed), sign_out=True)
        assert await store.session(OPENED.token_sha256, NOW) is None
        assert await store.session("b" * 64, NOW) is not None

    async def test_a_disabled_person_has_no_session_even_if_one_was_left(self, store: Store) -> None:
        """Twice secured: the session goes, and would not be good if it stayed."""
        await store.keep_person(replace(ANA, disabled=True))
        await store.open_session(OPENED)
        assert await store.session(OPENED.token_sha256, NOW) is None

    async def test_waiting_grows_with_tries_and_is_nobody_elses(self, store: Store) -> None:
        """Five tries are free; then each waits longer, for this name from this address alone."""
        assert [await store.try_sign_in("ana", "192.0.2.1", NOW) for _ in range(7)] == [0, 0, 0, 0, 0, 2, 2]
        assert await store.try_sign_in("ana", "192.0.2.9", NOW) == 0
        assert await store.try_sign_in("ben", "192.0.2.1", NOW) == 0
        assert await store.try_sign_in("ana", "192.0.2.1", NOW + timedelta(seconds=2)) == 0
        assert await store.try_sign_in("ana", "192.0.2.1", NOW + timedelta(seconds=3)) == 3
        await store.forget_tries("ana", "192.0.2.1")
        assert await store.try_sign_in("ana", "192.0.2.1", NOW + timedelta(seconds=3)) == 0

    async def test_tries_at_the_same_moment_are_all_counted(self, store: Store, other: Store) -> None:
        """Guessing side by side is no faster than guessing one after the other."""
        tried = [(store if n % 2 else other).try_sign_in("ana", "192.0.2.1", NOW) for n in range(20)]
        assert sum(seconds == 0 for seconds in await asyncio.gather(*tried)) == 5

    async def test_a_deed_is_kept_with_what_it_brings_or_not_at_all(self, store: Store) -> None:
        """One transaction: the request and the record of who made it; a repeat adds its own record, no effect."""
        await store.put([Arrival(items=(item(3, "a"),), receipt=receipt(3, "d"), deed=_deed(1))])
        await store.put([Arrival(items=(item(3, "b"),), receipt=receipt(3, "d"), deed=_deed(2))])
        assert [found.id for found in await store.inbox({3: 0}, 10, 1_000_000)] == ["a"]
        assert [each.deed.id for each in await store.deeds()] == ["0002", "0001"]

    async def test_deeds_are_read_newest_first_by_who_and_about_what(self, store: Store) -> None:
        """In pages; the end stands beside the deed, and the first end said is the end."""
        for n in range(1, 7):
            await store.end_deed(_deed(n, who="ana" if n % 2 else "ben", about=f"case/{n % 3}"), 200 + n, f"n{n}")
        await store.end_deed(_deed(1), 500, "again")
        await store.keep_person(ANA, [_deed(7, who="ben")])
        assert [each.deed.id for each in await store.deeds(limit=3)] == ["0007", "0006", "0005"]
        assert [each.deed.id for each in await store.deeds(after="0003", limit=3)] == ["0002", "0001"]
        assert [each.deed.id for each in await store.deeds(who="ana")] == ["0005", "0003", "0001"]
        assert [each.deed.id for each in await store.deeds(about="case/1")] == ["0007", "0004", "0001"]
        assert [each.deed.id for each in await store.deeds(who="ben", about="case/1")] == ["0007", "0004"]
        first, last = (await store.deeds())[-1], (await store.deeds())[0]
        assert first == Ended(deed=_deed(1, who="ana", about="case/1"), status=201, says="n1")
        assert last.status == 0


def _deed(n: int, who: str = "ana", about: str = "case/1") -> Deed:
    return Deed(id=f"{n:04}", at=NOW, who=who, role="procurement", by="session", action="assign", about=about, why="w")
