"""A client that sees bytes and ends of connections, where an HTTP library would already interpret them."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from attrs import frozen

from tests.faults.server import FaultServer

PATIENCE = 0.05


def send_request(*titles: str, path: str = "/api/v1/messages:send") -> bytes:
    """A POST of one push notification for each title."""
    notifications = [{"target": {"project_user_id": "user"}, "title": title} for title in titles]
    return post(path, json.dumps({"push_notifications": notifications}).encode())


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A POST with a Content-Length."""
    lines = [f"POST {path} HTTP/1.1", "Host: clix", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@frozen
class Heard:
    """What came back, and how it ended: `nothing` is silence for `PATIENCE` seconds."""

    data: bytes
    ending: Literal["fin", "rst", "nothing"]

    @property
    def status(self) -> int:
        """Of the first head; 0 without one."""
        return int(self.data[9:12] or 0)

    @property
    def body(self) -> bytes:
        """What follows the first head."""
        return self.data.partition(b"\r\n\r\n")[2]


class RawClient:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, data: bytes) -> None:
        """Write and flush as far as the server lets it; TimeoutError when it takes no more."""
        self._writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self._writer.drain()

    async def hear(self) -> Heard:
        """Everything until the server ends the connection or says nothing more."""
        data = b""
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    piece = await self._reader.read(1 << 16)
            except TimeoutError:
                return Heard(data, "nothing")
            except OSError:
                return Heard(data, "rst")
            if not piece:
                return Heard(data, "fin")
            data += piece

    async def ask(self, data: bytes) -> Heard:
        """Say and hear."""
        await self.say(data)
        return await self.hear()


@asynccontextmanager
async def connected(
    server: FaultServer, ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[RawClient]:
    """A connection to the server, closed at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=ssl_context)
    try:
        yield RawClient(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def ask(server: FaultServer, data: bytes) -> Heard:
    """One request on a connection of its own."""
    async with connected(server) as client:
        return await client.ask(data)
