"""What holds for every request, however broken."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._api import OPERATIONS
from clix.emulator._api.operation import Operation
from clix.emulator._http.messages import usual_answer
from tests.emulator.api.test_admission import path_of
from tests.emulator.support import client_of, push, send

LIMIT = 10_000_000


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/messages:unsend", "/api/v1/users/a/b", "/nowhere"]
)
async def test_an_unknown_path_is_a_404_with_a_request_id(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.post(path, json={})
    assert answer.status_code == 404
    assert answer.headers["x-request-id"]


async def test_a_wrong_method_is_a_405_that_names_the_right_ones(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/users/ann")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, PATCH")


async def test_an_encoded_colon_is_a_colon(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/messages%3Asend", json={"push_notifications": [push("nobody")]})
    assert answer.status_code == 200


async def test_request_ids_are_never_the_same(api: httpx.AsyncClient) -> None:
    ids = {(await api.get("/api/v1/health")).headers["x-request-id"] for _ in range(50)}
    assert len(ids) == 50


def padded(size: int) -> bytes:
    start, end = b'{"push_notifications":[{"target":{"project_user_id":"a"},"title":"', b'"}]}'
    return start + b"x" * (size - len(start) - len(end)) + end


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413)])
async def test_a_body_may_have_ten_megabytes(api: httpx.AsyncClient, size: int, status: int) -> None:
    answer = await api.post("/api/v1/messages:send", content=padded(size))
    assert answer.status_code == status


async def test_a_body_without_a_length_is_counted_as_it_comes(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * 1_000_000

    answer = await api.post("/api/v1/devices", content=endless())
    assert (answer.status_code, answer.json()["code"]) == (413, 11)
    assert next(iter(emulator.state.requests)).status == 413


@pytest.mark.parametrize("status", range(400, 600))
def test_every_error_status_has_an_answer(status: int) -> None:
    for style in ("text", "rpc"):
        assert usual_answer(status, style).status == status


async def test_a_mistake_of_the_emulator_is_a_500(
    api: httpx.AsyncClient, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator.state, "upsert_user", None)
    answer = await api.post("/api/v1/users", json={"project_user_id": "ann"})
    assert (answer.status_code, answer.json()) == (500, {"error": "Internal Server Error"})


async def test_requests_are_remembered_with_the_beginning_of_their_bodies(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await send(api, *[push("nobody", "x" * 100)] * 100)
    (request,) = emulator.state.requests
    assert (request.operation, request.status) == ("send_push_notifications", 200)
    assert len(request.request_body) < request.request_bytes
    assert request.answer_body == b'{"delivery_results":[]}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
WORDS = [
    *(
        "push_notifications",
        "target",
        "project_user_id",
        "device_id",
        "user_id",
        "title",
        "body",
        "properties",
    ),
    *("live_activities", "attributes", "attributes_type", "content_state", "alert", "audience", "broadcast"),
    *("targets", "devices", "id", "platform", "events", "name", "event_property", "value", "type"),
    *("custom_properties", "push_to_start_token", "value_string", "is_push_permission_granted"),
]
NEARLY_RIGHT = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=NEARLY_RIGHT)
async def test_no_json_brings_the_emulator_down(operation: Operation, body: object) -> None:
    async with client_of(Emulator(EmulatorConfig(rate_limit=None))) as api:
        answer = await api.request(operation.method, path_of(operation), json=body)
    assert answer.status_code in (200, 400, 404)
