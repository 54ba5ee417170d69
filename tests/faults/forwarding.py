"""What an honest HTTP proxy does with a request."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from urllib.parse import urlsplit

from tests.faults.answers import Answer
from tests.faults.connection import Connection
from tests.faults.record import Received

_READ_SIZE = 1 << 16


async def forward(connection: Connection, request: Received) -> None:
    """Pass the request on until either side closes; 502 when its destination cannot be reached."""
    is_tunnel = request.method == "CONNECT"
    destination = urlsplit(f"//{request.path}" if is_tunnel else request.path)
    try:
        reader, writer = await asyncio.open_connection(destination.hostname, destination.port or 80)
    except OSError:
        await connection.send(Answer(502).parts(request))
        return
    try:
        if is_tunnel:
            await connection.send([b"HTTP/1.1 200 Connection established\r\n\r\n"])
        else:
            writer.write(_in_origin_form(request))
        await _until_one_ends(_pump(connection.reader, writer), _pump(reader, connection.writer))
        await _closed(writer)
    finally:
        writer.transport.abort()


def _in_origin_form(request: Received) -> bytes:
    parts = urlsplit(request.path)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    hop_by_hop = {
        "connection",
        "proxy-connection",
        "proxy-authorization",
        "transfer-encoding",
        "content-length",
    }
    headers = {name: value for name, value in request.headers.items() if name not in hop_by_hop}
    headers |= {"connection": "close", "content-length": str(len(request.body))}
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_READ_SIZE):
            writer.write(data)
            await writer.drain()
    except OSError:
        return


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _until_one_ends(*works: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
