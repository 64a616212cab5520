"""What holds at every door: safe headers, a number for every request, a log that tells nothing, no code shown."""

from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.api.doors import OPERATOR, Doors, open_doors
from tests.runtime.bench_house import response_855

from tradelane.api.gate import HEADER_BYTES_MAX, HEADERS_MAX
from tradelane.store.port import StoreUnavailable

pytestmark = pytest.mark.anyio

PATHS = ("/", "/health/live", "/openapi.json", "/process/v1/orders", "/process/v1/orders/none", "/nowhere")


@pytest.fixture
async def doors(tmp_path) -> Doors:
    return await open_doors(tmp_path)


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_safe_headers(doors, path):
    heard = await doors.call("GET", path, key=OPERATOR)
    for name in ("x-content-type-options", "x-frame-options", "referrer-policy", "content-security-policy"):
        assert heard.headers[name]
    assert heard.headers["x-request-id"]
    assert heard.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in heard.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/process/v1/orders", "/process/v1/documents", "/process/v1/events?from=now"])
@pytest.mark.parametrize(
    ("fault", "status"), [(RuntimeError("secret in store.py line 12"), 500), (StoreUnavailable(), 503)]
)
async def test_a_fault_behind_any_door_shows_nothing_of_our_code(doors, monkeypatch, path, fault, status):
    async def broken(*_: Any, **__: Any) -> Any:
        raise fault

    for name in ("view_rows", "ends"):
        monkeypatch.setattr(doors.bench.store, name, broken)
    with capture_logs() as logs:
        heard = await doors.call("GET", path, key=OPERATOR)
    assert heard.status == status
    assert heard.headers["content-type"] == "application/problem+json"
    assert b"secret" not in heard.body
    assert b".py" not in heard.body
    assert heard.json["request_id"] == heard.headers["x-request-id"]
    assert "secret" not in str(logs)
    assert ("retry-after" in heard.headers) == (status == 503)


async def test_the_log_has_one_line_a_request_and_neither_key_nor_body(doors):
    headers = {"content-type": "application/edi-x12", "idempotency-key": "my-key"}
    with capture_logs() as logs:
        body = response_855("4711")
        await doors.call("POST", "/partner/v1/transmissions?token=abc", key="acme-key", body=body, headers=headers)
    [line] = [each for each in logs if each["event"] == "answered"]
    assert (line["status"], line["caller"], line["method"]) == (202, "partner/acme", "POST")
    for secret in ("acme-key", "my-key", "ISA", "abc"):
        assert secret not in str(logs)


async def test_headers_beyond_the_limits_are_refused(doors):
    many = {f"x-{n}": "1" for n in range(HEADERS_MAX)}
    for headers in (many, {"x-long": "a" * HEADER_BYTES_MAX}):
        heard = await doors.call("GET", "/health/live", headers=headers)
        assert (heard.status, heard.codes) == (431, ["request.headers-too-large"])


async def test_every_request_has_a_number_of_its_own(doors):
    numbers = {(await doors.call("GET", "/health/live")).headers["x-request-id"] for _ in range(20)}
    assert len(numbers) == 20
