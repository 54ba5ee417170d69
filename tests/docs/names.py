"""What the reader's own names stand for in the blocks of the documentation, and in the examples of docstrings."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from attrs import field, frozen
from fastapi import BackgroundTasks

from clix import Clix, PushNotification
from clix.webhooks import WebhookEvent, parse

__all__ = [
    "attempt",
    "audience",
    "clix",
    "customer",
    "doubts",
    "event",
    "make_sure",
    "order",
    "own_lifespan",
    "path",
    "tasks",
    "user",
    "users",
]

clix: Clix
"""A session with the emulator; each page has its own."""
customer = "user_123"
user = "user_123"
order = "A-1"
attempt = 1
path = "audience.csv"
tasks = BackgroundTasks()
audience = [PushNotification(to=f"user_{number}", title="Spring sale") for number in range(3)]
event = parse(
    '{"project_id": "shop", "event_type": "PUSH_SENT", "timestamp": "2026-03-20T09:00:00Z", "message_id": "m-1",'
    ' "notification": {"landing_url": "shop://orders/A-1?push=1"}}'
)


@frozen
class Row:
    """A row of a database."""

    id: str
    first_name: str


class Rows:
    """A cursor that may be read again."""

    async def __aiter__(self) -> AsyncIterator[Row]:
        yield Row("user_1", "Ann")
        yield Row("user_2", "Bob")


users = Rows()


@frozen
class Doubts:
    """What a service keeps of sends in doubt."""

    open: set[str] = field(factory=set)

    async def add(self, url: str) -> None:
        """Remember one."""
        self.open.add(url)

    async def resolve(self, url: str | None) -> None:
        """Forget one."""
        self.open.discard(url or "")


doubts = Doubts()


@asynccontextmanager
async def own_lifespan(_: Any) -> AsyncGenerator[Mapping[str, Any], None]:
    """What an application opens for itself."""
    yield {"database": "open"}


async def make_sure(event: WebhookEvent) -> None:
    """Look whether an event was handled."""
