"""The part of the store's port that knows people: who they are, where they are signed in, what they did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tradelane.model.person import Deed, Ended, Person, Session


class PeopleStore(Protocol):
    """What doors need of a store to know people and what they did."""

    async def people(self) -> list[Person]:
        """Return everybody, by name."""
        ...

    async def person(self, name: str = "", *, subject: str = "") -> Person | None:
        """Return one person, by name or by who the company's sign-in says it is."""
        ...

    async def keep_person(self, person: Person, deeds: Sequence[Deed] = (), *, sign_out: bool = False) -> None:
        """Keep *person* as they are now, and who asked for it; with *sign_out* all their sessions end with it. Who the
        company's sign-in says they are stays as it is, once they are kept.
        """
        ...

    async def make_person(self, person: Person, deeds: Sequence[Deed] = ()) -> bool:
        """Keep somebody new, and who asked for it; False, and nothing is kept, where the name or subject is taken."""
        ...

    async def bind_person(self, name: str, before: str, subject: str, deeds: Sequence[Deed] = ()) -> bool:
        """Say who the company's sign-in says *name* is, and nothing else of them. False, and nothing is changed: it
        was not *before* any more, or it is somebody else.
        """
        ...

    async def open_session(self, session: Session) -> None:
        """Begin a session; sessions long over are forgotten."""
        ...

    async def session(self, token_sha256: str, now: datetime) -> tuple[Session, Person] | None:
        """Return a session that is still good at *now*, and whose it is; nobody's, ended or disabled are the same."""
        ...

    async def touch_session(self, token_sha256: str, now: datetime) -> None:
        """Say that the session was used."""
        ...

    async def end_session(self, token_sha256: str) -> None:
        """End a session."""
        ...

    async def try_sign_in(self, name: str, address: str, now: datetime) -> int:
        """Count a try that has not succeeded, and return 0; or how many seconds must pass before the next one."""
        ...

    async def forget_tries(self, name: str, address: str) -> None:
        """Forget the tries of somebody who has signed in from there."""
        ...

    async def end_deed(self, deed: Deed, status: int, says: str) -> None:
        """Record how *deed* ended, and the deed itself unless it was recorded with its effect."""
        ...

    async def deeds(self, *, who: str = "", about: str = "", after: str = "", limit: int = 100) -> list[Ended]:
        """Return what was done, newest first; *after* is the id of the last on the page before."""
        ...
