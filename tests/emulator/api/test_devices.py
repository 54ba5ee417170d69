from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._state.records import PushContent
from clix.emulator._webhooks import webhook_payload
from tests.emulator.support import add_phone, client_of, deliveries


async def test_a_device_is_found_again_by_its_id_and_keeps_what_is_not_given(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await api.post("/api/v1/devices", json={"devices": [{"id": "phone", "platform": "IOS", "model": "old"}]})
    answer = await api.post(
        "/api/v1/devices", json={"devices": [{"id": "phone", "model": "new", "ad_id": None}]}
    )
    (device,) = answer.json()["devices"]
    user_id = emulator.state.devices["phone"].user.user_id
    assert device == {"id": "phone", "user_id": user_id, "platform": "IOS", "model": "new"}
    assert len(emulator.state.users) == 1


async def test_the_first_name_names_the_unnamed_user_of_a_device(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone")
    nameless = emulator.state.devices["phone"].user
    await api.post("/api/v1/devices/phone/user/project-user-id", json={"project_user_id": "ann"})
    assert emulator.state.user("ann") is nameless


async def test_a_device_moves_to_a_user_who_exists(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    add_phone(emulator, "tablet", user="bob")
    await api.post("/api/v1/devices/tablet/user/project-user-id", json={"project_user_id": "ann"})
    ann, bob = emulator.state.user("ann"), emulator.state.user("bob")
    assert ann is not None
    assert bob is not None
    assert (list(ann.devices), list(bob.devices)) == (["phone", "tablet"], [])


async def test_a_named_users_device_that_gets_a_new_name_leaves_the_user_behind(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    await api.post("/api/v1/devices/phone/user/project-user-id", json={"project_user_id": "bob"})
    assert emulator.state.devices["phone"].user is emulator.state.user("bob")
    assert emulator.state.user("ann") is not None


async def test_an_app_can_take_the_name_away_again(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    answer = await api.delete("/api/v1/devices/phone/user/project-user-id")
    assert answer.status_code == 200
    assert emulator.state.devices["phone"].user.project_user_id is None


async def test_naming_the_user_of_an_unknown_device_registers_it(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    await api.post("/api/v1/devices/new/user/project-user-id", json={"project_user_id": "ann"})
    assert emulator.state.devices["new"].user is emulator.state.user("ann")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"name": "p", "value": "25"}, "25"),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "25"}, 25),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "2.5"}, 2.5),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "1e300"}, 1e300),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_BOOLEAN", "value": "true"}, True),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_BOOLEAN", "value_string": False}, False),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value_string": 25}, 25),
        ({"name": "p", "type": "USER_PROPERTY_TYPE_NEW", "value": "x"}, "x"),
    ],
)
async def test_a_property_is_stored_as_its_type_says_and_echoed_as_sent(
    api: httpx.AsyncClient, emulator: Emulator, item: dict[str, object], expected: object
) -> None:
    add_phone(emulator, "phone", user="ann")
    answer = await api.post("/api/v1/devices/phone/user/properties", json={"properties": [item]})
    assert answer.json() == {"properties": [item]}
    stored = emulator.state.devices["phone"].user.properties["p"]
    assert (stored, type(stored)) == (expected, type(expected))


@pytest.mark.parametrize(
    "item",
    [
        {"value": "x"},
        {"name": "p"},
        {"name": "p", "value": 5},
        {"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "many"},
        {"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "nan"},
        {"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value": "9" * 5_000},
        {"name": "p", "type": "USER_PROPERTY_TYPE_NUMBER", "value_string": True},
        {"name": "p", "type": "USER_PROPERTY_TYPE_BOOLEAN", "value": "yes"},
    ],
)
async def test_a_property_that_is_not_of_its_type_is_refused(
    api: httpx.AsyncClient, item: dict[str, object]
) -> None:
    answer = await api.post("/api/v1/devices/phone/user/properties", json={"properties": [item]})
    assert (answer.status_code, answer.json()["code"], answer.json()["details"]) == (400, 3, [])


async def test_an_app_can_remove_properties(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    emulator.state.upsert_user("ann", {"a": 1, "b": 2, "c": 3}, 0.0)
    answer = await api.delete("/api/v1/devices/phone/user/properties?property_names=a,b,unknown")
    assert answer.status_code == 200
    assert emulator.state.devices["phone"].user.properties == {"c": 3}


async def test_an_app_can_register_a_start_token(api: httpx.AsyncClient, emulator: Emulator) -> None:
    answer = await api.post(
        "/api/v1/devices/phone/live-activity-start-tokens",
        json={"attributes_type": "Ride", "push_to_start_token": "abc"},
    )
    assert answer.status_code == 200
    assert emulator.state.devices["phone"].start_tokens == {"Ride": "abc"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/devices", '{"devices": [{"id": ""}]}'),
        ("POST", "/api/v1/devices", '{"devices": [{"platform": "IOS"}]}'),
        ("POST", "/api/v1/devices", '{"devices": [{"id": "d", "model": 5}]}'),
        ("POST", "/api/v1/devices", '{"devices": [{"id": "d", "is_push_permission_granted": "yes"}]}'),
        ("POST", "/api/v1/devices", '{"devices": []}'),
        ("POST", "/api/v1/devices", "{"),
        ("POST", "/api/v1/devices/d/user/project-user-id", "{}"),
        ("POST", "/api/v1/devices//user/project-user-id", '{"project_user_id": "ann"}'),
        ("POST", "/api/v1/devices/d/user/properties", '{"properties": {}}'),
        ("DELETE", "/api/v1/devices/d/user/properties", ""),
        ("POST", "/api/v1/devices/d/live-activity-start-tokens", "{}"),
        ("POST", "/api/v1/events", '{"events": [{"name": "no device"}]}'),
    ],
)
async def test_errors_about_devices_and_events_are_rpc_statuses(
    api: httpx.AsyncClient, emulator: Emulator, method: str, path: str, body: str
) -> None:
    answer = await api.request(method, path, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/json")
    assert answer.json()["code"] == 3
    assert answer.json()["message"]
    assert len(emulator.state.devices) == 0


@given(platform=st.sampled_from(["IOS", "ANDROID"]), upper=st.lists(st.booleans(), min_size=7, max_size=7))
async def test_a_platform_is_understood_in_any_spelling(platform: str, upper: list[bool]) -> None:
    emulator = Emulator(EmulatorConfig(strict=True))
    spelling = "".join(
        letter.upper() if is_upper else letter.lower()
        for letter, is_upper in zip(platform, upper, strict=False)
    )
    async with client_of(emulator) as api:
        await api.post("/api/v1/devices", json={"devices": [{"id": "phone", "platform": spelling}]})
        results = await deliveries(api, {"target": {"device_id": "phone"}, "title": "Hi"})
    (message,) = emulator.state.messages
    assert results == [("phone", None)]
    assert message.platform == platform
    assert isinstance(message.content, PushContent)
    assert webhook_payload(message, message.content)["platform"] == platform


async def test_a_live_activity_fails_on_an_android_phone_that_a_real_app_registered(
    api: httpx.AsyncClient,
) -> None:
    await api.post("/api/v1/devices", json={"devices": [{"id": "phone", "platform": "Android"}]})
    activity = {
        "target": {"device_id": "phone"},
        "attributes_type": "RideAttributes",
        "attributes": {},
        "content_state": {},
    }
    answer = await api.post("/api/v1/live-activities:start", json={"live_activities": [activity]})
    assert [result["status"] for result in answer.json()["delivery_results"]] == [
        "DELIVERY_RESULT_STATUS_FAILED"
    ]
