"""Webhooks: posts about pushes that were sent or failed, to the addresses that the emulator is told."""

from __future__ import annotations

from .log import WebhookAttempt
from .payload import webhook_payload
from .sender import Receiver, Webhooks
from .target import WebhookTarget, read_header

__all__ = ["Receiver", "WebhookAttempt", "WebhookTarget", "Webhooks", "read_header", "webhook_payload"]
