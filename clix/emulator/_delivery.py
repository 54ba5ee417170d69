"""From messages and their targets to one delivery result for each device.

A target that is unknown, or that has no device, has no delivery result: Clix does not say what it answers
there, and an empty list is the only answer that invents nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from clix.emulator._emulator import Emulator
from clix.emulator._http import Answer, json_answer
from clix.emulator._records import Device, JsonObject, LiveActivityContent, Message, Origin, PushContent
from clix.emulator._state import Target

Content: TypeAlias = PushContent | LiveActivityContent

NO_LIVE_ACTIVITIES = "[INVALID_ARGUMENT] Live Activities exist on iOS only"
"""Ours: Clix does not say what a Live Activity for an Android phone ends in."""


def deliver(emulator: Emulator, origin: Origin, items: Iterable[tuple[Target, Content]]) -> list[Message]:
    """Deliver each item to every device that its target means, and remember it."""
    now = emulator.now()
    messages = [
        _message(emulator.ids.new(), now, origin, device, content)
        for target, content in items
        for device in emulator.state.devices_of(target)
    ]
    emulator.state.messages.extend(messages)
    return messages


def delivery_results(messages: Sequence[Message]) -> Answer:
    """How the API tells what became of messages."""
    return json_answer({"delivery_results": [_result(message) for message in messages]})


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


def _message(message_id: str, now: float, origin: Origin, device: Device, content: Content) -> Message:
    platform = device.platform
    return Message(
        message_id=message_id,
        at=now,
        origin=origin,
        content=content,
        device_id=device.id,
        platform=platform,
        user_id=device.user.user_id,
        project_user_id=device.user.project_user_id,
        failure_reason=_inherent_failure(platform, content),
    )


def _inherent_failure(platform: str | None, content: Content) -> str | None:
    if platform == "ANDROID" and isinstance(content, LiveActivityContent):
        return NO_LIVE_ACTIVITIES
    return None
