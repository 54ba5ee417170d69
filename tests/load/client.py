"""An HTTP client that costs next to nothing, and goes away in the middle of a request when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


def request(path: str, headers: Iterable[bytes] = (), body: bytes = b"", method: bytes = b"POST") -> bytes:
    """The bytes of a request; its length is among the headers unless these say how it is sent."""
    given = list(headers)
    if not any(header.lower().startswith((b"content-length:", b"transfer-encoding:")) for header in given):
        given.append(b"Content-Length: %d" % len(body))
    lines = [b"%s %s HTTP/1.1" % (method, path.encode()), b"Host: 127.0.0.1", *given, b"", body]
    return b"\r\n".join(lines)


async def status_of(port: int, content: bytes) -> int | None:
    """Ask on a connection of its own. None when nothing was answered."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    try:
        writer.write(content)
        return await read_status(reader)
    except OSError:
        return None
    finally:
        writer.transport.abort()


async def read_status(reader: asyncio.StreamReader) -> int | None:
    """Read one answer to its end; its status. None when the connection ended before."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                await reader.readexactly(int(line.split(b":")[1]))
        return int(head.split(b" ", 2)[1])
    except asyncio.IncompleteReadError:
        return None


async def leave_after(seconds: float, port: int, content: bytes) -> None:
    """Begin to ask, and go away after so long, wherever things stand."""
    try:
        async with asyncio.timeout(seconds):
            await status_of(port, content)
    except TimeoutError:
        return
