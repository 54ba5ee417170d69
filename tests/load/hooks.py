"""The service that receives webhooks under load: each event that it handles becomes a line of a file."""

from __future__ import annotations

import os

from fastapi import FastAPI

from clix.integrations.fastapi import webhook_router
from clix.webhooks import WebhookEvent, WebhookReceiver

_handled = os.open(os.environ["HANDLED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
receiver = WebhookReceiver(secrets=[os.environ["CLIX_WEBHOOK_SECRET"]], dedupe=os.environ["RECORD"])
app = FastAPI()
app.include_router(webhook_router(receiver))


@receiver.on_event
async def note(event: WebhookEvent) -> None:
    """Keep the event, as a service would in its database."""
    os.write(_handled, f"{event.message_id}\n".encode())
