"""Where a receiver remembers what it has handled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .._values.errors import ClixError, public


@public
class WebhookStorageError(ClixError):
    """What was received could not be kept, or not looked up. Clix is answered 503."""


class WebhookStore(Protocol):
    """A durable record of events, one for each `(message_id, event_type)`.

    Several processes may share it. Whatever it raises is taken as a failure of storage.
    """

    async def claim(self, message_id: str, event_type: str, body: bytes) -> bool:
        """Record an event that is about to be handled; durable when this returns. False if it was there already."""
        ...

    async def finish(self, message_id: str, event_type: str) -> None:
        """The event is handled: keep that it was, its body may go."""
        ...

    async def release(self, message_id: str, event_type: str) -> None:
        """The event was not handled: forget it, so that it is handled when it comes again."""
        ...

    async def unfinished(self, older_than: float) -> Sequence[bytes]:
        """The bodies of events claimed at least so many seconds ago and not finished, oldest first."""
        ...

    async def aclose(self) -> None:
        """Let go of what is open. It may be used again afterwards."""
        ...
