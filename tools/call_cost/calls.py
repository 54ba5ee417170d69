"""The two sides: one send of ours and one post of raw httpx, both without a network.

Ours runs down to its connection, which writes to a transport in memory. Raw httpx ends at its transport, so that what
httpcore costs is not counted: the ratio is to the least that httpx takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from unittest import mock

import httpx

from clix import Clix, LocalRateLimiter
from clix._engine.http1.connect import Connector
from clix._engine.http1.connection import Connection
from clix._engine.http1.kernel import KERNEL
from clix._values.clock import LoopClock

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


WIRE = b"".join([b"HTTP/1.1 200 OK\r\n", *(b"%b: %b\r\n" % field for field in HEADERS), b"\r\n", ANSWER])


class NullTransport(httpx.AsyncBaseTransport):
    """Answers httpx at once, from memory."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 - as httpx has it
        """The same answer to everything."""
        return httpx.Response(200, headers=HEADERS, stream=httpx.ByteStream(ANSWER))


class NullSocket(asyncio.Transport):
    """Answers our connection in the next turn of the event loop, from memory. Also its own kernel."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__({KERNEL: self})
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:  # noqa: ARG002 - as asyncio has it
        """The same answer to everything."""
        self._loop.call_soon(self._protocol.data_received, WIRE)

    def readable(self) -> bool:
        """Nothing waits unread."""
        return False

    def unacknowledged(self) -> int | None:
        """Everything has arrived."""
        return 0

    def is_closing(self) -> bool:
        """Not before `abort`, after which nobody asks."""
        return False

    def get_write_buffer_size(self) -> int:
        """Everything was taken."""
        return 0

    def abort(self) -> None:
        """There is nothing to close."""


async def open_null(*_: Any) -> Connection:
    """Stands for `Connector.open`."""
    connection = Connection(LoopClock(asyncio.get_running_loop()))
    NullSocket(connection)
    return connection


@asynccontextmanager
async def ours() -> AsyncGenerator[Call, None]:
    """`messages.send`, which no limit slows down."""
    limiter = LocalRateLimiter(rate=1e9)
    with mock.patch.object(Connector, "open", open_null):
        async with Clix(project_id="p", api_key="clix_sk_x", base_url=URL, rate_limiter=limiter) as clix:
            yield lambda: clix.messages.send(USER, title=TITLE, body=BODY)


@asynccontextmanager
async def raw_httpx() -> AsyncGenerator[Call, None]:
    """`post(json=...)` and `response.json()`."""
    keys = {"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_x"}
    async with httpx.AsyncClient(base_url=URL, headers=keys, transport=NullTransport()) as client:

        async def post() -> object:
            notification = {"target": {"project_user_id": USER}, "title": TITLE, "body": BODY}
            response = await client.post(PATH, json={"push_notifications": [notification]})
            return response.json()

        yield post
