"""Events. One of a device that was never registered is kept without a user."""

from __future__ import annotations

from functools import partial

from attrs import frozen

from .._emulator import Emulator
from .._http.messages import Answer, json_answer
from .._state import fields
from .._state.records import Event, JsonObject
from .operation import Call, Operation, Work


@frozen
class _Tracked:
    device_id: str
    name: str
    source_type: str | None
    event_property: JsonObject


def _prepare_create(emulator: Emulator, call: Call) -> Work:
    items = fields.objects(fields.read_object(call.body), "events")
    tracked = [_read_event(item) for item in items]
    return Work(partial(_create, emulator, call, tracked), [event.device_id for event in tracked])


def _create(emulator: Emulator, call: Call, tracked: list[_Tracked]) -> Answer:
    size = len(call.body) // len(tracked)
    events = [_store(emulator, call, event, size) for event in tracked]
    return json_answer({"events": [_view(event) for event in events]})


def _store(emulator: Emulator, call: Call, tracked: _Tracked, size: int) -> Event:
    device = emulator.state.devices.get(tracked.device_id)
    event = Event(
        event_id=emulator.ids.new(),
        at=call.at,
        project_id=call.project_id,
        request_id=call.request_id,
        device_id=tracked.device_id,
        user_id=None if device is None else device.user.user_id,
        project_user_id=None if device is None else device.user.project_user_id,
        name=tracked.name,
        source_type=tracked.source_type,
        event_property=tracked.event_property,
        size=size,
    )
    emulator.state.events.append(event)
    return event


def _view(event: Event) -> JsonObject:
    view: JsonObject = {
        "device_id": event.device_id,
        "name": event.name,
        "event_property": event.event_property,
    }
    if event.user_id is not None:
        view["user_id"] = event.user_id
    return view


def _read_event(item: JsonObject) -> _Tracked:
    event_property = fields.optional_object(item, "event_property")
    fields.optional_text(event_property, "message_id")
    fields.optional_object(event_property, "custom_properties")
    return _Tracked(
        device_id=fields.text(item, "device_id"),
        name=fields.text(item, "name"),
        source_type=fields.optional_text(item, "source_type"),
        event_property={name: value for name, value in event_property.items() if value is not None},
    )


OPERATIONS = (
    Operation(
        name="create_events", method="POST", path="/api/v1/events", prepare=_prepare_create, errors="rpc"
    ),
)
