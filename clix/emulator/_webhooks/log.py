"""What is remembered of a webhook."""

from __future__ import annotations

from attrs import frozen

from .payload import EventType


@frozen(kw_only=True)
class WebhookAttempt:
    """One post and its answer."""

    at: float
    """When it left."""
    elapsed: float
    """Seconds."""
    webhook_id: str
    url: str
    event_type: EventType
    message_id: str
    is_duplicate: bool
    """The second of two equal posts."""
    status: int | None
    """None when there was no answer in time."""
    error: str | None
    """Why there was none."""
    body: bytes

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return len(self.body)

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status <= 299
