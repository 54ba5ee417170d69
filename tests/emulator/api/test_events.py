from __future__ import annotations

import httpx

from clix.emulator import Emulator
from tests.emulator.support import add_phone


async def test_an_event_belongs_to_the_user_of_its_device(api: httpx.AsyncClient, emulator: Emulator) -> None:
    add_phone(emulator, "phone", user="ann")
    sent = {"device_id": "phone", "name": "BOUGHT", "event_property": {"custom_properties": {"total": 4.5}}}
    answer = await api.post("/api/v1/events", json={"events": [sent]})
    user_id = emulator.state.devices["phone"].user.user_id
    assert answer.json() == {"events": [{**sent, "user_id": user_id}]}
    (event,) = emulator.state.events
    assert (event.name, event.project_user_id) == ("BOUGHT", "ann")


async def test_an_event_of_an_unknown_device_is_kept_without_a_user(
    api: httpx.AsyncClient, emulator: Emulator
) -> None:
    answer = await api.post("/api/v1/events", json={"events": [{"device_id": "unknown", "name": "X"}]})
    assert answer.json() == {"events": [{"device_id": "unknown", "name": "X", "event_property": {}}]}
    (event,) = emulator.state.events
    assert event.user_id is None
    assert not emulator.state.devices


async def test_what_mobile_sdks_add_is_kept(api: httpx.AsyncClient, emulator: Emulator) -> None:
    properties = {"user_journey_id": "j", "user_journey_node_id": "n", "message_id": "m"}
    event = {"device_id": "phone", "name": "X", "source_type": "CLIX", "event_property": properties}
    await api.post("/api/v1/events", json={"events": [event]})
    (kept,) = emulator.state.events
    assert (kept.source_type, kept.event_property) == ("CLIX", properties)
