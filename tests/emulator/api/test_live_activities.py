from __future__ import annotations

from typing import Any

import httpx
import pytest

from clix.emulator import Emulator
from clix.emulator._state.records import LiveActivityContent
from tests.emulator.support import add_phone

RIDE: dict[str, Any] = {
    "target": {"project_user_id": "ann"},
    "attributes_type": "Ride",
    "attributes": {"id": 1},
    "content_state": {"minutes": 4},
}


async def start(api: httpx.AsyncClient, *activities: dict[str, Any]) -> httpx.Response:
    return await api.post("/api/v1/live-activities:start", json={"live_activities": list(activities)})


async def test_a_live_activity_is_remembered_with_its_alert(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    add_phone(emulator, "phone", user="ann")
    await start(api, {**RIDE, "alert": {"title": "Soon", "body": "4 minutes"}})
    (message,) = emulator.state.messages
    assert isinstance(message.content, LiveActivityContent)
    assert (message.kind, message.content.title, message.content.body) == (
        "live_activity",
        "Soon",
        "4 minutes",
    )
    assert (message.content.attributes, message.content.content_state) == ({"id": 1}, {"minutes": 4})


async def test_without_an_alert_clix_words_are_shown(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    await start(api, RIDE)
    (message,) = emulator.state.messages
    assert (message.content.title, message.content.body) == ("Live Activity", "Started")


async def test_on_an_android_phone_it_fails(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann", platform="ANDROID")
    (result,) = (await start(api, RIDE)).json()["delivery_results"]
    assert result["status"] == "DELIVERY_RESULT_STATUS_FAILED"
    assert "iOS only" in result["additional_params"]["failure_reason"]


@pytest.mark.parametrize("missing", RIDE)
async def test_what_is_required_cannot_be_left_out(api: httpx.AsyncClient, missing: str) -> None:
    answer = await start(api, {name: value for name, value in RIDE.items() if name != missing})
    assert (answer.status_code, answer.text) == (400, "Invalid live activity parameters")


@pytest.mark.parametrize("alert", [{"title": "x"}, {"body": "x"}, "x", {"title": 1, "body": "x"}])
async def test_an_alert_needs_title_and_body(api: httpx.AsyncClient, alert: object) -> None:
    assert (await start(api, {**RIDE, "alert": alert})).status_code == 400
