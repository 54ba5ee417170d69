"""Posts as Clix makes them, and a receiver without a network."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from clix.webhooks import WebhookAnswer, WebhookReceiver

SECRET = "Bearer 7f21-only-clix-knows"
HEADERS = [(b"host", b"shop.example"), (b"authorization", SECRET.encode())]
POST: dict[str, Any] = {
    "project_id": "project-1",
    "event_type": "PUSH_SENT",
    "timestamp": "2025-12-16T07:42:54.168140781Z",
    "message_id": "message-1",
    "device_id": "device-1",
    "platform": "ANDROID",
    "notification": {"title": "Hello", "body": "", "image_url": "", "landing_url": "shop://orders/1"},
}


def post(**changes: object) -> bytes:
    """The body of a post; a field that is changed to `...` is left out."""
    content = {**POST, **changes}
    return json.dumps({name: value for name, value in content.items() if value is not ...}).encode()


async def parts(*body: bytes) -> AsyncIterator[bytes]:
    for part in body:
        yield part


async def deliver(
    receiver: WebhookReceiver, *body: bytes, headers: list[tuple[bytes, bytes]] = HEADERS
) -> WebhookAnswer:
    return await receiver.receive(headers, parts(*body))
