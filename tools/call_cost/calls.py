"""The two sides: one send of ours and one post of raw httpx, on the same transport without a network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import httpx

from clix import Clix, LocalRateLimiter

Call: TypeAlias = Callable[[], Awaitable[object]]

ANSWER = (
    b'{"delivery_results":[{"message_id":"0b1f0c5e-43f0-4f5c-8a3f-2b9e0a7f6d11","status":'
    b'"DELIVERY_RESULT_STATUS_SUCCEED","additional_params":{"device_id":"7c2d1a90-5d6e-4f0b-9c3a-1e8f7b6a5d44"}}]}'
)
HEADERS = [
    (b"date", b"Thu, 01 Jan 2026 00:00:00 GMT"),
    (b"content-type", b"application/json"),
    (b"content-length", b"%d" % len(ANSWER)),
    (b"x-request-id", b"01b9d2f4-5c7e-4a52-9f0c-4f6d1b7a3e21"),
    (b"x-ratelimit-limit", b"1000"),
    (b"x-ratelimit-remaining", b"999"),
    (b"x-ratelimit-reset", b"1767225601"),
]
"""What Clix answers."""

URL = "https://api.clix.so"
PATH = "/api/v1/messages:send"
USER, TITLE, BODY = "user_123", "Your order shipped", "Tap to track it."


class NullTransport(httpx.AsyncBaseTransport):
    """Answers at once, from memory."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 - as httpx has it
        """The same answer to everything."""
        return httpx.Response(200, headers=HEADERS, stream=httpx.ByteStream(ANSWER))


@asynccontextmanager
async def ours(transport: httpx.AsyncBaseTransport) -> AsyncGenerator[Call, None]:
    """`messages.send`, which no limit slows down."""
    limiter = LocalRateLimiter(rate=1e9)
    async with Clix(
        project_id="p", api_key="clix_sk_x", base_url=URL, transport=transport, rate_limiter=limiter
    ) as clix:
        yield lambda: clix.messages.send(USER, title=TITLE, body=BODY)


@asynccontextmanager
async def raw_httpx(transport: httpx.AsyncBaseTransport) -> AsyncGenerator[Call, None]:
    """`post(json=...)` and `response.json()`."""
    keys = {"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_x"}
    async with httpx.AsyncClient(base_url=URL, headers=keys, transport=transport) as client:

        async def post() -> object:
            notification = {"target": {"project_user_id": USER}, "title": TITLE, "body": BODY}
            response = await client.post(PATH, json={"push_notifications": [notification]})
            return response.json()

        yield post
