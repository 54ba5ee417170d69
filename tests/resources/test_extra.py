"""A request field that Clix adds tomorrow can be sent today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from clix import Clix, Device, Event, InvalidRequestError, LiveActivity, PushNotification, ServerError, Target
from tests.recorder import Recorder, session
from tests.resources.support import Call, sent_by

NEW: Mapping[str, Any] = {"new": {"list": [1, None], "text": "새"}}

ACTIVITY: Mapping[str, Any] = {"attributes_type": "Ride", "attributes": {}, "content_state": {}}
WITH_EXTRA: Mapping[str, tuple[str | None, Call]] = {
    "users.create": (None, lambda clix: clix.users.create("u", extra=NEW)),
    "users.update": (None, lambda clix: clix.users.update("u", {}, extra=NEW)),
    "messages.send": ("push_notifications", lambda clix: clix.messages.send("u", extra=NEW)),
    "messages.send_batch": (
        "push_notifications",
        lambda clix: clix.messages.send_batch([PushNotification("u", extra=NEW)]),
    ),
    "campaigns.trigger": (None, lambda clix: clix.campaigns.trigger("c", extra=NEW)),
    "live_activities.start": (
        "live_activities",
        lambda clix: clix.live_activities.start("u", **ACTIVITY, extra=NEW),
    ),
    "live_activities.start_batch": (
        "live_activities",
        lambda clix: clix.live_activities.start_batch([LiveActivity("u", **ACTIVITY, extra=NEW)]),
    ),
    "events.track": ("events", lambda clix: clix.events.track("d", "n", extra=NEW)),
    "events.track_batch": (
        "events",
        lambda clix: clix.events.track_batch([Event(device_id="d", name="n", extra=NEW)]),
    ),
    "devices.upsert": ("devices", lambda clix: clix.devices.upsert([Device(id="d", extra=NEW)])),
    "devices.set_project_user_id": (
        None,
        lambda clix: clix.devices.set_project_user_id("d", project_user_id="u", extra=NEW),
    ),
    "devices.set_user_properties": (
        None,
        lambda clix: clix.devices.set_user_properties("d", {"a": 1}, extra=NEW),
    ),
}


@pytest.mark.parametrize("name", WITH_EXTRA)
async def test_a_new_field_is_sent_beside_the_known_ones(name: str) -> None:
    items, call = WITH_EXTRA[name]
    body = await sent_by(call)
    holder = body if items is None else body[items][0]
    assert holder["new"] == NEW["new"]
    assert len(holder) > 1 or name == "campaigns.trigger"


async def test_each_item_of_a_batch_has_its_own_new_fields() -> None:
    body = await sent_by(
        lambda clix: clix.devices.upsert(
            [Device(id="a", extra={"n": 1}), Device(id="b"), Device(id="c", extra={"m": 2})]
        )
    )
    assert body["devices"] == [{"id": "a", "n": 1}, {"id": "b"}, {"id": "c", "m": 2}]


@pytest.mark.parametrize(
    "call",
    [
        lambda clix: clix.messages.send(Target.device("d"), extra={"target": {"locale": "ko"}}),
        lambda clix: clix.messages.send_batch(
            [PushNotification(Target.device("d"), extra={"target": {"locale": "ko"}})]
        ),
    ],
)
async def test_a_new_field_of_the_target_leaves_the_target_in_place(call: Call) -> None:
    body = await sent_by(call)
    assert body == {"push_notifications": [{"target": {"device_id": "d", "locale": "ko"}}]}


TAKEN: Mapping[str, tuple[str, Call]] = {
    "users.create": (
        "extra.project_user_id",
        lambda clix: clix.users.create("u", extra={"project_user_id": "v"}),
    ),
    "users.update": (
        "extra.properties.a",
        lambda clix: clix.users.update("u", {"a": 1}, extra={"properties": {"a": 2}}),
    ),
    "messages.send": (
        "extra.title",
        lambda clix: clix.messages.send("u", title="old", extra={"title": None}),
    ),
    "messages.send_batch": (
        "notifications[1].extra.title",
        lambda clix: clix.messages.send_batch(
            [PushNotification("u"), PushNotification("v", title="old", extra={"title": "new"})]
        ),
    ),
    "campaigns.trigger": (
        "extra.audience.broadcast",
        lambda clix: clix.campaigns.trigger("c", broadcast=False, extra={"audience": {"broadcast": True}}),
    ),
    "live_activities.start": (
        "extra.attributes_type",
        lambda clix: clix.live_activities.start("u", **ACTIVITY, extra={"attributes_type": "Walk"}),
    ),
    "live_activities.start_batch": (
        "activities[0].extra.content_state",
        lambda clix: clix.live_activities.start_batch(
            [LiveActivity("u", **ACTIVITY, extra={"content_state": None})]
        ),
    ),
    "events.track": ("extra.name", lambda clix: clix.events.track("d", "n", extra={"name": "m"})),
    "events.track_batch": (
        "events[0].extra.device_id",
        lambda clix: clix.events.track_batch([Event(device_id="d", name="n", extra={"device_id": "e"})]),
    ),
    "devices.upsert": (
        "devices[0].extra.model",
        lambda clix: clix.devices.upsert([Device(id="d", model="a", extra={"model": "b"})]),
    ),
    "devices.set_project_user_id": (
        "extra.project_user_id",
        lambda clix: clix.devices.set_project_user_id(
            "d", project_user_id="u", extra={"project_user_id": "v"}
        ),
    ),
    "devices.set_user_properties": (
        "extra.properties",
        lambda clix: clix.devices.set_user_properties("d", {"a": 1}, extra={"properties": []}),
    ),
}


def test_every_call_that_takes_new_fields_is_tried_with_a_known_one() -> None:
    assert TAKEN.keys() == WITH_EXTRA.keys()


@pytest.mark.parametrize("name", TAKEN)
async def test_a_field_that_is_sent_already_is_never_replaced(name: str) -> None:
    place, call = TAKEN[name]
    recorder = Recorder()
    async with session(recorder) as clix:
        with pytest.raises(InvalidRequestError) as refused:
            await call(clix)
    field = place.rpartition(".")[2]
    assert str(refused.value) == f"{place} would replace the {field} that is sent already; give only one."
    assert recorder.requests == []


async def test_a_known_field_that_the_call_leaves_out_may_be_sent_as_null() -> None:
    body = await sent_by(lambda clix: clix.messages.send("u", extra={"title": None}))
    assert body["push_notifications"][0]["title"] is None


@pytest.mark.parametrize(
    "call",
    [
        lambda clix: clix.messages.send("u", extra={"target": {"device_id": "d"}}),
        lambda clix: clix.messages.send_batch([PushNotification("u", extra={"target": {"user_id": "x"}})]),
        lambda clix: clix.live_activities.start("u", **ACTIVITY, extra={"target": {"device_id": "d"}}),
    ],
)
async def test_a_second_target_is_refused(call: Call) -> None:
    with pytest.raises(InvalidRequestError, match=r"extra\.target names a second target; an item has one\.$"):
        await sent_by(call)


async def test_the_callers_own_values_stay_as_they_were() -> None:
    properties = {"cart": {"items": [1]}}
    extra = {"properties": {"cart": {"coupon": "x"}}}
    body = await sent_by(lambda clix: clix.campaigns.trigger("c", properties=properties, extra=extra))
    assert body["properties"] == {"cart": {"items": [1], "coupon": "x"}}
    assert (properties, extra) == ({"cart": {"items": [1]}}, {"properties": {"cart": {"coupon": "x"}}})


async def test_every_attempt_sends_the_same_new_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(status=500)
    async with session(recorder) as clix:
        _without_waiting(clix, monkeypatch)
        with pytest.raises(ServerError):
            await clix.users.create("u", {"a": 1}, extra={"properties": {"b": 2}})
    assert [request.content for request in recorder.requests] == [
        b'{"project_user_id":"u","properties":{"a":1,"b":2}}'
    ] * 3


def _without_waiting(clix: Clix, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr(clix._session.bound.clock, "sleep", at_once)
