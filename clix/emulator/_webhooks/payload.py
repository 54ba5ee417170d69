"""What a webhook says."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from .._state.records import JsonObject, Message, PushContent

EventType: TypeAlias = Literal["PUSH_SENT", "PUSH_FAILED"]

_NANOSECONDS: Final = 1_000_000_000


def event_type(message: Message) -> EventType:
    """What became of the push."""
    return "PUSH_SENT" if message.failure_reason is None else "PUSH_FAILED"


def webhook_payload(message: Message, content: PushContent) -> JsonObject:
    """The body of the post: what is unset is an empty string, and why a push failed is not told."""
    return {
        "project_id": message.origin.project_id,
        "event_type": event_type(message),
        "timestamp": rfc3339_nanoseconds(message.at),
        "message_id": message.message_id,
        "device_id": message.device_id,
        "platform": message.platform or "",
        "notification": {
            "title": content.title or "",
            "body": content.body or "",
            "image_url": content.image_url or "",
            "landing_url": content.landing_url or "",
        },
    }


def rfc3339_nanoseconds(at: float) -> str:
    """Seconds since 1970 as text with nine decimals, which `datetime` can neither write nor read."""
    seconds = math.floor(at)
    nanoseconds = min(int((at - seconds) * _NANOSECONDS), _NANOSECONDS - 1)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"
