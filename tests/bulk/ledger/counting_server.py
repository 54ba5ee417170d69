"""A server on a real port that counts whom it was asked to send to, and can be waited for."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

LATENCY = 0.005
"""Seconds between the end of a request and its answer."""


class CountingServer:
    """Answers every send; what it has read whole counts as processed."""

    def __init__(self) -> None:
        self.processed: Counter[str] = Counter()
        self.requests = 0
        self.url = ""
        self._arrived = asyncio.Condition()

    async def has_seen(self, requests: int) -> None:
        """Wait until so many requests have arrived."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self.requests >= requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                await self._process(json.loads(await reader.readexactly(length))["push_notifications"])
                await asyncio.sleep(LATENCY)
                body = b'{"delivery_results":[]}'
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        writer.close()

    async def _process(self, items: list[dict[str, dict[str, str]]]) -> None:
        self.processed.update(item["target"]["project_user_id"] for item in items)
        async with self._arrived:
            self.requests += 1
            self._arrived.notify_all()


@asynccontextmanager
async def counting_server() -> AsyncGenerator[CountingServer, None]:
    """A server on a free port of this machine."""
    counting = CountingServer()
    server = await asyncio.start_server(counting.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    counting.url = f"http://{host}:{port}"
    try:
        yield counting
    finally:
        server.close()
