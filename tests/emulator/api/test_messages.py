from __future__ import annotations

import httpx
import pytest

from clix.emulator import Emulator
from tests.emulator.support import START, add_phone, deliveries, push, send


async def test_every_device_of_a_user_gets_a_delivery_result(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    add_phone(emulator, "tablet", user="ann")
    assert await deliveries(api, push("ann")) == [("phone", None), ("tablet", None)]


async def test_results_come_in_the_order_of_the_notifications(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    for name in ("ann", "bob"):
        add_phone(emulator, f"phone of {name}", user=name)
    results = await deliveries(api, push("bob"), push("nobody"), push("ann"))
    assert results == [("phone of bob", None), ("phone of ann", None)]


async def test_a_target_without_devices_has_no_delivery_result(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    emulator.state.upsert_user("ann", {}, 0.0)
    answer = await send(api, push("ann"), {"target": {"device_id": "unknown"}, "title": "x"})
    assert (answer.status_code, answer.json()) == (200, {"delivery_results": []})


async def test_a_device_and_a_user_of_clix_can_be_targets(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    user_id = emulator.state.devices["phone"].user.user_id
    results = await deliveries(
        api, {"target": {"device_id": "phone"}, "title": "1"}, {"target": {"user_id": user_id}, "title": "2"}
    )
    assert results == [("phone", None), ("phone", None)]


async def test_what_was_sent_is_remembered(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann", platform="ANDROID")
    answer = await send(
        api, {**push("ann", "Hi"), "body": "There", "image_url": "https://i", "landing_url": "a://b"}
    )

    (message,) = emulator.state.messages
    assert message.message_id == answer.json()["delivery_results"][0]["message_id"]
    assert (message.content.title, message.content.body, message.device_id) == ("Hi", "There", "phone")
    assert (message.platform, message.project_user_id, message.at) == ("ANDROID", "ann", START)
    assert message.origin.request_id == answer.headers["x-request-id"]


async def test_ids_are_different_uuids(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    results = (await send(api, *[push("ann")] * 500)).json()["delivery_results"]
    assert len({result["message_id"] for result in results}) == 500


async def test_more_than_five_hundred_notifications_are_accepted(api: httpx.AsyncClient) -> None:
    assert (await send(api, *[push("nobody")] * 501)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        '{"push_notifications": [{"target": {"project_user_id": "a"}, "title"',
        "[]",
        "{}",
        '{"push_notifications": []}',
        '{"push_notifications": {}}',
        '{"push_notifications": [1]}',
        '{"push_notifications": [{"title": "no target"}]}',
        '{"push_notifications": [{"target": {}}]}',
        '{"push_notifications": [{"target": "ann"}]}',
        '{"push_notifications": [{"target": {"project_user_id": ""}}]}',
        '{"push_notifications": [{"target": {"project_user_id": 5}}]}',
        '{"push_notifications": [{"target": {"project_user_id": "a", "user_id": "b"}}]}',
        '{"push_notifications": [{"target": {"project_user_id": "a"}, "title": 5}]}',
        '{"push_notifications": [{"target": {"project_user_id": "a"}, "title": NaN}]}',
        b'{"push_notifications": [{"target": {"project_user_id": "\xff\xfe"}}]}',
        '{"push_notifications": [{"target": {"project_user_id": "\\ud800"}}]}',
        '{"push_notifications": ' + "[" * 100_000,
    ],
)
async def test_what_is_no_list_of_notifications_is_refused_and_not_sent(
    api: httpx.AsyncClient, emulator: Emulator, body: str | bytes
) -> None:
    add_phone(emulator, "phone", user="a")
    answer = await api.post("/api/v1/messages:send", content=body)
    assert (answer.status_code, answer.text) == (400, "Invalid push notification parameters")
    assert len(emulator.state.messages) == 0


async def test_one_bad_notification_refuses_the_whole_batch(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    assert (await send(api, push("ann"), {"target": {}})).status_code == 400
    assert len(emulator.state.messages) == 0
