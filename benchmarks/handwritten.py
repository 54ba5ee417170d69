"""The physical limit: HTTP by hand on asyncio's own protocols, with a request made in advance and an answer not parsed.

No SDK can be cheaper on this loop. It also shows that the server is not the limit of what is measured.
"""

from __future__ import annotations

import asyncio
from typing import cast
from urllib.parse import urlsplit


def request_bytes(path: str, body: bytes) -> bytes:
    """A whole POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Clix-Project-ID: p\r\nX-Clix-API-Key: clix_sk_x\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not of its classes

    async def exchange(self, request: bytes) -> bytes:
        """Send a request, and return its answer with its head."""
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        """Put the answer together."""
        self._buffer += data
        if not self._missing:
            head_end = self._buffer.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = bytes(self._buffer[:head_end]).lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            self._missing = head_end + 4 + int(length)
        if len(self._buffer) >= self._missing:
            answer, self._buffer, self._missing = bytes(self._buffer), bytearray(), 0
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits hears of it."""
        answer: asyncio.Future[bytes] | None = getattr(self, "_answer", None)
        if answer is not None and not answer.done():
            answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def close(self) -> None:
        """Close it."""
        self._transport.close()


class HandWritten:
    """As many connections as calls under way."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._idle: list[Connection] = []

    async def post(self, request: bytes) -> bytes:
        """One exchange, on the connection used last."""
        connection = self._idle.pop() if self._idle else await self._connect()
        answer = await connection.exchange(request)
        self._idle.append(connection)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError("the server did not answer with 200")
        return answer

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, *self._address)
        return connection

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()
