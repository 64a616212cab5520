"""Whom the company's sign-in means: found by name once, by the account from then on, made where the settings say so."""

from datetime import datetime, timezone

import pytest
from msgspec.structs import replace

from tradelane.model.person import Deed, Person
from tradelane.partners.profile import OpenIdConnect
from tradelane.runtime import people
from tradelane.runtime.company_sign_in import Refused, person_for
from tradelane.testing.memory_store import MemoryStore

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
SAID = OpenIdConnect(issuer="https://login.example.com", client_id="tradelane", address="https://tl.example.com")
MAKING = replace(SAID, roles={"Boss": "admin", "Buyers": "procurement", "Store": "warehouse"})
ANA = {"sub": "1", "email": "ana@example.com", "email_verified": True, "name": "Ana Bauer"}
DEED = Deed(id="1", at=NOW, who="", by="company", action="")


@pytest.fixture
async def store() -> MemoryStore:
    made = MemoryStore()
    await people.add(made, "ana@example.com", "Ana", "admin", "", NOW)
    return made


async def came(store: MemoryStore, claims, said: OpenIdConnect = SAID) -> Person:
    return await person_for(store, said, claims, DEED, NOW)


async def code_of(store: MemoryStore, claims, said: OpenIdConnect = SAID) -> str:
    with pytest.raises(Refused) as why:
        await came(store, claims, said)
    [finding] = why.value.findings
    assert finding.says
    assert finding.fix
    return finding.code


async def test_somebody_is_found_by_name_the_first_time_and_by_the_account_from_then_on(store):
    for email in ("ANA@Example.com", "ana.new-name@example.com"):
        assert (await came(store, ANA | {"email": email})).name == "ana@example.com"
    assert (await came(store, {"sub": "1"})).name == "ana@example.com"
    [deed] = [each.deed for each in await store.deeds()]
    assert (deed.who, deed.about, deed.by) == ("ana@example.com", "person/ana@example.com", "company")


async def test_another_account_with_the_same_name_is_somebody_else(store):
    await came(store, ANA)
    assert await code_of(store, ANA | {"sub": "2"}) == "openid.another"
    moved = replace(SAID, issuer="https://new.example.com")
    assert (await came(store, ANA | {"sub": "2"}, moved)).name == "ana@example.com", "the company has another provider"
    assert await code_of(store, ANA, moved) == "openid.another", "what the one before said counts no more"


async def test_whoever_does_not_work_here_is_not_let_in(store):
    assert await code_of(store, ANA | {"email": "ben@example.com"}) == "openid.unknown"
    assert [each.name for each in await store.people()] == ["ana@example.com"]


@pytest.mark.parametrize("first", [False, True])
async def test_whoever_is_shut_out_stays_shut_out(store, first):
    if first:
        await came(store, ANA)
    ana = await store.person("ana@example.com")
    await store.keep_person(replace(ana, disabled=True))
    assert await code_of(store, ANA) == "openid.disabled"
    assert await code_of(store, ANA | {"groups": ["Boss"]}, MAKING) == "openid.disabled"
    assert (await store.person("ana@example.com")).disabled


@pytest.mark.parametrize(
    ("groups", "role"), [(["Store", "Buyers"], "procurement"), ("Store", "warehouse"), (["Boss"], "admin")]
)
async def test_with_roles_somebody_new_is_made_by_the_first_that_fits(store, groups, role):
    ben = {"sub": "2", "email": "ben@example.com", "name": " Ben\n  Kim ", "groups": groups}
    made = await came(store, ben, MAKING)
    assert (made.name, made.title, made.role, made.password) == ("ben@example.com", "Ben Kim", role, "")
    again = await came(store, ben | {"groups": ["Boss"]}, MAKING)
    assert again == made, "from then on the role is what Tradelane says"
    assert [each.deed.action for each in await store.deeds()] == ["add a person"]


@pytest.mark.parametrize("groups", [None, [], "boss", ["Boss "], [["Boss"]], {"Boss": True}, [None], 1])
async def test_whoever_is_in_no_group_of_ours_is_not_made(store, groups):
    ben = {"sub": "2", "email": "ben@example.com", "groups": groups}
    assert await code_of(store, ben, MAKING) == "openid.no-role"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": None}, "openid.no-name"),
        ({"email": ["ana@example.com"]}, "openid.no-name"),
        ({"email": ""}, "openid.no-name"),
        ({"email_verified": False}, "openid.email"),
        ({"email_verified": "false"}, "openid.email"),
        ({"email_verified": None}, "openid.email"),
        ({"email": "ana@example.com\n"}, "openid.bad-name"),
        ({"email": "\u212ana@example.com"}, "openid.bad-name"),
        ({"email": "a" * 101}, "openid.bad-name"),
        ({"email": "../ana"}, "openid.bad-name"),
    ],
)
async def test_a_name_that_cannot_be_trusted_is_nobodys(store, changed, code):
    assert await code_of(store, ANA | changed) == code


async def test_a_title_that_cannot_be_read_is_left_out(store):
    ben = {"sub": "2", "email": "ben@example.com", "name": "B\u202een", "groups": ["Store"]}
    assert (await came(store, ben, MAKING)).title == "ben@example.com"


async def test_the_name_may_stand_in_another_claim(store):
    said = replace(SAID, name_claim="preferred_username")
    await people.add(store, "kim", "Kim", "warehouse", "", NOW)
    assert (await came(store, {"sub": "3", "preferred_username": "Kim", "email_verified": False}, said)).name == "kim"
