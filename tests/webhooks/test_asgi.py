"""A receiver is an ASGI application by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clix.webhooks import WebhookEvent, WebhookReceiver
from tests.webhooks.support import SECRET, post

URL = "https://shop.example/webhooks/clix"


@pytest.fixture
def events() -> list[WebhookEvent]:
    return []


@pytest.fixture
async def receiver(tmp_path: Path, events: list[WebhookEvent]) -> AsyncIterator[WebhookReceiver]:
    async with WebhookReceiver(
        secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=events.append
    ) as receiver:
        yield receiver


@pytest.fixture
async def client(receiver: WebhookReceiver) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver)) as client:
        yield client


async def test_a_post_is_received(client: httpx.AsyncClient, events: list[WebhookEvent]) -> None:
    answer = await client.post(URL, content=post(), headers={"Authorization": SECRET})
    assert (answer.status_code, answer.json()) == (200, {"detail": "Handled."})
    assert [event.message_id for event in events] == ["message-1"]


async def test_a_forged_post_is_refused_and_the_connection_closed(client: httpx.AsyncClient) -> None:
    answer = await client.post(URL, content=post(), headers={"Authorization": "Bearer guess"})
    assert (answer.status_code, answer.headers["connection"]) == (401, "close")


async def test_other_methods_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(URL, headers={"Authorization": SECRET})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_of_who_goes_away_before_the_end_nothing_is_handled(
    receiver: WebhookReceiver, events: list[WebhookEvent]
) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": post(), "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"authorization", SECRET.encode())]}
    await receiver(scope, receive, send)
    assert (events, sent) == ([], [])


async def test_it_can_be_the_whole_application(receiver: WebhookReceiver) -> None:
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await receiver({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
