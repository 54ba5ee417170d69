"""What `/_emulator/` shows: the shapes of its JSON, and how they come from what the emulator knows.

Times are RFC 3339 in UTC with milliseconds. `number` counts the records of a kind from 1; it only grows, and says
which of two records is newer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal, TypedDict

from .._emulator import Emulator
from .._faults.faults import FaultRule
from .._faults.forms import rule_form
from .._state.records import (
    Device,
    Event,
    JsonObject,
    LiveActivityContent,
    Message,
    Properties,
    PushContent,
    RequestRecord,
    Trigger,
    User,
)

KEPT_IN_LISTS: Final = 300
"""Bytes of a body that a list of requests shows; `/_emulator/requests/{request_id}` shows all that is kept."""


class LiveActivityView(TypedDict):
    """What a Live Activity was started with."""

    attributes_type: str
    attributes: JsonObject
    content_state: JsonObject


class AboutView(TypedDict):
    """What does not change while the emulator runs."""

    environment: dict[str, str]
    """The variables that point an SDK here; the page's own requests to the API take key and project from it."""
    rate_limit: int | None
    max_body_bytes: int
    history: int
    operations: list[str]
    failure_reasons: dict[str, str]
    """Texts by short name."""
    magic_users: dict[str, str]
    """What happens, by the user id that makes it happen."""


class MessageView(TypedDict):
    """A push, or a start of a Live Activity, to one device."""

    number: int
    message_id: str
    kind: Literal["push", "live_activity"]
    at: str
    status: Literal["sent", "failed", "unreached"]
    """`unreached`: accepted, but the target has no device."""
    failure_reason: str | None
    title: str | None
    body: str | None
    image_url: str | None
    landing_url: str | None
    live_activity: LiveActivityView | None
    """None for a push; title and body are the alert otherwise."""
    device_id: str
    platform: str | None
    user_id: str
    project_user_id: str | None
    campaign_id: str | None
    trigger_id: str | None
    request_id: str
    """Find the request and its answer with it."""
    project_id: str


class UserView(TypedDict):
    """A user as it is now."""

    user_id: str
    project_user_id: str | None
    """None while nobody has named the user of a device."""
    created_at: str
    properties: Properties
    device_ids: list[str]


class DeviceView(TypedDict):
    """A device as it is now."""

    id: str
    user_id: str
    project_user_id: str | None
    created_at: str
    fields: dict[str, str | bool]
    """The documented fields that the app gave: `platform`, `model`, `push_token` and the like."""
    live_activity_start_tokens: dict[str, str]
    is_made_up: bool
    """No app registered it: the emulator invented it for a user who had no device."""


class EventView(TypedDict):
    """Something that happened on a device."""

    number: int
    event_id: str
    at: str
    name: str
    device_id: str
    user_id: str | None
    """None when the device was not registered."""
    project_user_id: str | None
    source_type: str | None
    event_property: JsonObject
    request_id: str
    project_id: str


class TriggerView(TypedDict):
    """One run of a campaign."""

    number: int
    trigger_id: str
    at: str
    campaign_id: str
    is_defined: bool
    """False when nobody told the emulator about the campaign, so that it delivers nothing."""
    broadcast: bool
    targets: list[str]
    properties: JsonObject
    delivered: int
    failed: int
    is_finished: bool
    request_id: str
    project_id: str


class RequestView(TypedDict):
    """A request to the API and its answer."""

    number: int
    request_id: str
    at: str
    elapsed_ms: float
    method: str
    path: str
    """With its query, as sent."""
    operation: str | None
    """None when the path or the method is unknown."""
    project_id: str
    user_agent: str
    status: int | None
    """None when a fault cut the connection."""
    rate_limit: int | None
    """None when there is no limit."""
    rate_remaining: int | None
    fault: str | None
    """The fault that struck, in words."""
    request_body: str
    """Its beginning; `request_bytes` tells the whole length."""
    request_bytes: int
    answer_body: str
    answer_bytes: int


class FaultView(TypedDict):
    """A rule for faults."""

    id: str
    is_enabled: bool
    description: str
    rule: JsonObject
    """As it is given to `POST /_emulator/faults`."""
    seen: int
    """Requests that it matched."""
    struck: int


class SecondView(TypedDict):
    """The requests of one second."""

    at: int
    """Unix seconds."""
    requests: int
    throttled: int


class StatsView(TypedDict):
    """Counters since the start or the last reset."""

    started_at: str
    now: str
    requests: int
    throttled: int
    """Answered with 429."""
    failed: int
    """Answered with 5xx."""
    cut: int
    messages: int
    events: int
    triggers: int
    users: int
    devices: int
    campaigns: int
    faults: int
    """Rules that are switched on."""
    rate_limit: int | None
    seconds: list[SecondView]
    """The last minute's seconds in which there was a request."""


def message_view(number: int, message: Message) -> MessageView:
    """A message."""
    content, origin = message.content, message.origin
    push = content if isinstance(content, PushContent) else None
    return {
        "number": number,
        "message_id": message.message_id,
        "kind": message.kind,
        "at": timestamp(message.at),
        "status": _status(message),
        "failure_reason": message.failure_reason,
        "title": content.title,
        "body": content.body,
        "image_url": None if push is None else push.image_url,
        "landing_url": None if push is None else push.landing_url,
        "live_activity": None if isinstance(content, PushContent) else _live_activity_view(content),
        "device_id": message.device_id,
        "platform": message.platform,
        "user_id": message.user_id,
        "project_user_id": message.project_user_id,
        "campaign_id": origin.campaign_id,
        "trigger_id": origin.trigger_id,
        "request_id": origin.request_id,
        "project_id": origin.project_id,
    }


def user_view(user: User) -> UserView:
    """A user."""
    return {
        "user_id": user.user_id,
        "project_user_id": user.project_user_id,
        "created_at": timestamp(user.created_at),
        "properties": user.properties,
        "device_ids": list(user.devices),
    }


def device_view(device: Device) -> DeviceView:
    """A device."""
    return {
        "id": device.id,
        "user_id": device.user.user_id,
        "project_user_id": device.user.project_user_id,
        "created_at": timestamp(device.created_at),
        "fields": device.fields,
        "live_activity_start_tokens": device.start_tokens,
        "is_made_up": device.is_made_up,
    }


def event_view(number: int, event: Event) -> EventView:
    """An event."""
    return {
        "number": number,
        "event_id": event.event_id,
        "at": timestamp(event.at),
        "name": event.name,
        "device_id": event.device_id,
        "user_id": event.user_id,
        "project_user_id": event.project_user_id,
        "source_type": event.source_type,
        "event_property": event.event_property,
        "request_id": event.request_id,
        "project_id": event.project_id,
    }


def trigger_view(number: int, trigger: Trigger) -> TriggerView:
    """A run of a campaign."""
    return {
        "number": number,
        "trigger_id": trigger.trigger_id,
        "at": timestamp(trigger.at),
        "campaign_id": trigger.campaign_id,
        "is_defined": trigger.is_defined,
        "broadcast": trigger.broadcast,
        "targets": trigger.targets,
        "properties": trigger.properties,
        "delivered": trigger.delivered,
        "failed": trigger.failed,
        "is_finished": trigger.is_finished,
        "request_id": trigger.origin.request_id,
        "project_id": trigger.origin.project_id,
    }


def request_view(number: int, request: RequestRecord, *, kept: int | None = KEPT_IN_LISTS) -> RequestView:
    """A request, with at most `kept` bytes of each body; None for all that there are."""
    return {
        "number": number,
        "request_id": request.request_id,
        "at": timestamp(request.at),
        "elapsed_ms": round(request.elapsed * 1_000, 3),
        "method": request.method,
        "path": request.path,
        "operation": request.operation,
        "project_id": request.project_id,
        "user_agent": request.user_agent,
        "status": request.status,
        "rate_limit": request.rate_limit,
        "rate_remaining": request.rate_remaining,
        "fault": request.fault,
        "request_body": request.request_body[:kept].decode("utf-8", "replace"),
        "request_bytes": request.request_bytes,
        "answer_body": request.answer_body[:kept].decode("utf-8", "replace"),
        "answer_bytes": request.answer_bytes,
    }


def fault_view(rule: FaultRule) -> FaultView:
    """A rule for faults."""
    return {
        "id": rule.rule_id,
        "is_enabled": rule.is_enabled,
        "description": str(rule.fault),
        "rule": rule_form(rule),
        "seen": rule.seen,
        "struck": rule.struck,
    }


def stats_view(emulator: Emulator) -> StatsView:
    """The counters."""
    stats, state, now = emulator.stats, emulator.state, emulator.now()
    return {
        "started_at": timestamp(emulator.started_at),
        "now": timestamp(now),
        "requests": stats.requests,
        "throttled": stats.throttled,
        "failed": stats.failed,
        "cut": stats.cut,
        "messages": len(state.messages),
        "events": len(state.events),
        "triggers": len(state.triggers),
        "users": len(state.users),
        "devices": len(state.devices),
        "campaigns": len(state.campaigns),
        "faults": sum(rule.is_enabled for rule in emulator.faults.rules),
        "rate_limit": emulator.config.rate_limit,
        "seconds": [
            {"at": second.at, "requests": second.requests, "throttled": second.throttled}
            for second in stats.seconds(now)
        ],
    }


def timestamp(seconds: float) -> str:
    """A time as text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _status(message: Message) -> Literal["sent", "failed", "unreached"]:
    if message.target is not None:
        return "unreached"
    return "sent" if message.failure_reason is None else "failed"


def _live_activity_view(content: LiveActivityContent) -> LiveActivityView:
    return {
        "attributes_type": content.attributes_type,
        "attributes": content.attributes,
        "content_state": content.content_state,
    }
