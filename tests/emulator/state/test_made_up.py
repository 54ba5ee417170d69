"""Everybody has phones, unless the emulator is strict."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from clix.emulator import Emulator, EmulatorConfig
from tests.emulator.support import add_phone, client_of, deliveries, push

BOTH = [("iphone-of-ann", None), ("android-of-ann", None)]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(EmulatorConfig())


@pytest.fixture
async def api(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(emulator) as client:
        yield client


async def test_who_has_no_device_gets_two_phones_that_stay(api: httpx.AsyncClient) -> None:
    assert await deliveries(api, push("ann")) == BOTH
    assert await deliveries(api, push("ann")) == BOTH


async def test_the_real_device_of_a_user_takes_their_place(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await deliveries(api, push("ann"))

    add_phone(emulator, "tablet", user="ann")

    assert await deliveries(api, push("ann")) == [("tablet", None)]
    assert list(emulator.state.devices) == ["tablet"]


async def test_a_live_activity_is_started_on_the_iphone_alone(api: httpx.AsyncClient) -> None:
    activity = {
        "target": {"project_user_id": "ann"},
        "attributes_type": "RideAttributes",
        "attributes": {},
        "content_state": {},
    }
    answer = await api.post("/api/v1/live-activities:start", json={"live_activities": [activity]})
    results = answer.json()["delivery_results"]
    assert [result["additional_params"]["device_id"] for result in results] == ["iphone-of-ann"]


async def test_a_deleted_user_has_none_until_created_again(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await deliveries(api, push("ann"))
    await api.delete("/api/v1/users/ann")
    assert (await deliveries(api, push("ann")), len(emulator.state.devices)) == ([], 0)

    await api.post("/api/v1/users", json={"project_user_id": "ann"})

    assert await deliveries(api, push("ann")) == BOTH


async def test_a_broadcast_reaches_users_without_a_device(api: httpx.AsyncClient, emulator: Emulator) -> None:
    await api.post("/_emulator/campaigns", json={"id": "welcome", "title": "Hi {{ user.name }}"})
    await api.post("/api/v1/users", json={"project_user_id": "ann", "properties": {"name": "Ann"}})

    await api.post("/api/v1/campaigns/welcome:trigger", json={"audience": {"broadcast": True}})

    assert [message.content.title for message in emulator.state.messages] == ["Hi Ann"] * 2


async def test_what_reached_nobody_is_remembered_with_its_target(api: httpx.AsyncClient) -> None:
    await deliveries(api, {"target": {"user_id": "no such id"}, "title": "Hello"})

    (message,) = (await api.get("/_emulator/messages")).json()["messages"]
    assert (message["status"], message["title"], message["user_id"]) == ("unreached", "Hello", "no such id")
