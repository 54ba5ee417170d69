"""What the SDK returned, as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .. import Delivery, ResponseMeta, SendResult


def meta_json(meta: ResponseMeta) -> dict[str, object]:
    """How the call went."""
    limit = meta.rate_limit
    return {
        "status": meta.status,
        "request_id": meta.request_id,
        "attempts": meta.attempts,
        "elapsed_seconds": round(meta.elapsed, 4),
        "may_have_repeated": meta.may_have_repeated,
        "rate_limit": {"limit": limit.limit, "remaining": limit.remaining, "reset": limit.reset},
    }


def delivery_json(delivery: Delivery) -> dict[str, object]:
    """One push on one device."""
    return {
        "message_id": delivery.message_id,
        "succeeded": delivery.succeeded,
        "status": delivery.status,
        "device_id": delivery.device_id,
        "fcm_message_id": delivery.fcm_message_id,
        "failure_reason": delivery.failure_reason,
    }


def sent_json(sent: SendResult) -> dict[str, object]:
    """An accepted send with its deliveries."""
    return {"deliveries": [delivery_json(item) for item in sent.deliveries], "meta": meta_json(sent.meta)}
