"""Webhooks: posts about pushes that were sent or failed, to the addresses that the emulator is told."""

from __future__ import annotations

from clix.emulator._webhooks.log import WebhookAttempt
from clix.emulator._webhooks.payload import webhook_payload
from clix.emulator._webhooks.sender import Receiver, Webhooks
from clix.emulator._webhooks.target import WebhookTarget, read_header

__all__ = ["Receiver", "WebhookAttempt", "WebhookTarget", "Webhooks", "read_header", "webhook_payload"]
