from __future__ import annotations

import httpx
import pytest

from clix.emulator import Emulator
from tests.emulator.support import add_phone


async def test_creating_a_user_who_exists_updates_the_given_properties(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await api.post(
        "/api/v1/users", json={"project_user_id": "ann", "properties": {"tier": "gold", "age": 25}}
    )
    await api.post("/api/v1/users", json={"project_user_id": "ann", "properties": {"age": 26, "city": None}})

    user = emulator.state.user("ann")
    assert user is not None
    assert user.properties == {"tier": "gold", "age": 26, "city": None}
    assert len(emulator.state.users) == 1


async def test_the_answer_repeats_the_given_properties_and_no_others(api: httpx.AsyncClient) -> None:
    await api.post("/api/v1/users", json={"project_user_id": "ann", "properties": {"tier": "gold"}})
    answer = await api.patch("/api/v1/users/ann", json={"properties": {"age": 26}})
    assert answer.json() == {"properties": {"age": 26}}


async def test_an_unknown_user_cannot_be_updated(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/api/v1/users/nobody", json={"properties": {}})
    assert (answer.status_code, answer.content) == (404, b"")


async def test_a_user_who_does_not_exist_can_be_deleted(api: httpx.AsyncClient) -> None:
    answer = await api.delete("/api/v1/users/nobody")
    assert (answer.status_code, answer.json()) == (200, {})


async def test_the_phones_of_a_deleted_user_belong_to_nobody_in_particular(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    await api.delete("/api/v1/users/ann")
    assert emulator.state.user("ann") is None
    assert emulator.state.devices["phone"].user.project_user_id is None
    assert len(emulator.state.users) == 1


@pytest.mark.parametrize("user_id", ["a/b", "a b", "ü", "%2F", "a:b", "..", "messages:send", "#?&"])
async def test_any_id_finds_its_user_when_percent_encoded(
    api: httpx.AsyncClient, emulator: Emulator, user_id: str
) -> None:
    emulator.state.upsert_user(user_id, {}, 0.0)
    encoded = "".join(f"%{byte:02X}" for byte in user_id.encode())
    answer = await api.patch(f"/api/v1/users/{encoded}", json={"properties": {"seen": True}})
    assert answer.status_code == 200
    assert emulator.state.user(user_id).properties == {"seen": True}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', "{}", '{"project_user_id": ""}', '{"project_user_id": 7}']
)
async def test_a_user_without_a_readable_id_is_refused(api: httpx.AsyncClient, body: str) -> None:
    answer = await api.post("/api/v1/users", content=body)
    assert (answer.status_code, answer.text) == (400, "Project User Id must be provided")


async def test_an_empty_id_in_the_path_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/api/v1/users/", json={"properties": {}})
    assert (answer.status_code, answer.text) == (400, "Project User Id must be provided")


@pytest.mark.parametrize("properties", [[], "x", 1, {"nested": {}}, {"list": [1]}])
async def test_properties_must_be_simple(api: httpx.AsyncClient, properties: object) -> None:
    answer = await api.post("/api/v1/users", json={"project_user_id": "ann", "properties": properties})
    assert (answer.status_code, answer.text) == (400, "Invalid user properties")
