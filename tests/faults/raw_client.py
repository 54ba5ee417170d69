"""A client that sees bytes and ends of connections, where an HTTP library would already interpret them."""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal

from attrs import frozen

from tests.faults.server import FaultServer

SILENCE = 0.05
_PATIENCE = 60.0


def send_request(*titles: str) -> bytes:
    """A POST of one push notification for each title."""
    notifications = [{"target": {"project_user_id": "user"}, "title": title} for title in titles]
    return post("/api/v1/messages:send", json.dumps({"push_notifications": notifications}).encode())


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A POST with a Content-Length."""
    lines = [f"POST {path} HTTP/1.1", "Host: clix", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@frozen
class Heard:
    """What came back, and how the connection ended; `None` when it did not while we listened."""

    data: bytes
    ending: Literal["fin", "rst"] | None

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

    async def say(self, data: bytes, *, patience: float = _PATIENCE) -> None:
        """Write as far as the server lets it; TimeoutError when it takes no more for so many seconds."""
        self._writer.write(data)
        async with asyncio.timeout(patience):
            await self._writer.drain()

    async def hear(self) -> Heard:
        """One whole answer, or less if the connection ends."""
        return await self._hear(_is_whole, _PATIENCE)

    async def hear_all(self) -> Heard:
        """Everything until the connection ends."""
        return await self._hear(lambda data: False, _PATIENCE)

    async def hear_silence(self, *, after: int = 0) -> Heard:
        """So many bytes, and what follows until nothing more does."""
        beginning = await self._hear(lambda data: len(data) >= after, _PATIENCE)
        rest = await self._hear(lambda data: False, SILENCE)
        return Heard(beginning.data + rest.data, rest.ending)

    async def ask(self, data: bytes) -> Heard:
        """Say it and hear the answer."""
        await self.say(data)
        return await self.hear()

    async def _hear(self, is_enough: Callable[[bytes], bool], patience: float) -> Heard:
        data = b""
        while not is_enough(data):
            try:
                async with asyncio.timeout(patience):
                    piece = await self._reader.read(1 << 16)
            except TimeoutError:
                break
            except OSError:
                return Heard(data, "rst")
            if not piece:
                return Heard(data, "fin")
            data += piece
        return Heard(data, None)


def _is_whole(data: bytes) -> bool:
    head, end_of_head, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(end_of_head) and len(body) >= int(length[1] if length else 0)


@asynccontextmanager
async def connected(
    server: FaultServer, ssl_context: ssl.SSLContext | None = None
) -> AsyncGenerator[RawClient]:
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
