"""The tables behind people: accounts, sessions, tries to sign in, and what was done."""

from collections.abc import Sequence
from datetime import datetime

from asyncpg import UniqueViolationError
from msgspec.structs import asdict, astuple

from tradelane.model.person import ABSOLUTE, IDLE, TRIES_REMEMBERED, WAITS, Deed, Ended, Person, Session
from tradelane.store.connection import Connected
from tradelane.store.rows import Row, text

_SESSION = """
select s.token_sha256, s.person, s.opened_at, s.seen_at, s.address, p.title, p.role, p.password, p.subject, p.changed_at
from session s join person p on p.name = s.person
where s.token_sha256 = $1 and s.seen_at > $2 and s.opened_at > $3 and not p.disabled
"""
_OPEN = """
with over as (delete from session where opened_at < $6)
insert into session values ($1, $2, $3, $4, $5)
"""
_END = """
with done as (select do_deeds($1::deed[]))
insert into deed_end select $2, $3, $4 from done on conflict do nothing
"""
_DEEDS = """
select d.*, coalesce(e.status, 0) as status, coalesce(e.says, '') as ended from deed d
left join deed_end e on e.id = d.id
where {chosen} and ($2 = '' or d.id < $2) order by d.id desc limit $3
"""
_MAKE = """
with made as (insert into person select ($1::person).* on conflict do nothing returning name),
done as (select do_deeds($2::deed[]) from made)
select count(*) as made from done
"""
_BIND = """
with bound as (update person set subject = $3 where name = $1 and subject = $2 returning name),
done as (select do_deeds($4::deed[]) from bound)
select count(*) as bound from done
"""


class PeopleTables(Connected):
    """The part of the store that knows people."""

    async def people(self) -> list[Person]:
        """Return everybody, by name."""
        return [Person(**dict(row)) for row in await self._fetch("select * from person order by name")]

    async def person(self, name: str = "", *, subject: str = "") -> Person | None:
        """Return one person, by name or by who the company's sign-in says it is."""
        by = "subject = $1 and subject <> ''" if subject else "name = $1"
        row = await self._fetch_one(f"select * from person where {by}", text(subject or name))  # noqa: S608
        return Person(**dict(row)) if row else None

    async def keep_person(self, person: Person, deeds: Sequence[Deed] = (), *, sign_out: bool = False) -> None:
        """Keep *person* as they are now, and who asked for it."""
        await self._fetch("select keep_person($1::person, $2::deed[], $3)", astuple(person), deed_rows(deeds), sign_out)

    async def make_person(self, person: Person, deeds: Sequence[Deed] = ()) -> bool:
        """Keep somebody new, and who asked for it; False where the name or subject is taken."""
        row = await self._fetch_one(_MAKE, astuple(person), deed_rows(deeds))
        return row is not None and row["made"] == 1

    async def bind_person(self, name: str, before: str, subject: str, deeds: Sequence[Deed] = ()) -> bool:
        """Say who the company's sign-in says *name* is; False where it was not *before*, or it is somebody else."""
        try:
            row = await self._fetch_one(_BIND, text(name), before, text(subject), deed_rows(deeds))
        except UniqueViolationError:
            return False
        return row is not None and row["bound"] == 1

    async def open_session(self, session: Session) -> None:
        """Begin a session; sessions long over are forgotten."""
        await self._fetch(_OPEN, *astuple(session), session.opened_at - ABSOLUTE)

    async def session(self, token_sha256: str, now: datetime) -> tuple[Session, Person] | None:
        """Return a session that is still good at *now*, and whose it is."""
        row = await self._fetch_one(_SESSION, token_sha256, now - IDLE, now - ABSOLUTE)
        if row is None:
            return None
        found = dict(row)
        session = Session(**{name: found[name] for name in Session.__struct_fields__})
        mine = {name: found[name] for name in ("title", "role", "password", "subject", "changed_at")}
        return session, Person(name=session.person, **mine)

    async def touch_session(self, token_sha256: str, now: datetime) -> None:
        """Say that the session was used."""
        await self._fetch("update session set seen_at = $2 where token_sha256 = $1", token_sha256, now)

    async def end_session(self, token_sha256: str) -> None:
        """End a session."""
        await self._fetch("delete from session where token_sha256 = $1", token_sha256)

    async def try_sign_in(self, name: str, address: str, now: datetime) -> int:
        """Count a try that has not succeeded, and return 0; or how many seconds must pass before the next one."""
        sql = "select try_sign_in($1, $2, $3, $4, $5) as seconds"
        row = await self._fetch_one(sql, text(name), address, now, now - TRIES_REMEMBERED, list(WAITS))
        assert row is not None
        return row["seconds"]

    async def forget_tries(self, name: str, address: str) -> None:
        """Forget the tries of somebody who has signed in from there."""
        await self._fetch("delete from sign_in_try where name = $1 and address = $2", text(name), address)

    async def end_deed(self, deed: Deed, status: int, says: str) -> None:
        """Record how *deed* ended, and the deed itself unless it was recorded with its effect."""
        await self._fetch(_END, deed_rows([deed]), deed.id, status, text(says))

    async def deeds(self, *, who: str = "", about: str = "", after: str = "", limit: int = 100) -> list[Ended]:
        """Return what was done, newest first."""
        column = "who" if who else "about"
        chosen = f"d.{column} = $1 and ($4 = '' or d.about = $4)" if who or about else "$1 = $4"
        rest = about if who else ""
        found = await self._fetch(_DEEDS.format(chosen=chosen), text(who or about), text(after), limit, text(rest))
        return [_ended(dict(row)) for row in found]


def deed_rows(deeds: Sequence[Deed]) -> list[Row]:
    """Return deeds as the functions of the database take them."""
    return [tuple(text(v) if isinstance(v, str) else v for v in asdict(deed).values()) for deed in deeds]


def _ended(row: dict[str, object]) -> Ended:
    status, says = row.pop("status"), row.pop("ended")
    return Ended(deed=Deed(**row), status=status, says=says)  # type: ignore[arg-type]
