"""A server that is fast enough not to be the limit: it answers every send with as many results as it has targets.

Usage: python -m benchmarks.loopback_server    (prints its URL)
"""

from __future__ import annotations

import asyncio
import functools
import json
import uuid


@functools.cache
def answer(targets: int) -> bytes:
    """The same results for every request of the same size."""
    results = [
        {
            "message_id": str(uuid.uuid4()),
            "status": "DELIVERY_RESULT_STATUS_SUCCEED",
            "additional_params": {
                "device_id": str(uuid.uuid4()),
                "fcm_message_id": f"projects/p/messages/{uuid.uuid4()}",
            },
        }
        for _ in range(targets)
    ]
    body = json.dumps({"delivery_results": results}, separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Loopback(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives
        self._transport = transport
        self._buffer = bytearray()

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._request_end()) and len(self._buffer) >= end:
            self._transport.write(answer(self._buffer.count(b'"target"', 0, end)))
            del self._buffer[:end]

    def _request_end(self) -> int:
        """Where the first request ends; 0 while its head is not complete."""
        head, found, _ = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return 0
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return len(head) + 4 + int(length or 0)


async def main() -> None:
    """Serve on a free port until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Loopback, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
