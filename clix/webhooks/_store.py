"""Where a receiver remembers what it has handled."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from .._values.errors import ClixError, public


@public
class WebhookStorageError(ClixError):
    """What was received could not be kept, or not looked up. Clix is answered 503."""


class Claim(StrEnum):
    """What a store knows of an event that has come."""

    NEW = "new"
    """It was not there. It is now, and whoever claimed it is to handle it."""
    IN_PROGRESS = "in_progress"
    """It was claimed and is neither finished nor released: it is being handled, or was when a process died."""
    HANDLED = "handled"
    """It was finished."""


class WebhookStore(Protocol):
    """A durable record of events, one for each `(message_id, event_type)`.

    Several processes may share it. Whatever it raises is taken as a failure of storage.
    """

    async def claim(self, message_id: str, event_type: str, body: bytes) -> Claim:
        """Record an event that is about to be handled, unless it is there; in one atomic step.

        Of those who claim an event at the same time one is told NEW. That is durable when this returns.
        """
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
