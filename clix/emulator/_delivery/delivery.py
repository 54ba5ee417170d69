"""From messages and their targets to one delivery result for each device.

A target that is unknown, or that has no device, has no delivery result: Clix does not say what it answers
there, and an empty list is the only answer that invents nothing. It is remembered all the same, so that whoever
wonders where a push went finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._emulator import Emulator
from .._faults.faults import DeliveryFault
from .._faults.magic import FAILING_USERS, magic_devices
from .._http.messages import Answer, json_answer
from .._state.records import Content, Device, JsonObject, LiveActivityContent, Message, Origin, Target

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
    messages: list[Message] = []
    unreached: list[Message] = []
    for target, content in items:
        devices = [device for device in devices_for(emulator, target) if _suits(device, content)]
        messages += [make_message(emulator, now, origin, device, content) for device in devices]
        if not devices:
            unreached.append(_unreached(emulator, now, origin, target, content))
    break_deliveries(emulator, messages, faults)
    emulator.remember_messages(messages)
    emulator.state.messages.extend(unreached)
    for listener in emulator.send_listeners:
        listener(items, messages)
    return messages


def devices_for(emulator: Emulator, target: Target) -> Iterable[Device]:
    """The devices that a target means, made up where the emulator may."""
    devices = emulator.state.devices_of(target) or magic_devices(target)
    if devices:
        return devices
    emulator.state.make_up_phones(target, emulator.now())
    return emulator.state.devices_of(target)


def _suits(device: Device, content: Content) -> bool:
    """A Live Activity goes to a made-up iPhone alone: a made-up Android phone would only make every start fail."""
    is_activity = isinstance(content, LiveActivityContent)
    return not (is_activity and device.is_made_up and device.platform == "ANDROID")


def _unreached(emulator: Emulator, now: float, origin: Origin, target: Target, content: Content) -> Message:
    """What nobody got. Its id is none of those that answers carry, which with a seed stay as they are."""
    return Message(
        message_id=emulator.request_ids.new(),
        at=now,
        origin=origin,
        content=content,
        device_id=target.id if target.kind == "device_id" else "",
        platform=None,
        user_id=target.id if target.kind == "user_id" else "",
        project_user_id=target.id if target.kind == "project_user_id" else None,
        failure_reason=None,
        target=target,
    )


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
