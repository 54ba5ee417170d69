"""From messages and their targets to one delivery result for each device.

A target that is unknown, or that has no device, has no delivery result: Clix does not say what it answers
there, and an empty list is the only answer that invents nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from .._emulator import Emulator
from .._faults.faults import DeliveryFault
from .._faults.magic import FAILING_USERS, magic_devices
from .._http.messages import Answer, json_answer
from .._state.records import Content, Device, JsonObject, LiveActivityContent, Message, Origin
from .._state.state import Target

NO_LIVE_ACTIVITIES = "[INVALID_ARGUMENT] Live Activities exist on iOS only"
"""Ours: Clix does not say what a Live Activity for an Android phone ends in."""


def deliver(
    emulator: Emulator,
    origin: Origin,
    items: Sequence[tuple[Target, Content]],
    faults: Sequence[DeliveryFault] = (),
) -> list[Message]:
    """Deliver each item to every device that its target means, and remember it."""
    now = emulator.now()
    messages = [
        make_message(emulator, now, origin, device, content)
        for target, content in items
        for device in emulator.state.devices_of(target) or magic_devices(target)
    ]
    break_deliveries(emulator, messages, faults)
    emulator.remember_messages(messages)
    for listener in emulator.send_listeners:
        listener(items, messages)
    return messages


def make_message(emulator: Emulator, now: float, origin: Origin, device: Device, content: Content) -> Message:
    """A message to one device, and whether it arrives."""
    platform = device.platform
    user = device.user
    failure_reason = FAILING_USERS.get(user.project_user_id or "")
    if platform == "ANDROID" and isinstance(content, LiveActivityContent):
        failure_reason = failure_reason or NO_LIVE_ACTIVITIES
    return Message(
        message_id=emulator.ids.new(),
        at=now,
        origin=origin,
        content=content,
        device_id=device.id,
        platform=platform,
        user_id=user.user_id,
        project_user_id=user.project_user_id,
        failure_reason=failure_reason,
    )


def delivery_results(messages: Sequence[Message]) -> Answer:
    """How the API tells what became of messages."""
    return json_answer({"delivery_results": [_result(message) for message in messages]})


def break_deliveries(
    emulator: Emulator, messages: Sequence[Message], faults: Sequence[DeliveryFault]
) -> None:
    """Let those deliveries fail that the faults are meant for."""
    for message in messages if faults else ():
        ids = (message.device_id, message.project_user_id, message.user_id)
        message.failure_reason = message.failure_reason or emulator.faults.failure_reason(faults, ids)


def _result(message: Message) -> JsonObject:
    params: JsonObject = {"device_id": message.device_id}
    if message.failure_reason is not None:
        params["failure_reason"] = message.failure_reason
        status = "DELIVERY_RESULT_STATUS_FAILED"
    else:
        status = "DELIVERY_RESULT_STATUS_SUCCEED"
        if message.kind == "push":
            params["fcm_message_id"] = f"projects/{message.origin.project_id}/messages/{message.message_id}"
    return {"message_id": message.message_id, "status": status, "additional_params": params}
