"""The four skills: from their data to a request of the API, and from its answer to an artifact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import field, frozen

from .._api import OPERATIONS
from .._api.operation import Operation
from .._emulator import Emulator
from .._state.fields import as_object, objects, text
from .._state.names import OperationName
from .._state.records import Json, JsonObject

_TARGETS: Final = {"projectUserId": "project_user_id", "deviceId": "device_id", "userId": "user_id"}
_TEXTS: Final = {"title": "title", "body": "body", "imageUrl": "image_url", "landingUrl": "landing_url"}
_SUCCEEDED: Final = "DELIVERY_RESULT_STATUS_SUCCEED"


@frozen
class SkillRequest:
    """A request of the API."""

    body: JsonObject
    params: dict[str, str] = field(factory=dict[str, str])
    """What the braces of the operation's path stand for."""


@frozen(kw_only=True)
class Skill:
    """One skill. What `request` makes may be wrong: the operation checks it."""

    name: str
    description: str
    example: JsonObject
    artifact: str
    operation: Operation
    request: Callable[[JsonObject], SkillRequest]
    result: Callable[[Emulator, JsonObject, JsonObject], JsonObject]
    """The artifact's data, from the emulator, the skill's data and the operation's answer. Raises MalformedError."""


def _operation(name: OperationName) -> Operation:
    return next(operation for operation in OPERATIONS if operation.name == name)


def _renamed(source: Mapping[str, Json], names: Mapping[str, str]) -> JsonObject:
    return {new: source[old] for old, new in names.items() if source.get(old) is not None}


def _send_request(data: JsonObject) -> SkillRequest:
    push: JsonObject = {"target": _renamed(data, _TARGETS), **_renamed(data, _TEXTS)}
    return SkillRequest({"push_notifications": [push]})


def _send_result(_emulator: Emulator, _data: JsonObject, answer: JsonObject) -> JsonObject:
    found = answer.get("delivery_results")
    deliveries = objects(answer, "delivery_results") if found else []
    results: list[Json] = [
        {"messageId": text(delivery, "message_id"), "status": text(delivery, "status")}
        for delivery in deliveries
    ]
    sent = sum(delivery.get("status") == _SUCCEEDED for delivery in deliveries)
    return {"totalSent": sent, "results": results}


def _trigger_request(data: JsonObject) -> SkillRequest:
    body: JsonObject = _renamed(data, {"properties": "properties"})
    targets = data.get("targets")
    if isinstance(targets, list):
        targets = [_renamed(item, _TARGETS) if isinstance(item, dict) else item for item in targets]
    if targets is not None:
        body["audience"] = {"targets": targets}
    campaign_id = data.get("campaignId")
    return SkillRequest(body, {"campaign_id": campaign_id if isinstance(campaign_id, str) else ""})


def _trigger_result(_emulator: Emulator, _data: JsonObject, answer: JsonObject) -> JsonObject:
    return {"triggerId": text(answer, "trigger_id")}


def _user_request(data: JsonObject) -> SkillRequest:
    return SkillRequest(_renamed(data, {"projectUserId": "project_user_id", "properties": "properties"}))


def _user_result(emulator: Emulator, data: JsonObject, answer: JsonObject) -> JsonObject:
    as_object(answer.get("properties"), "properties")
    project_user_id = text(data, "projectUserId")
    user = emulator.state.user(project_user_id)
    return {"userId": "" if user is None else user.user_id, "projectUserId": project_user_id}


def _event_request(data: JsonObject) -> SkillRequest:
    event: JsonObject = {
        **_renamed(data, {"deviceId": "device_id", "eventName": "name"}),
        "event_property": _renamed(data, {"properties": "custom_properties"}),
    }
    return SkillRequest({"events": [event]})


def _event_result(_emulator: Emulator, data: JsonObject, answer: JsonObject) -> JsonObject:
    return {"trackedEvents": len(objects(answer, "events")), "eventName": text(data, "eventName")}


SKILLS: Final = {
    skill.name: skill
    for skill in (
        Skill(
            name="send-push-notification",
            description="Send a push notification to one user or device.",
            example={"projectUserId": "user_123", "title": "Your order shipped", "body": "Tap to track it."},
            artifact="delivery-results",
            operation=_operation("send_push_notifications"),
            request=_send_request,
            result=_send_result,
        ),
        Skill(
            name="trigger-campaign",
            description="Trigger a campaign, for some users or devices or for all of its segment.",
            example={"campaignId": "019aa002-1d0e-7407-a0c5-5bfa8dd2be30", "properties": {"order": "A-1"}},
            artifact="trigger-result",
            operation=_operation("trigger_campaign"),
            request=_trigger_request,
            result=_trigger_result,
        ),
        Skill(
            name="create-user",
            description="Create a user, or update the properties of one.",
            example={"projectUserId": "user_123", "properties": {"plan": "premium"}},
            artifact="user-result",
            operation=_operation("create_user"),
            request=_user_request,
            result=_user_result,
        ),
        Skill(
            name="track-event",
            description="Track an event of a device.",
            example={"deviceId": "device-1", "eventName": "purchase", "properties": {"total": 12}},
            artifact="event-result",
            operation=_operation("create_events"),
            request=_event_request,
            result=_event_result,
        ),
    )
}
