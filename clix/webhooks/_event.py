"""What does a post say? Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias

from attrs import field, fields, frozen

from .._values.errors import ClixError, public
from .._values.json import JSONObject, decode_object

EventType: TypeAlias = Literal["PUSH_SENT", "PUSH_FAILED"] | str
Platform: TypeAlias = Literal["ANDROID", "IOS"] | str

_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = ("project_id", "event_type", "timestamp", "message_id", "device_id", "platform", "notification")


@public
class MalformedWebhookError(ClixError, ValueError):
    """A post that Clix would not make. The message names the field, and shows nothing of the content."""


@frozen(kw_only=True)
class WebhookNotification:
    """What the push showed. None where nothing was set."""

    title: str | None = None
    body: str | None = None
    image_url: str | None = None
    landing_url: str | None = None
    extra: JSONObject = field(factory=dict)
    """Fields that this version does not know."""


_TEXTS = tuple(each.name for each in fields(WebhookNotification) if each.name != "extra")


@frozen(kw_only=True)
class WebhookEvent:
    """What became of one push on one device."""

    project_id: str
    event_type: EventType
    """`PUSH_SENT` or `PUSH_FAILED`, or one that Clix has added since."""
    timestamp: datetime
    """In UTC, cut to microseconds."""
    timestamp_ns: int
    """The same with all its digits: nanoseconds since 1970."""
    message_id: str
    """That of `Delivery.message_id`."""
    device_id: str | None
    platform: Platform | None
    """`ANDROID` or `IOS`."""
    notification: WebhookNotification
    extra: JSONObject = field(factory=dict)
    """Fields that this version does not know."""

    @property
    def is_failure(self) -> bool:
        """The push did not reach the device's push service."""
        return self.event_type == "PUSH_FAILED"


def parse(body: bytes | str) -> WebhookEvent:
    """Read the body of a webhook's post. Fields and event types that are not known yet are taken as they are.

    Raises:
        MalformedWebhookError: it is no JSON object, or lacks what makes it an event: project_id, event_type,
            timestamp, message_id.

    Example:
        event = parse(await request.body())
        print(event.event_type, event.message_id, event.timestamp)
    """
    try:
        content = decode_object(body.encode() if isinstance(body, str) else body)
    except (ValueError, RecursionError):
        raise MalformedWebhookError("The body is not a JSON object.") from None
    timestamp, timestamp_ns = _timestamp(_required(content, "timestamp"))
    return WebhookEvent(
        project_id=_required(content, "project_id"),
        event_type=_required(content, "event_type"),
        timestamp=timestamp,
        timestamp_ns=timestamp_ns,
        message_id=_required(content, "message_id"),
        device_id=_optional(content, "device_id"),
        platform=_optional(content, "platform"),
        notification=_notification(content.get("notification")),
        extra=_without(content, _FIELDS),
    )


def _notification(content: object) -> WebhookNotification:
    if content is None:
        return WebhookNotification()
    if not isinstance(content, Mapping):
        raise MalformedWebhookError("notification is not an object.")
    texts = {name: _optional(content, name) for name in _TEXTS}
    return WebhookNotification(**texts, extra=_without(content, _TEXTS))


def _required(content: Mapping[str, Any], name: str) -> str:
    value = _optional(content, name)
    if value is None:
        raise MalformedWebhookError(f"{name} is missing.")
    return value


def _optional(content: Mapping[str, Any], name: str) -> str | None:
    """A text; Clix writes an empty one where nothing is set."""
    value = content.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise MalformedWebhookError(f"{name} is not a text.")
    return value


def _without(content: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in known}


def _timestamp(text: str) -> tuple[datetime, int]:
    """RFC 3339 with as many decimals as there are, of which nine count; `datetime` itself reads six."""
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise MalformedWebhookError("timestamp is not as in RFC 3339.")
    date, time, decimals, zone = found.groups()
    try:
        whole = datetime.fromisoformat(f"{date}T{time}{zone.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedWebhookError("timestamp is no moment that there was.") from None
    nanoseconds = int(((decimals or "") + "000000000")[:9])
    seconds = (whole - _EPOCH) // timedelta(seconds=1)
    return whole.replace(microsecond=nanoseconds // 1_000), seconds * 1_000_000_000 + nanoseconds
