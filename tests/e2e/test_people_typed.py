"""People as they are added and shut out at the command line."""

import json
from pathlib import Path

import pytest
from tests.e2e.process import Ran, run


@pytest.fixture
def type_in(tmp_path: Path, fresh_database: str):
    env = {"TRADELANE_HOME": str(tmp_path / "home"), "TRADELANE_DATABASE_URL": fresh_database}

    def typed(*arguments: object) -> Ran:
        return run(*arguments, env=env)

    return typed


def test_a_person_is_added_shown_changed_and_shut_out_and_all_of_it_is_on_record(type_in):
    assert "Nobody yet" in type_in("user", "list").out
    added = type_in("user", "add", "ana", "--role", "admin", "--title", "Ana [Bauer]", "--why", "first of all")
    assert added.code == 0, added.err
    assert "Ana [Bauer] can sign in as ana: Administration." in added.out
    assert "Password, shown this once: " in added.out
    assert "already" in type_in("user", "add", "ana", "--role", "admin").err
    assert "no role 'boss'" in type_in("user", "add", "ben", "--role", "boss").err
    assert "last one who may manage people" in type_in("user", "disable", "ana").err
    assert type_in("user", "add", "ben", "--role", "customer service", "--company").code == 0
    assert "Warehouse" in type_in("user", "role", "ben", "warehouse", "--why", "moved").out
    assert "not yet" in type_in("user", "list").out
    assert type_in("user", "company", "ben", "--why", "a new account there").code == 0
    assert "nobody called kim" in type_in("user", "company", "kim").err
    assert type_in("user", "disable", "ben", "--why", "left us").code == 0
    listed = {row["name"]: row for row in json.loads(type_in("user", "list", "--json").out)}
    assert listed["ana"] == {
        **{"name": "ana", "title": "Ana [Bauer]", "role": "admin"},
        **{"password": True, "company": False, "disabled": False},
    }
    assert (listed["ben"]["role"], listed["ben"]["disabled"]) == ("warehouse", True)
    told = json.loads(type_in("audit", "--json", "--about", "person/ben").out)
    assert [(each["deed"]["action"], each["deed"]["why"]) for each in told] == [
        ("shut out", "left us"),
        ("let in by the company alone", "a new account there"),
        ("give the role warehouse", "moved"),
        ("add a person", ""),
    ]
    assert "first of all" in type_in("audit").out
    assert "$argon2" not in type_in("audit", "--json").out + type_in("user", "list", "--json").out
