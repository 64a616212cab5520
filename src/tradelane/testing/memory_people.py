"""The people of the memory store: accounts, sessions, tries to sign in, and what was done."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from msgspec.structs import replace

from tradelane.model.person import ABSOLUTE, IDLE, TRIES_REMEMBERED, Deed, Ended, Person, Session, wait_seconds


class MemoryPeople:
    """Rows of people, by name; of sessions, by the hash of their secret; of deeds, by id."""

    def __init__(self) -> None:
        super().__init__()
        self._people: dict[str, Person] = {}
        self._sessions: dict[str, Session] = {}
        self._tries: dict[tuple[str, str], tuple[int, datetime]] = {}
        self._deeds: dict[str, Deed] = {}
        self._ends: dict[str, tuple[int, str]] = {}

    async def people(self) -> list[Person]:
        """Return everybody, by name."""
        return [self._people[name] for name in sorted(self._people)]

    async def person(self, name: str = "", *, subject: str = "") -> Person | None:
        """Return one person, by name or by who the company's sign-in says it is."""
        if subject:
            return next((one for one in self._people.values() if one.subject == subject), None)
        return self._people.get(name)

    async def keep_person(self, person: Person, deeds: Sequence[Deed] = (), *, sign_out: bool = False) -> None:
        """Keep *person* as they are now, and who asked for it."""
        self._done(deeds)
        before = self._people.get(person.name, person)
        self._people[person.name] = replace(person, subject=before.subject)
        if sign_out:
            self._sessions = {t: each for t, each in self._sessions.items() if each.person != person.name}

    async def make_person(self, person: Person, deeds: Sequence[Deed] = ()) -> bool:
        """Keep somebody new, and who asked for it; False where the name or subject is taken."""
        if person.name in self._people or await self._is_somebody(person.subject):
            return False
        self._done(deeds)
        self._people[person.name] = person
        return True

    async def bind_person(self, name: str, before: str, subject: str, deeds: Sequence[Deed] = ()) -> bool:
        """Say who the company's sign-in says *name* is; False where it was not *before*, or it is somebody else."""
        found = self._people.get(name)
        if found is None or found.subject != before or await self._is_somebody(subject):
            return False
        self._done(deeds)
        self._people[name] = replace(found, subject=subject)
        return True

    async def open_session(self, session: Session) -> None:
        """Begin a session; sessions long over are forgotten."""
        over = session.opened_at - ABSOLUTE
        self._sessions = {t: each for t, each in self._sessions.items() if each.opened_at >= over}
        self._sessions[session.token_sha256] = session

    async def session(self, token_sha256: str, now: datetime) -> tuple[Session, Person] | None:
        """Return a session that is still good at *now*, and whose it is."""
        found = self._sessions.get(token_sha256)
        if found is None or found.seen_at <= now - IDLE or found.opened_at <= now - ABSOLUTE:
            return None
        person = self._people.get(found.person)
        return (found, person) if person and not person.disabled else None

    async def touch_session(self, token_sha256: str, now: datetime) -> None:
        """Say that the session was used."""
        if token_sha256 in self._sessions:
            self._sessions[token_sha256] = replace(self._sessions[token_sha256], seen_at=now)

    async def end_session(self, token_sha256: str) -> None:
        """End a session."""
        self._sessions.pop(token_sha256, None)

    async def try_sign_in(self, name: str, address: str, now: datetime) -> int:
        """Count a try that has not succeeded, and return 0; or how many seconds must pass before the next one."""
        self._tries = {key: each for key, each in self._tries.items() if each[1] >= now - TRIES_REMEMBERED}
        tries, last = self._tries.get((name, address), (0, now))
        left = ceil(max(0.0, wait_seconds(tries) - (now - last).total_seconds())) if tries else 0
        if not left:
            self._tries[name, address] = (tries + 1, now)
        return left

    async def forget_tries(self, name: str, address: str) -> None:
        """Forget the tries of somebody who has signed in from there."""
        self._tries.pop((name, address), None)

    async def end_deed(self, deed: Deed, status: int, says: str) -> None:
        """Record how *deed* ended, and the deed itself unless it was recorded with its effect."""
        self._deeds.setdefault(deed.id, deed)
        self._ends.setdefault(deed.id, (status, says))

    async def deeds(self, *, who: str = "", about: str = "", after: str = "", limit: int = 100) -> list[Ended]:
        """Return what was done, newest first."""
        chosen = [
            Ended(deed=deed, status=self._ends.get(id, (0, ""))[0], says=self._ends.get(id, (0, ""))[1])
            for id, deed in sorted(self._deeds.items(), reverse=True)
            if who in ("", deed.who) and about in ("", deed.about) and (not after or id < after)
        ]
        return chosen[:limit]

    async def _is_somebody(self, subject: str) -> bool:
        return bool(subject) and await self.person(subject=subject) is not None

    def _done(self, deeds: Sequence[Deed]) -> None:
        self._deeds |= {deed.id: deed for deed in deeds if deed.id not in self._deeds}
