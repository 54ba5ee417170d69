"""What Clix posts back about pushes that it sent or could not send: read it, and receive it safely.

    receiver = WebhookReceiver(secrets=["Bearer 7f21..."], header="Authorization")

    @receiver.on_event
    async def note(event: WebhookEvent) -> None: ...

A receiver is an ASGI application; `clix.integrations.fastapi` makes a router of it.
"""

from __future__ import annotations

from ._answer import WebhookAnswer
from ._event import MalformedWebhookError, WebhookEvent, WebhookNotification, parse
from ._receiver import WebhookReceiver
from ._sqlite import SQLiteWebhookStore
from ._store import Claim, WebhookStorageError, WebhookStore

__all__ = [
    "Claim",
    "MalformedWebhookError",
    "SQLiteWebhookStore",
    "WebhookAnswer",
    "WebhookEvent",
    "WebhookNotification",
    "WebhookReceiver",
    "WebhookStorageError",
    "WebhookStore",
    "parse",
]
