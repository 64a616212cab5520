"""The switches of the demo: this machine turns them, in JSON however it is spaced; whatever else comes is answered."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from tests.api.doors import ELSEWHERE, Doors, asked, open_doors

from tradelane.testing.practice import PATH, Practice

pytestmark = pytest.mark.anyio
ACME = f"{PATH}/acme"


@dataclass
class Partners:
    """As much of a practice network as the switches need."""

    members: dict[str, SimpleNamespace] = field(default_factory=lambda: {"acme": SimpleNamespace()})
    off: set[str] = field(default_factory=set)


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.fixture
def partners() -> Partners:
    return Partners()


@pytest.fixture
def turn(doors, partners):
    async def work(on: bool) -> None:
        partners.working = on

    door = Practice(doors.app, doors.bench.app, partners, work)

    async def call(path: str, body: bytes = b"", method: str = "POST", client=("127.0.0.1", 1), cut: bool = False):
        return await asked(door, method, path, "", body, client, {}, cut, declared=True)

    return call


@pytest.mark.parametrize("body", [b'{"on":true}', b'{"on": true}', b'\n{ "on" : true }\n'])
async def test_a_switch_is_turned_however_the_json_is_spaced(turn, partners, body):
    assert (await turn(ACME, body.replace(b"true", b"false"))).status == 200
    assert partners.off == {"acme"}
    heard = await turn(ACME, body)
    assert heard.json["switches"][0] == {"name": "acme", "role": "supplier", "on": True}
    assert not partners.off


WRONG = {b"": 400, b"on": 400, b"[true]": 422, b"{}": 422, b'{"on": "yes"}': 422, b'{"on": true, "x": 1}': 422}


@pytest.mark.parametrize(("body", "status"), [*WRONG.items(), (b" " * 2000, 413)])
async def test_what_is_no_switch_is_refused_in_words_and_turns_nothing(turn, partners, body, status):
    heard = await turn(ACME, body)
    assert (heard.status, heard.headers["content-type"]) == (status, "application/problem+json")
    assert heard.json["findings"][0]["fix"]
    assert not partners.off


async def test_who_leaves_in_the_middle_is_no_fault_of_ours(turn):
    assert (await turn(ACME, b'{"on"', cut=True)).status == 0


async def test_nobody_elsewhere_turns_them_and_there_are_no_others(turn, partners):
    assert (await turn(ACME, b'{"on":false}', client=ELSEWHERE)).codes == ["practice.elsewhere"]
    assert (await turn(f"{PATH}/nobody", b'{"on":false}')).status == 404
    assert not partners.off


async def test_everything_else_goes_on_to_the_doors(turn):
    me = (await turn("/session", method="GET")).json
    assert (me["practice"], me["title"], me["initials"]) == (True, "Demo user", "DU")
