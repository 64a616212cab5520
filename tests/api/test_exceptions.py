"""What people do about an exception over HTTP."""

from datetime import timedelta

import pytest
from tests.api.doors import Doors, open_doors
from tests.runtime.bench_house import x12

pytestmark = pytest.mark.anyio


@pytest.fixture
async def doors(tmp_path) -> Doors:
    made = await open_doors(tmp_path)
    await made.send("acme", x12("ACME", "855", "PR", "BAK*00*AD"))
    return made


async def test_one_comment_sent_twice_is_said_once(doors):
    [row] = (await doors.operator("GET", "/process/v1/cases")).json["items"]
    path = f"/process/v1/cases/{row['id']}"
    for key in ("k1", "k1", "k2"):
        heard = await doors.operator("POST", f"{path}/comment", {"says": "called"}, headers={"idempotency-key": key})
        assert heard.status == 200, heard.body
        doors.bench.clock.advance(timedelta(seconds=1))
    timeline = (await doors.operator("GET", path)).json["timeline"]
    assert len([entry for entry in timeline if entry["type"] == "case.commented"]) == 2
